import pytest

from packager.values import COMMON, Fault, _language, isbn13, iso_date, language


@pytest.mark.parametrize("text", ["1892", "1892-10", "1892-10-14", "2024-02-29", "0999"])
def test_a_date_keeps_its_precision(text: str) -> None:
    assert iso_date(text) == text


@pytest.mark.parametrize("text", ["2023-02-29", "1892-13", "0000", "92", "1892-1-1", "١٨٩٢", "today"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        iso_date(text)


@pytest.mark.parametrize(
    "text", ["9780306406157", "978-0-306-40615-7", "ISBN 979-10-90636-07-1", "urn:isbn:9780306406157"]
)
def test_an_isbn_is_thirteen_digits(text: str) -> None:
    assert isbn13(text) in {"9780306406157", "9791090636071"}


@pytest.mark.parametrize("text", ["978-0-306-40615-8", "978030640615", "9770306406157", "ABC", "030640615X", ""])
def test_what_is_no_isbn13_is_refused(text: str) -> None:
    with pytest.raises(Fault, match="ISBN"):
        isbn13(text)


@pytest.mark.parametrize("tag", ["english", "C", "en GB", "", "qq", "<b>", "en-"])
def test_what_is_no_language_is_refused(tag: str) -> None:
    with pytest.raises(Fault):
        language(tag)


def test_common_tags_stand_as_the_table_has_them() -> None:
    assert [_language(tag) for tag in sorted(COMMON)] == sorted(COMMON)
