"""Chapters of Quarto (.qmd, .Rmd) -> Markdown of ours: code cells, shortcodes, what formats see.

No code is run. A cell shows its code as its options say; an image that it only includes is shown; what it would
compute is told as missing. See https://quarto.org/docs/computations/ and https://quarto.org/docs/extensions/shortcodes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from packager import frontmatter
from packager.frontmatter import Tree
from packager.problems import Problem, warning

_FENCE = re.compile(r"([ \t]*(?:> ?)*[ \t]*)(`{3,}|~{3,})(.*)$")
_CELL = re.compile(r"\{(\w[\w+#-]*)(?:[ ,]+([^{}]*))?\}$")
_RAW = re.compile(r"\{=(\w+)\}$")
_ESCAPED = re.compile(r"(?<![^`~ ])\{\{(\w[^{}]*)\}\}$")
_OPTION = re.compile(r"[ \t]*(?:#|//|--|%%|\*)\|[ ]?(.*)$")
_CHUNK = re.compile(r"([\w.]+)[ ]*=[ ]*(\"[^\"]*\"|'[^']*'|[^,]*)")
_INCLUDED = re.compile(r"(?:include_graphics|Image)\([ \n]*(?:filename[ ]*=[ ]*)?[\"']([^\"'\n]+)[\"']")
_ONLY_INCLUDES = re.compile(
    r"\s*(?:(?:knitr::|IPython\.display\.|from\s.*\n|import\s.*\n)*)*(?:include_graphics|Image)\([^()]*\)\s*$"
)
_DIAGRAMS = frozenset("mermaid dot ojs".split())

_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)(\{=\w+\})?")
_INLINE = re.compile(r"(?:r|\{\w+\})[ ]+(.+)")
_SHORTCODE = re.compile(r"(\{)?\{\{<[ ]*(\S+)[ ]*(.*?)[ ]*>\}\}(?(1)\})")
_FROM_ROOT = re.compile(r"(?<=\]\()/(?=[^/\s)])")
_LATEX = re.compile(r"\s*\\(?:newpage|pagebreak|clearpage|cleardoublepage|frontmatter|mainmatter|backmatter)\s*$")
_ENVIRONMENT = re.compile(r"\s*\\begin\{(equation|align|gather|multline|eqnarray)(\*?)\}(.*)$")
_INDEX = re.compile(r"\\index\{((?:[^{}]|\{[^{}]*\})*)\}")
_CONTENT = re.compile(r"\.content-(visible|hidden)([^{}]*)")
_FORMATS = re.compile(r"(when|unless)-format=[\"']?([\w:]+)[\"']?")
_LOOKS = re.compile(
    r"(?<=[\s{])(?:fig-(?:align|pos|env|width|height|asp|scap|link)|layout(?:-\w+)?|collapse|appearance|icon|lightbox|group"
    r"|tbl-(?:colwidths|pos)|code-(?:fold|overflow|summary|line-numbers)|loading|target|rel|out-width|style"
    r")=(?:\"[^\"]*\"|'[^']*'|[^\s{}]+)[ ]*"
)
_BRACES = re.compile(r"\{[^{}]*=[^{}]*\}")
_COLUMN = re.compile(r"([ ]*:::+[ ]*\{[^{}]*\.column\b[^{}]*?)[ ]+width=(?:\"[^\"]*\"|[^\s{}]+)")
_EDITIONS = {
    **dict.fromkeys(("html", "html:js", "revealjs"), ("web",)),
    "epub": ("epub",),
    **dict.fromkeys(("pdf", "latex", "typst"), ("print", "screen")),
}
"""Quarto's formats, and the editions of ours that are made in their place; what names HTML means the EPUB too."""
_ALL = ("epub", "print", "screen", "web")


@dataclass(slots=True)
class _Text:
    """A chapter on its way to our Markdown."""

    path: str
    variables: Mapping[str, Tree]
    rows: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    """Lines of cells whose output nobody sees here."""

    def put(self, line: int, *rows: str) -> None:
        self.rows += rows
        self.lines += [line] * len(rows)

    def tell(self, code: str, message: str, line: int, hint: str) -> None:
        self.problems.append(warning(code, message, self.path, line, hint))


