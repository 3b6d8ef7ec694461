"""What a value of front matter may be: each function brings it to one form, or raises `Fault`."""

import datetime
import re

from packager.aliases import PRODUCTS, RELATORS, nearest, spell
from packager.frontmatter import Tree
from packager.roles import ROLE_WORDS
from packager.slugs import slugify
from packager.store import recall

EDITIONS = ("epub", "print", "screen", "web")
"""Editions that a section may name."""

COMMON = frozenset(
    "ar bg ca cs cy da de de-AT de-CH de-DE el en en-AU en-CA en-GB en-IE en-IN en-NZ en-US en-ZA es es-AR es-ES es-MX "
    "et eu fa fi fr fr-BE fr-CA fr-CH fr-FR ga gl he hi hr hu id is it it-CH it-IT ja ko la lt lv nb nl nl-BE nl-NL nn "
    "pl pt pt-BR pt-PT ro ru sk sl sr sv sv-SE tr uk vi zh zh-Hans zh-Hant".split()
)
"""Tags that are known to be right without the table of all languages, which takes a tenth of a second to load."""

_FILE_AS = ("file-as", "sort", "sort-as")
_BREAKS = re.compile("[ \t\n\r\f\v\x85\u2028\u2029]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Fault(ValueError):
    """What is wrong with a value, as a phrase that follows its key, and how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def one_line(text: str) -> str:
    """Collapse white space but no-break spaces."""
    return _BREAKS.sub(" ", str(text)).strip()


def listed(value: Tree) -> Tree:
    """Make a list of a single value, and drop what is blank."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item is not None and not (isinstance(item, str) and not item.strip())]


def language(tag: str) -> str:
    """Return a BCP 47 tag in canonical case; `en_GB` is taken for `en-GB`; raise `Fault` for what is no language."""
    return tag if tag in COMMON else recall(lambda: _language(tag).encode(), "language", tag).decode()


def _language(tag: str) -> str:
    # Imported here: it costs a third of the start of a program that knows the tag already.
    from langcodes import standardize_tag, tag_is_valid
    from langcodes.tag_parser import LanguageTagError

    written = one_line(tag).replace("_", "-")
    hint = "write a BCP 47 tag: en, en-GB, fr, zh-Hant"
    try:
        if tag_is_valid(written):
            return str(standardize_tag(written))
    except LanguageTagError:
        pass
    raise Fault(f"is no language: {tag!r}", hint)


def iso_date(text: str) -> str:
    """Return a date of ISO 8601, precise to year, month or day as written; raise `Fault` for what is none."""
    text = one_line(text)
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        raise Fault(f"is no date: {text!r}", "write 1892, 1892-10 or 1892-10-14")
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as impossible:
        raise Fault(f"is no date of the calendar: {text!r}") from impossible
    return text


def isbn13(text: str) -> str:
    """Return the thirteen digits of an ISBN; raise `Fault` where length, prefix or check digit is wrong (ISO 2108)."""
    digits = re.sub(r"^(urn:)?isbn(-1[03])?[: ]*|[-\s‐‑–]", "", text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"\d{9}[\dXx]", digits, re.ASCII):
        raise Fault(f"is an ISBN-10: {text!r}", f"write the ISBN-13, {_checked('978' + digits[:9])}")
    if not re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        raise Fault(f"is no ISBN: {text!r}", "an ISBN has 13 digits and begins with 978 or 979")
    if _checked(digits[:12]) != digits:
        raise Fault(
            f"is an ISBN with a wrong digit: {text!r}",
            f"its last digit does not fit; {_checked(digits[:12])} would be right",
        )
    return digits


def _checked(twelve: str) -> str:
    """Append the check digit."""
    return f"{twelve}{-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(twelve)) % 10}"


def relator(word: str) -> str:
    """Return the MARC code for what a person did, `edt` for `editor` and `Editors`; raise `Fault` for another word."""
    key = spell(word)
    code = RELATORS.get(key) or RELATORS.get(key.removesuffix("s")) or key
    if not re.fullmatch("[a-z]{3}", code):
        near = nearest(key, RELATORS)
        raise Fault(
            f"is no role that is known: {word!r}", f"did you mean {near}?" if near else "use a MARC relator code"
        )
    return code


def role(word: str) -> str:
    """Return a section's role, `preface` for `Preface`; raise `Fault` for a word that names none."""
    if (key := spell(word)) not in ROLE_WORDS:
        near = nearest(key, ROLE_WORDS)
        raise Fault(f"is no role that is known: {word!r}", f"did you mean {near}?" if near else "")
    return ROLE_WORDS[key]


def product(word: str) -> str:
    """Return the name of a product that has an ISBN; raise `Fault` for another."""
    if word not in PRODUCTS:
        raise Fault("names no product that is made here", "there are epub, paperback and hardcover")
    return word


def edition(word: str) -> str:
    """Return an edition's name; raise `Fault` for what is none."""
    if (key := spell(word)) not in EDITIONS:
        raise Fault(f"is no edition: {word!r}", f"there are {', '.join(EDITIONS)}")
    return key


def slug(text: str) -> str:
    """Return an id; raise `Fault` for what cannot be one."""
    if text != slugify(text, ""):
        raise Fault(f"is no id: {text!r}", f"write {slugify(text)}: small letters, digits and hyphens")
    return text


def breakable(word: str) -> str:
    """Return a word with hyphens where it may break; raise `Fault` for what is no word."""
    if not _WORD.fullmatch(word):
        raise Fault(f"is no word: {word!r}", "write letters, with a hyphen where the word may break: man-u-script")
    return word


def variable(name: str) -> str:
    """Return the name of a variable; raise `Fault` where it cannot stand in braces."""
    if not re.fullmatch(r"[A-Za-z][\w.-]{0,60}", name):
        raise Fault(f"has a name that cannot stand in {{{{ }}}}: {name!r}", "begin with a letter; no spaces")
    return name


def spoken(value: Tree) -> Tree:
    """Take a list for its items with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def uncited(value: Tree) -> Tree:
    """Read pandoc's `nocite`: keys with their signs, in a list or between commas."""
    items = value if isinstance(value, list) else [value]
    return [key.lstrip("@") for item in items for key in re.split(r"[,;\s]+", str(item or "")) if key]


def words(value: Tree) -> Tree:
    """Take text for its words, alone or in a list."""
    items = value if isinstance(value, list) else [value]
    return [word for item in items for word in (item.split() if isinstance(item, str) else [item])]


def count(value: Tree) -> Tree:
    """Take the marks of thousands out of a number: `80,000`."""
    return re.sub(r"(?<=\d)[,_ ](?=\d{3})", "", value) if isinstance(value, str) else value


def person(value: Tree) -> Tree:
    """Bring the forms in which tools write a person to `{name, role, file-as}`."""
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict):
        return value
    said = {spell(key): item for key, item in value.items()}
    whole = " ".join(part for key in ("given", "family") if isinstance(part := said.get(key), str))
    named = {
        "name": said.get("name") or said.get("text") or whole or None,
        "role": said.get("role") or said.get("type"),
    }
    named["file-as"] = next((said[key] for key in _FILE_AS if said.get(key)), None)
    if named["name"] is None:
        raise Fault("has an entry without a name", "write a name, or name: …")
    return {key: item for key, item in named.items() if item is not None}


def people(value: Tree) -> Tree:
    """Spread `{editor: A, translator: [B, C]}` into a list of people."""
    if isinstance(value, dict) and value and not {"name", "text", "family"} & value.keys():
        return [
            {**person, "role": word} if isinstance(person, dict) else {"name": person, "role": word}
            for word, named in value.items()
            for person in (named if isinstance(named, list) else [named])
        ]
    return listed(value)
