"""Rules of words: repeated ones, placeholders, letters of another script, links that say nothing, long paragraphs."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain, compress, pairwise

from packager.lint.house import House, language
from packager.lint.prose import OBJECT, Block, Prose
from packager.lint.rule import Finding

REPEATS = {
    "en": "had that is do her you long very ha he ho no so now there well out in bye night blah tut hush knock",
    "fr": "vous nous très bien si",
    "de": "die der das sie sehr dass ha",
    "es": "muy ya que",
    "it": "molto piano via così",
    "nl": "dat die het heel zij",
    "la": "et",
    "af": "nie",
}
"""Words that a language sets twice running with good reason: `all that that implies`, `vous vous levez`."""

VAGUE = {
    "en": "here|click here|this link|this page|link|read more|more|this|click this link|see here|go here",
    "fr": "ici|cliquez ici|ce lien|lien|cette page",
    "de": "hier|hier klicken|klicken sie hier|dieser link|link|mehr",
    "es": "aquí|haga clic aquí|haz clic aquí|este enlace|enlace|más",
    "it": "qui|clicca qui|questo link|link",
    "nl": "hier|klik hier|deze link|link",
    "pt": "aqui|clique aqui|este link|link",
}
"""Words of a link that tell nobody where it leads, read by themselves in a list of links."""

LATIN_TWINS = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιυαρχ" + "ͺϲϳ")
"""Greek letters that look Latin; others, as in μm and kΩ, stand in Latin words with good reason."""

SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "FULLWIDTH")
"""Scripts whose letters are taken for each other, by the first word of their Unicode names."""

UNWRITTEN = frozenset(
    "part index bibliography endnotes glossary abbreviations colophon titlepage halftitlepage also-by".split()
)
"""Roles whose text may be made by packager, or be a title alone."""

_COMMENT = re.compile(r"<!--[\s\S]*?-->")
_LATIN = "A-Za-z\u00c0-\u024f"
_FOREIGN = "\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff\uff21-\uff5a"
_OTHER = re.compile(f"[{_FOREIGN}]")
_MIXED = re.compile(f"[{_LATIN}](?=[{_FOREIGN}])|[{_FOREIGN}](?=[{_LATIN}])")
_WORD = re.compile(r"[^\W\d_]+")
_FILLER = re.compile(r"[Ll]orem ipsum\b|LOREM IPSUM\b")
_PLACEHOLDER = re.compile(r"TK(?:TK)*\b|TODO\b|FIXME\b|XXX+\b|\[(?:insert|placeholder|TBD|TBC|tk)\b")
_THIRTY = re.compile(
    r"(?:\b(?:chap|chapter|book|part|vol|volume|canto|psalm|section|act|letter|number|nos?|plate|fig|figure|article)s?\.?"
    r"|[A-Z]\w*\.?|[IVXLC.,])\s\Z"
)
"""What stands before the Roman number XXX."""
_LINK = re.compile(rf"\[([^\[\]\n{OBJECT}]{{1,40}})(?={OBJECT})")


def repeated_word(prose: Prose, house: House) -> Iterator[Finding]:
    """The same word twice running, also over a line's end; not over the end of a sentence."""
    lowered = prose.text.lower()
    for mark in '"“‘(*_«[':
        lowered = lowered.replace(mark, f"{mark} ")
    words = lowered.split()
    twins = compress(pairwise(words), map(str.startswith, words[1:], words))
    twice = {
        first for first, second in twins if first.isalpha() and not second[len(first) : len(first) + 1].isalnum()
    } - house.allowed
    if not twice:
        return
    listed = "|".join(map(re.escape, sorted(twice)))
    for match in re.finditer(rf"\b({listed})[ \n]+({listed})(?![\w'’-])", prose.text, re.IGNORECASE):
        first, second = match.groups()
        before = prose.text[max(0, match.start() - len(first) - 5) : match.start()]
        if first not in (second, second.capitalize()) or not second.islower() or before.endswith(("-", "'", "’")):
            continue
        if before.lower() == f"{second} and ":
            # `By and by by water`.
            continue
        block = prose.block_at(match.start())
        if block is None or match.end() > block.end or block.kind in ("table", "verse"):
            continue
        if second not in REPEATS.get(block.lang.split("-")[0], "").split():
            hint = f"delete one, or allow it: checks: {{repeated-word: [{second}]}}"
            yield Finding(match.start(2), match.end(2), f"“{first} {second}”: the word stands twice", hint)