def translate(
    text: str, lines: tuple[int, ...], line: int, path: str, variables: Mapping[str, Tree]
) -> tuple[str, tuple[int, ...], tuple[Problem, ...]]:
    """Return the chapter in our Markdown, the line of the file for each of its lines, and what could not be read.

    `lines` is where includes moved lines, empty where they did not; `line` is the first one's. `variables` are those of
    `_variables.yml`.
    """
    made = _Text(path, variables)
    rows = text.split("\n")
    at = 0
    while at < len(rows):
        row, here = rows[at], lines[at] if at < len(lines) else line + at
        at += 1
        fence = _FENCE.match(row)
        if fence and not (fence[2][0] == "`" and "`" in fence[3]):
            closing = re.compile(rf"[ \t]*(?:> ?)*[ \t]*{re.escape(fence[2][0])}{{{len(fence[2])},}}[ \t]*$")
            end = next((to for to in range(at, len(rows)) if closing.match(rows[to])), len(rows))
            where = [lines[to] if to < len(lines) else line + to for to in range(at - 1, min(end + 1, len(rows)))]
            _fenced(fence, rows[at:end], where, made)
            at = end + 1
        elif formula := _ENVIRONMENT.match(row):
            close = f"\\end{{{formula[1]}{formula[2]}}}"
            end = next((to for to in range(at - 1, len(rows)) if close in rows[to]), at - 1)
            made.put(here, "", *_formula(formula, close, rows[at - 1 : end + 1]), "")
            at = end + 1
        elif not _LATEX.match(row):
            made.put(here, _prose(row, here, made))
    if made.silent:
        count = len(made.silent)
        cells = "a cell of code is" if count == 1 else f"{count} cells of code are"
        message = f"{cells} not run, and what would come of it is not in the book"
        made.tell("cell-not-run", message, made.silent[0], "write the result down, or show a drawing as an image")
    return "\n".join(made.rows), tuple(made.lines), tuple(made.problems)


def _fenced(fence: re.Match[str], body: list[str], where: list[int], made: _Text) -> None:
    """Put a fenced block: a cell, raw text of another format, or code as it stands."""
    indent, mark, info = fence[1], fence[2], fence[3].strip()
    here, last = where[0], where[-1]
    inner = where[1 : len(body) + 1]
    if raw := _RAW.match(info):
        if raw[1] == "markdown":
            for line, row in zip(inner, body, strict=True):
                made.put(line, row)
            return
        hint = "say it in Markdown, or drop it"
        made.tell("raw-format", f"a block of {raw[1]} is left out: it is for another tool", here, hint)
        return
    if _ESCAPED.match(info):
        single = _ESCAPED.sub(r"{\1}", info)
        made.put(here, f"{indent}{mark}`", f"{indent}{mark}{single}")
        for line, row in zip(inner, body, strict=True):
            made.put(line, row)
        made.put(last, f"{indent}{mark}", f"{indent}{mark}`")
        return
    cell = _CELL.match(info)
    if cell is None or info.startswith(("{.", "{#")):
        made.put(here, f"{indent}{mark}{fence[3]}" if "=" not in info else f"{indent}{mark}{_LOOKS.sub('', fence[3])}")
        for line, row in zip(inner, body, strict=True):
            made.put(line, _ESCAPED.sub(r"{\1}", row) if row.lstrip(" `~").startswith("{{") else row)
        made.put(last, f"{indent}{mark}")
        return
    options = _chunk(cell[2] or "")
    count = 0
    while count < len(body) and _OPTION.match(body[count]):
        count += 1
    said = "\n".join(_OPTION.sub(r"\1", row) for row in body[:count])
    if said:
        options |= {key: _said(value) for key, value in frontmatter.parse(said, made.path, here).values.items()}
    code = list(zip(inner[count:], body[count:], strict=True))
    while code and not code[0][1].strip():
        del code[0]
    _cell(cell[1], options, code, (indent, mark, here, last), made)


