import pytest

from packager.frontmatter import FrontMatter, parse, split, typed


def read(text: str) -> FrontMatter:
    yaml, _, _ = split(text)
    assert yaml is not None
    return parse(yaml, "01.md")


def only(front: FrontMatter) -> str:
    (problem,) = front.problems
    return str(problem)


def test_front_matter_is_parted_from_the_body_with_its_line() -> None:
    assert split("---\ntitle: X\n---\n\n# One\n") == ("title: X\n", "\n# One\n", 4)
    assert split("---\ntitle: X\n...\ntext") == ("title: X\n", "text", 4)
    assert split("---\n---\ntext") == ("", "text", 3)
    assert split("---\ntitle: X\n---") == ("title: X\n", "", 3)


@pytest.mark.parametrize("text", ["# One\n", "---\n\nA scene break.\n", "---\nHe left.\n---\n", "***\n", ""])
def test_text_without_front_matter_stays_whole(text: str) -> None:
    assert split(text) == (None, text, 1)


def test_front_matter_that_never_ends_takes_no_text_away() -> None:
    text = "---\ntitle: X\n\n# One\n"
    yaml, body, line = split(text)
    assert (body, line) == (text, 1)
    assert yaml is not None
    assert only(parse(yaml, "01.md")).startswith("01.md:1: front matter begins and never ends")


def test_scalars_stay_as_they_are_written() -> None:
    front = read("---\ntitle: 1984\nlang: no\nversion: 1.10\ndate: 2024-01-02\nempty:\nquoted: ''\n---\n")
    assert front.values == {
        "title": "1984", "lang": "no", "version": "1.10", "date": "2024-01-02", "empty": None, "quoted": "",
    }  # fmt: skip
    assert front.problems == ()


def test_every_value_has_its_line() -> None:
    front = read("---\n# about\ntitle: X\nauthor:\n  - A\n  - name: B\n    role: edt\nstyle: {a: 1, b: 2}\n---\n")
    lines = [front.line(*loc) for loc in [("title",), ("author", 0), ("author", 1, "role"), ("style", "b"), ("nope",)]]
    assert lines == [3, 5, 7, 8, 2]
    assert front.line("author", 1, "name", 7) == 6


def test_unicode_line_ends_do_not_shift_lines() -> None:
    front = read("---\ntitle: A\u2028B\x85C\u2029D\nlang: fr\n---\n")
    assert front.values["title"] == "A B C D"
    assert front.line("lang") == 3


def test_unquoted_scalars_may_mean_numbers_and_truth() -> None:
    front = read("---\nstyle: {a: true, b: No, c: 12, d: 0.5, e: '12', f: 11pt, g: [on], h: }\n---\n")
    assert typed(front.values["style"]) == {
        "a": True, "b": False, "c": 12, "d": 0.5, "e": "12", "f": "11pt", "g": [True], "h": None,
    }  # fmt: skip


def test_a_key_that_stands_twice_is_an_error_and_the_first_counts() -> None:
    front = read("---\ntitle: One\nauthor: A\ntitle: Two\n---\n")
    assert front.values["title"] == "One"
    assert only(front) == "01.md:4: `title` stands twice, first on line 2 (keep one of them)"


@pytest.mark.parametrize(
    ("yaml", "line", "words"),
    [
        ("title: Foo: Bar", 2, "second colon"),
        ("title: X\nauthor:\n\t- x", 4, "tab"),
        ('title: X\nlang: "en', 3, "not YAML"),
        ("title: X\nauthor: &a [*a]", 3, "anchor `&a`"),
        ("title: *Loud*", 2, "begins with *"),
        ("title: X\nauthor: *loud", 3, "alias `*loud`"),
        ("title: X\nb: {<<: {k: v}}", 3, "merge keys"),
        ("title: !!python/object/apply:os.system [id]", 2, "tag"),
        ('title: "a\\ud800b"', 2, "escape code"),
        ('title: X\nrights: "a\\0b"', 3, "U+0000"),
        ("title: X\n? [a]\n: b", 3, "key is not text"),
        ("- a\n- b", 2, "not a list of `key: value`"),
        ("a: " + "[" * 20 + "]" * 20, 2, "nested more than"),
        ("a: " + "[" * 20_000, 2, "nested more than"),
    ],
)
def test_what_cannot_be_read_safely_is_refused_with_its_line(yaml: str, line: int, words: str) -> None:
    front = parse(yaml, "01.md")
    (problem,) = front.problems
    assert problem.line == line
    assert words in problem.message


def test_front_matter_is_bounded() -> None:
    assert only(parse("a: " + "x" * 64_000, "01.md")) == "01.md:2: front matter is larger than 64 kB"


def test_a_merge_bomb_is_refused_at_once() -> None:
    lines = ["b0: &L0 {k: v}", *(f"b{n}: &L{n} {{<<: [*L{n - 1}, *L{n - 1}]}}" for n in range(1, 40))]
    assert only(parse("\n".join(lines), "01.md")).startswith("01.md:2: the anchor `&L0` is not read")