def look_alike(prose: Prose, house: House) -> Iterator[Finding]:
    """A letter of another script inside a Latin word, which it only looks to belong to, or the other way round."""
    if not _OTHER.search(prose.text):
        return
    text, seen = prose.text, -1
    for found in _MIXED.finditer(text):
        start = found.start()
        if start < seen:
            continue
        while start and text[start - 1].isalpha():
            start -= 1
        word = _WORD.match(text, start)
        if word is None:
            continue
        seen = word.end()
        scripts = {letter: _script(letter) for letter in word[0]}
        if "LATIN" not in scripts.values():
            continue
        usual = max(sorted(scripts.values()), key=[scripts[letter] for letter in word[0]].count)
        odd = next((letter for letter, script in scripts.items() if script != usual and script in SCRIPTS), "")
        others = {letter for letter, script in scripts.items() if script in SCRIPTS[2:]}
        if odd and (others or any(letter in LATIN_TWINS for letter in word[0])):
            message = f"the {odd} in “{word[0]}” is {unicodedata.name(odd, 'no letter')}"
            hint = f"type the {usual.capitalize()} letter that it looks like"
            yield Finding(word.start(), word.end(), message, hint)


def _script(letter: str) -> str:
    """Return the script a letter's Unicode name begins with."""
    return unicodedata.name(letter, "").split(" ")[0]


def placeholder(prose: Prose, house: House) -> Iterator[Finding]:
    """Text that holds the place of text: TK, TODO, FIXME, XXX, lorem ipsum, [insert …]."""
    text = prose.text
    fillers = _FILLER.finditer(text) if " ipsum" in text or " IPSUM" in text else ()
    for match in chain(_PLACEHOLDER.finditer(text), fillers):
        start, found = match.start(), match[0]
        before = text[max(0, start - 12) : start]
        if before[-1:].isalnum() or prose.block_at(start) is None:
            continue
        if found == "XXX" and _THIRTY.search(before):
            continue
        if found == "TODO" and language(prose, start) in ("es", "pt", "gl", "ca"):
            continue
        yield Finding(start, match.end(), f"{found} holds the place of words to come", "write them, or delete it")


def link_text(prose: Prose, house: House) -> Iterator[Finding]:
    """A link that says only `here`: a screen reader reads links out one by one."""
    for match in _LINK.finditer(prose.text):
        if prose.raw[match.end() : match.end() + 2] not in ("](", "]["):
            continue
        words = " ".join(match[1].lower().strip(" .,:!*_").split())
        if words in VAGUE.get(language(prose, match.start()), "").split("|"):
            yield Finding(
                match.start(), match.end(), f"the link [{match[1]}] does not say where it leads",
                "name what it leads to: a list of links is read without the sentences around them",
            )  # fmt: skip


def section_empty(prose: Prose, house: House) -> Iterator[Finding]:
    """A heading with nothing below it but the next one of its rank, or the end."""
    headings = [block for block in prose.blocks if block.kind == "heading"]
    if prose.section.role in UNWRITTEN:
        return
    for place, block in enumerate(headings):
        following = headings[place + 1] if place + 1 < len(headings) else None
        end = following.start if following else len(prose.text)
        if following and _rank(prose, following) > _rank(prose, block):
            continue
        if not _COMMENT.sub("", prose.raw[block.end : end]).strip():
            words = prose.raw[block.start : block.end].strip("# \t")
            yield Finding(block.start, block.end, f"nothing stands below {words}", "write it, or take the heading out")


def _rank(prose: Prose, heading: Block) -> int:
    text = prose.raw[heading.start : heading.end].lstrip("> \t")
    return len(text) - len(text.lstrip("#"))


def paragraph_long(prose: Prose, house: House) -> Iterator[Finding]:
    """A paragraph of very many words."""
    for block in prose.blocks:
        # Counting spaces first is many times faster than counting words.
        size = block.end - block.start
        if size > 2 * house.longest and prose.text.count(" ", block.start, block.end) >= house.longest:
            words = len(prose.text[block.start : block.end].split())
            if words > house.longest:
                hint = f"part it, or allow paragraphs as long: checks: {{paragraph-long: {-(-words // 100) * 100}}}"
                yield Finding(block.start, block.start, f"a paragraph of {words:,} words", hint)