def _cell(
    language: str, options: dict[str, str], code: list[tuple[int, str]], frame: tuple[str, str, int, int], made: _Text
) -> None:
    indent, mark, here, last = frame
    if options.get("include") == "false":
        return
    source = "\n".join(row for _, row in code)
    pictures = _INCLUDED.findall(source)
    label, caption = options.get("label", ""), options.get("fig-cap") or options.get("tbl-cap") or ""
    shown = options.get("echo") != "false" and bool(code) and not (pictures and _ONLY_INCLUDES.match(source))
    runs = options.get("eval") != "false" and language not in ("markdown", "md")
    floats = label.startswith(("fig-", "tbl-")) and not pictures and runs
    if floats:
        kind = "table" if label.startswith("tbl-") else "figure"
        message = f"the {kind} #{label} is drawn by code, which is not run"
        made.tell("cell-output", message, here, "save it as an image, and show that")
        made.put(here, "", f"{indent}::: {{#{label}}}", "")
    if language in _DIAGRAMS:
        shown = bool(code)
        message = f"a diagram in {language} is not drawn, and its source is shown"
        made.tell("cell-output", message, here, "save it as an SVG file, and show that")
    elif runs and not pictures and not floats and code:
        made.silent.append(here)
    if shown:
        attributes = " ".join(
            f'{key}="{value}"' for key, value in options.items() if key in ("lst-cap", "filename") and '"' not in value
        )
        name = options.get("lst-label", "")
        inside = f"{'#' if name else ''}{name} {attributes}".strip()
        made.put(here, f"{indent}{mark}{language}{' {' if inside else ''}{inside}{'}' if inside else ''}")
        for line, row in code:
            made.put(line, row)
        made.put(last, f"{indent}{mark}")
    if pictures:
        width, alt = options.get("out-width", ""), options.get("fig-alt", "").replace('"', "'")
        told = [f"#{label}"] if label.startswith("fig-") and len(pictures) == 1 else []
        told += [f'fig-alt="{alt}"'] if alt else []
        told += [f"width={width}"] if re.fullmatch(r"\d+%", width) else []
        braces = " ".join(told).join("{}") if told else ""
        for picture in pictures:
            made.put(here, "", f"{indent}![{caption}]({picture}){braces}", "")
    if floats:
        made.put(last, "", *([f"{indent}{caption}", ""] if caption else []), f"{indent}:::", "")


def _chunk(text: str) -> dict[str, str]:
    """Read knitr's options in a fence: `label, echo=FALSE, fig.cap="…"`."""
    options = {}
    first = text.split(",")[0].strip()
    if first and "=" not in first:
        options["label"] = first
    for key, value in _CHUNK.findall(text):
        options[key.replace(".", "-").replace("_", "-")] = _said(value.strip().strip("\"'"))
    return options


def _said(value: Tree) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if isinstance(value, dict | None) else value
    text = " ".join(text.split())
    return {"FALSE": "false", "TRUE": "true", "F": "false", "T": "true", "no": "false"}.get(text, text)


def _prose(row: str, here: int, made: _Text) -> str:
    """Translate a line of text."""
    if "{{<" in row:
        row = _outside_code(_SHORTCODE, row, lambda match: _shortcode(match, here, made))
    if "\\index{" in row:
        row = _outside_code(_INDEX, row, _indexed)
    if "](/" in row:
        row = _FROM_ROOT.sub("../" * made.path.count("/"), row)
    if "`r " in row or "`{" in row or "{=" in row:
        row = _SPAN.sub(lambda match: _code(match, here, made), row)
    if "{" in row and "=" in row:
        row = _CONTENT.sub(lambda match: _condition(match, here, made), row) if ".content-" in row else row
        row = _COLUMN.sub(r"\1", row)
        row = _BRACES.sub(lambda match: _LOOKS.sub("", match[0]), row)
        row = re.sub(r"(?<=\S)[ ]*\{[ ]*\}", "", row) if "{}" in row or "{ }" in row else row
    return row


