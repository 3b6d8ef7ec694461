"""Files of a manuscript in, its sections out: role, depth and name of each, which depend on the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from packager.book import BACK_ROLES, BODY_ROLES, FRONT_ROLES, Section
from packager.frontmatter import FrontMatter
from packager.metadata import SectionKeys
from packager.outline import Item
from packager.problems import Problem, error
from packager.slugs import RESERVED, slugify, unique


@dataclass(frozen=True, slots=True)
class Draft:
    """A section before its slug and role are settled among the others."""

    path: str
    item: Item
    keys: SectionKeys
    front: FrontMatter
    text: str
    line: int
    title: str
    name: str
    """What the slug is made of."""
    guess: str = ""
    """The role that a file's name or a heading suggests."""
    lines: tuple[int, ...] = ()
    """Where includes moved lines: the file's line of each of the text's."""
    included: tuple[tuple[int, str, int], ...] = ()
    """The text's lines that came from other files."""


def sections(drafts: Sequence[Draft], problems: list[Problem]) -> Iterator[Section]:
    """Give every section its role, depth and slug, which depend on the others."""
    roles = _roles(drafts)
    flat = not any(draft.item.depth for draft in drafts)
    taken = set(RESERVED)
    owners: dict[str, str] = {}
    for draft in drafts:
        if slug := draft.keys.id:
            if slug in taken:
                message = f"the id `{slug}` is taken by {owners.get(slug, 'a page that packager makes')}"
                line = draft.front.line("id")
                problems.append(error("id-twice", message, draft.path, line, "choose another"))
            owners.setdefault(slug, draft.path)
            taken.add(slug)
    in_part = False
    for draft, role in zip(drafts, roles, strict=True):
        in_part = role == "part" or (in_part and role in {"chapter", "section", "interlude"})
        slug = draft.keys.id
        if not slug or owners[slug] != draft.path or slug in RESERVED:
            name = slugify(draft.name, "")
            # An XML name cannot begin with a digit.
            slug = unique(name if name[:1].isalpha() else f"{role}-{name}".strip("-"), taken)
        yield Section(
            path=draft.path,
            line=draft.line,
            lines=draft.lines,
            included=draft.included,
            text=draft.text,
            slug=slug,
            title=draft.title,
            subtitle=draft.keys.subtitle,
            short_title=draft.keys.short_title,
            authors=tuple(person.name for person in draft.keys.author),
            role=role,
            depth=1 if flat and in_part and role != "part" else draft.item.depth,
            numbered=draft.item.numbered if draft.keys.numbered is None else draft.keys.numbered,
            toc=draft.keys.toc,
            editions=draft.keys.editions,
            lang=draft.keys.lang,
            index=draft.keys.index,
            goal=draft.keys.goal,
        )


def _roles(drafts: Sequence[Draft]) -> list[str]:
    """Settle the roles: a guess of front matter counts only before the body, one of back matter only after it."""
    told = [draft.keys.role or draft.item.role for draft in drafts]
    roles = [
        role or ("" if draft.item.depth and draft.item.default == "section" else draft.guess) or draft.item.default
        for role, draft in zip(told, drafts, strict=True)
    ]
    body = [place for place, role in enumerate(roles) if role in BODY_ROLES]
    for place, draft in enumerate(drafts):
        late = roles[place] in FRONT_ROLES and body and place > body[0]
        early = roles[place] in BACK_ROLES and body and place < body[-1]
        if not told[place] and (late or early):
            roles[place] = draft.item.default if draft.item.default in BODY_ROLES else "chapter"
    return roles
