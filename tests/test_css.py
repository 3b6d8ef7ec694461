"""CSS: parsing, tokens, sums, style queries, colours."""

import pytest

from packager import css


def resolved(text: str, **tokens: str) -> str:
    return css.write(css.resolve(css.parse(text)[0], {name.replace("_", "-"): value for name, value in tokens.items()}))


def test_parsing_keeps_what_is_sound_and_tells_the_line_of_what_is_not() -> None:
    rules, faults = css.parse("p { color: red }\n}} h1 { margin: 0 }\nh2 { width: 1px !nonsense; height: 2px }")
    assert [rule.prelude for rule in rules if rule.body] == ["p", "h2"]
    assert [item.name for item in rules[-1].declarations] == ["height"]
    assert [fault.line for fault in faults] == [2, 3]


def test_parsing_survives_an_unclosed_end() -> None:
    rules, _ = css.parse("p { margin: 0 /* never closed")
    assert css.write(rules) == "p {\n  margin: 0;\n}\n"


def test_parsing_refuses_brackets_nested_without_end() -> None:
    rules, faults = css.parse("p { width: " + "(" * 5000 + " }")
    assert rules == ()
    assert faults[0].message == "brackets are nested too deep"


def test_tokens_and_sums_are_put_in() -> None:
    text = ":root { --line: 15pt } p { margin: var(--line) 0; padding: calc(var(--line) * 2 + 1in) }"
    assert resolved(text) == "p {\n  margin: 15pt 0;\n  padding: 102pt;\n}\n"


def test_given_tokens_win_over_declared_ones() -> None:
    assert "margin: 2em" in resolved(":root { --line: 1em } p { margin: var(--line) }", line="2em")


def test_a_token_that_nothing_declares_is_an_error() -> None:
    with pytest.raises(KeyError, match="missing"):
        resolved("p { margin: var(--missing) }")


@pytest.mark.parametrize(
    ("value", "settled"),
    [
        ("calc(1in / 2)", "36pt"),
        ("calc(3 * (2pt - 0.5pt))", "4.5pt"),
        ("round(down, calc(500pt / 15pt), 1)", "33"),
        ("calc(round(up, 2.2) * 10pt)", "30pt"),
        ("max(1in, 80pt)", "80pt"),
        ("min(25.4mm, 2in)", "72pt"),
        ("calc(0pt - 3pt)", "-3pt"),
        ("calc(1em + 2pt)", "calc(1em + 2pt)"),
        ("linear-gradient(calc(1 + 1), red)", "linear-gradient(2, red)"),
    ],
)
def test_sums(value: str, settled: str) -> None:
    assert css.settle(value, {}) == settled


def test_style_queries_choose_rules() -> None:
    text = """
        @container style(--justify: true) { p { text-align: justify } }
        @container not style(--justify: true) { p { text-align: left } }
    """
    assert "justify" in resolved(text, justify="true")
    assert "left" in resolved(text, justify="false")


def test_style_queries_choose_tokens_too() -> None:
    text = """
        :root { --sink: 5 }
        @container style(--opener: plain) { :root { --sink: 3 } }
        h1 { margin: calc(var(--sink) * 1pt) }
    """
    assert "margin: 3pt" in resolved(text, opener="plain")
    assert "margin: 5pt" in resolved(text, opener="classic")


def test_points_reads_absolute_lengths_only() -> None:
    assert css.points("148mm") == pytest.approx(419.53, abs=0.01)
    with pytest.raises(ValueError, match="3em"):
        css.points("3em")


def test_grey_weighs_colours_as_the_eye_does() -> None:
    assert css.grey("white") == 0
    assert css.grey("black") == 1
    assert 0.4 < (css.grey("#a33b14") or 0) < 0.7
    assert css.grey("no colour") is None


@pytest.mark.parametrize("colour", ["#7a1f1f", "#ffff00", "white", "black", "rgb(0 0 0 / 50%)"])
def test_legible_stands_off_from_either_ground(colour: str) -> None:
    def contrast(ink: str, paper: str) -> float:
        shades = [[int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)] for text in (ink, paper)]
        linear = [[c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shade] for shade in shades]
        low, high = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in linear)
        return (high + 0.05) / (low + 0.05)

    assert contrast(css.legible(colour, "white"), "#f5efe2") >= 4.5
    assert contrast(css.legible(colour, "black"), "#25221e") >= 4.5


def test_legible_leaves_what_can_be_read() -> None:
    assert css.legible("#7a1f1f", "white") == "#7a1f1f"
    assert css.legible("currentcolor", "white") == "currentcolor"


def test_neutral_turns_greys_into_black_ink_and_leaves_colours() -> None:
    assert css.neutral("1px solid #000") == "1px solid device-cmyk(0 0 0 1)"
    assert css.neutral("white") == "device-cmyk(0 0 0 0)"
    assert css.neutral("#a33b14") == "#a33b14"


def test_addresses_are_found_in_every_spelling() -> None:
    value = 'url(a.png), url("b.png"), image-set("c.png" 1x), URL( d.png )'
    assert list(css.addresses(value)) == ["a.png", "b.png", "c.png", "d.png"]