def _outside_code(pattern: re.Pattern[str], row: str, replace: Callable[[re.Match[str]], str]) -> str:
    spans = [span.span() for span in _SPAN.finditer(row)] if "`" in row else []
    return pattern.sub(lambda match: match[0] if any(a <= match.start() < b for a, b in spans) else replace(match), row)


def _formula(begin: re.Match[str], close: str, rows: list[str]) -> tuple[str, ...]:
    """Write an environment of LaTeX that stands in the text as a formula of its own."""
    inside = " ".join(rows)[begin.start(3) :].rpartition(close)[0]
    label = re.search(r"\\label\{(eq[-:][\w-]+)\}|\(\\#(eq:[\w-]+)\)", inside)
    inside = re.sub(r"\\label\{[^{}]*\}|\(\\#[\w:-]+\)|\\not(?:ag|number)\b", "", inside).strip()
    inner = {"align": "aligned", "eqnarray": "aligned", "gather": "gathered"}.get(begin[1], "")
    inside = f"\\begin{{{inner}}}{inside}\\end{{{inner}}}" if inner else inside
    name = (label[1] or label[2]).replace(":", "-") if label else ""
    return (f"$${inside}$${f' {{#{name}}}' if name else ''}",) if inside else ()


def _shortcode(match: re.Match[str], here: int, made: _Text) -> str:
    name, rest = match[2], match[3].strip("\"'")
    if match[1]:
        return match[0][1:-1]
    if name == "pagebreak":
        return ""
    if name == "meta" and re.fullmatch(r"[\w-]+", rest):
        return f"{{{{{rest}}}}}"
    if name == "kbd":
        return f"`{rest}`" if rest else ""
    if name == "var":
        value: Tree = dict(made.variables)
        for key in rest.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            return value
    made.tell("shortcode", f"{match[0][:60]} is left out: it is not read here", here, "write what it stands for")
    return ""


def _indexed(match: re.Match[str]) -> str:
    """Write LaTeX's `\\index{sort@term!sub|see{other}}` as our mark."""
    term, _, manner = match[1].replace('"', "'").partition("|")
    sort, _, shown = term.rpartition("@")
    kind = {"(": "index-start", ")": "index-end"}.get(manner, "index")
    see = re.fullmatch(r"(see(?:also)?)\{(.*)\}", manner)
    more = f' sort="{sort}"' if sort and "!" not in term else ""
    more += f' {see[1].replace("seealso", "see-also")}="{see[2]}"' if see else ""
    return f'[]{{.{kind} term="{shown}"{more}}}'


def _code(match: re.Match[str], here: int, made: _Text) -> str:
    """Settle code within a line: raw text of another format goes, a value that would be computed shows its code."""
    if match[3]:
        made.tell("raw-format", f"{match[0][:60]} is left out: it is for another tool", here, "say it in Markdown")
        return ""
    if computed := _INLINE.fullmatch(match[2]):
        made.tell("cell-not-run", f"{match[0][:60]} is not run, and shown as code", here, "write the result down")
        return f"{match[1]}{computed[1]}{match[1]}"
    return match[0]


def _condition(match: re.Match[str], here: int, made: _Text) -> str:
    """Turn what formats see into what editions do."""
    found = _FORMATS.search(match[2])
    if not found:
        made.tell("condition", f".content-{match[1]} without a format is not read", here, 'write when-format="pdf"')
        return match[2].strip()
    named = _EDITIONS.get(found[2], ())
    named = (*named, "epub") if found[2] == "html" else named
    kept = named if (match[1] == "visible") == (found[1] == "when") else tuple(set(_ALL) - set(named))
    if not kept:
        made.tell("condition", f"the format {found[2]} is not made here, and all editions show what it has", here, "")
    classes = " ".join(f".only-{edition}" for edition in _ALL if edition in kept)
    return f"{classes}{_FORMATS.sub('', match[2])}".strip()
