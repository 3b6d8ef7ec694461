"""Chapters of Quarto: what of them becomes Markdown of ours, and what is told as missing."""

import pytest

from packager.cells import translate


def translated(text: str) -> str:
    return translate(text, (), 1, "one.qmd", {"version": "1.2", "mail": {"to": "me"}})[0].strip()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("```{python}\n#| eval: false\n\nx = 1\n```", "```python\nx = 1\n```"),
        ("```{r}\n#| include: false\nx\n```\n\nText.", "Text."),
        ("```{r, echo=FALSE, eval=FALSE}\nx\n```\nText.", "Text."),
        (
            '```{r}\n#| label: fig-x\n#| fig-cap: A cat.\n#| fig-alt: |\n#|   A cat\n#|   asleep\n#| out-width: "50%"\n'
            'knitr::include_graphics("cat.png", dpi = 270)\n```',
            '![A cat.](cat.png){#fig-x fig-alt="A cat asleep" width=50%}',
        ),
        (
            "```{python}\n#| lst-label: lst-x\n#| lst-cap: Some code\n#| eval: false\nx\n```",
            '```python {#lst-x lst-cap="Some code"}\nx\n```',
        ),
        ("````markdown\n```{{r}}\nx\n```\n````", "````markdown\n```{r}\nx\n```\n````"),
        ("```{.python .numbered}\n#| kept\n```", "```{.python .numbered}\n#| kept\n```"),
        ("```{=markdown}\n*x*\n```", "*x*"),
        ("{{< meta title >}} {{< var version >}} {{< var mail.to >}}", "{{title}} 1.2 me"),
        ("`{{< var x >}}` {{{< var x >}}}", "`{{< var x >}}` {{< var x >}}"),
        ('::: {.callout-tip collapse="true" title="Mind"}\nx\n:::', '::: {.callout-tip title="Mind"}\nx\n:::'),
        ('::: {.content-visible when-format="pdf"}', "::: {.only-print .only-screen}"),
        ('[x]{.content-hidden when-format="html"}', "[x]{.only-print .only-screen}"),
        ('![A](/i/a.png){fig-align="center" width=50%}', "![A](i/a.png){width=50%}"),
        ("\\newpage\n\nText.", "Text."),
        ("\\begin{align}\na &= b \\label{eq-x}\n\\end{align}", "$$\\begin{aligned}a &= b\\end{aligned}$$ {#eq-x}"),
        ("Salt\\index{salt!sea} and `\\index{x}`", 'Salt[]{.index term="salt!sea"} and `\\index{x}`'),
    ],
)
def test_what_becomes_of_a_chapter(source: str, expected: str) -> None:
    assert translated(source) == expected


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("Text.\n\n```{r}\n#| label: fig-x\nplot(x)\n```", "cell-output", 3),
        ("```{mermaid}\nA --> B\n```", "cell-output", 1),
        ("Text.\n\n```{r}\nnrow(x)\n```", "cell-not-run", 3),
        ("It has `r nrow(x)` rows.", "cell-not-run", 1),
        ("```{=latex}\n\\clearpage\n```", "raw-format", 1),
        ("a `<br>`{=html} b", "raw-format", 1),
        ("{{< video https://e.org/v >}}", "shortcode", 1),
        ('::: {.content-visible when-profile="x"}', "condition", 1),
    ],
)
def test_what_is_not_read_is_told(source: str, code: str, line: int) -> None:
    (problem,) = translate(source, (), 1, "one.qmd", {})[2]
    assert (problem.code, problem.path, problem.line) == (code, "one.qmd", line)
    assert problem.hint


def test_a_figure_that_code_draws_keeps_its_name_and_caption() -> None:
    assert translated("```{r}\n#| label: fig-x\n#| fig-cap: Cats\n#| echo: false\nplot(x)\n```") == (
        "::: {#fig-x}\n\n\nCats\n\n:::"
    )


def test_lines_keep_their_numbers() -> None:
    text, lines, _ = translate("a\n\n```{r}\n#| eval: false\nx\n```\nb", (), 10, "one.qmd", {})
    assert dict(zip(text.split("\n"), lines, strict=True)) == {"a": 10, "": 11, "```r": 12, "x": 14, "```": 15, "b": 16}
