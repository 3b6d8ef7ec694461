"""Computes the styles of elements that are alike once.

The engine shares a style between elements that the same rules apply to, but not where they have a name (`id`) or a
language of their own, nor between what is within such elements, and never between pseudo-elements: six for every
element, for markers and notes that hardly any has. Here a name is all that is an element's own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from typing import Any

from weasyprint import css
from weasyprint.css import ComputedStyle, InitialStyle, StyleFor

Element = Any
Declared = dict[str, tuple[Any, Any]]
"""The value of each property, and what it weighs."""
Rule = tuple[str, float, Any, Any]
"""Where declarations are from, the order of their layer, their specificity and they themselves."""

_ANCHOR = "-weasy-anchor"
_OWN = ("first-line", "first-letter")
"""Pseudo-elements of which the engine asks what has been computed so far."""
_NOTES = ("note-call", "note-marker", "note-callback")
"""Those to which the engine gives names, where the element is one of its notes."""

_styles: Callable[..., None] = StyleFor.__init__


def apply() -> None:
    """Take the place of the engine's function."""
    StyleFor.__init__ = _compute


class _Named(ComputedStyle):  # type: ignore[misc]  # WeasyPrint is untyped
    """The style of an element with a name, which shares all other values with elements that are alike."""

    def __init__(self, shared: ComputedStyle, cascaded: Declared) -> None:
        self.__dict__ |= {name: getattr(shared, name) for name in _FIELDS}
        self.shared, self.cascaded = shared, cascaded

    @property
    def anonymous_style(self) -> Any:
        """The style of boxes that the element's text is in."""
        return self.shared.anonymous_style

    def copy(self) -> "_Named":
        """Copy the style, to be changed."""
        copy = _Named(self.shared, self.cascaded)
        copy.update(self)
        return copy

    def __missing__(self, key: str) -> Any:
        if key == "anchor":
            return super().__missing__(key)
        value = self[key] = self.shared[key]
        return value


_FIELDS = (
    "specified", "parent_style", "is_root_element", "pseudo_type", "root_style", "base_url", "font_config",
    "initial_page_sizes", "cache",
)  # fmt: skip


def _compute(self: Any, html: Any, sheets: Sequence[Any], hints: bool, font_config: Any, collector: Any) -> None:
    """Find the styles of all elements, and of their pseudo-elements."""
    self._cascaded_styles, self._computed_styles = {}, {}
    self.initial_page_sizes = {"box": None, "area": None}
    self._sheets, self.font_config = sheets, font_config
    css.PROGRESS_LOGGER.info("Step 3 - Applying CSS")
    attributes: dict[Element, list[tuple[Any, Any, str]]] = {}
    for specificity, element, declarations, base_url in css.find_style_attributes(
        html.etree_element, hints, html.base_url
    ):
        attributes.setdefault(element, []).append((specificity, tuple(declarations), base_url))
    known: dict[Any, ComputedStyle] = {}
    shared: dict[Element, ComputedStyle] = {}
    root: Any = None

    def computed(parent: Any, pseudo: str | None, cascaded: Declared) -> ComputedStyle:
        above = InitialStyle(font_config) if parent is None else root
        style = ComputedStyle(
            parent, cascaded, pseudo, above, html.base_url, font_config, self.initial_page_sizes
        )  # fmt: skip
        if collector and style["anchor"]:
            collector.collect_anchor(style["anchor"])
        return style

    for wrapped in html.wrapper_element.iter_subtree():
        element = wrapped.etree_element
        parent = shared[wrapped.parent.etree_element] if wrapped.parent else None
        told = attributes.get(element, ())
        names = [each for each in told if any(getattr(part, "name", "") == _ANCHOR for part in each[1])]
        others = [each for each in told if each not in names] if names else told
        rules: dict[str | None, list[Rule]] = {None: []}
        keys: dict[str | None, list[Any]] = {None: [_written(others)] if others else []}
        for sheet, origin, least in sheets:
            for specificity, _, pseudo, payload in sheet.matcher.match(wrapped):
                declarations, layer = payload
                order = inf if layer is None else sheet.layers.index(layer)
                rules.setdefault(pseudo, []).append((origin, order, least or specificity, declarations))
                keys.setdefault(pseudo, []).append((specificity, id(payload)))
        key: tuple[Any, ...] = id(parent), None, *keys[None]
        style = known.get(key)
        if style is None:
            cascaded = _cascaded((*_told(others), *rules[None]))
            style = known[key] = computed(parent, None, cascaded)
        root = style if parent is None else root
        shared[element] = style
        if names:
            named = _cascaded(_told(names)) | style.cascaded
            own = self._computed_styles[element, None] = _Named(style, named)
            if collector and own["anchor"]:
                collector.collect_anchor(own["anchor"])
        else:
            self._computed_styles[element, None] = style
        for pseudo, found in rules.items():
            if pseudo is None:
                continue
            unlike = pseudo in _OWN or (pseudo in _NOTES and style["position"][0] == "note()")
            key = id(style), pseudo, *keys[pseudo], element if unlike else None
            if key not in known:
                known[key] = computed(style, pseudo, _cascaded(found))
            self._computed_styles[element, pseudo] = known[key]


def _told(attributes: Iterable[tuple[Any, Any, str]]) -> Iterator[Rule]:
    """Give what attributes declare, in the form of rules."""
    for specificity, declarations, base_url in attributes:
        yield "author", inf, specificity, [*css.preprocess_declarations(base_url, declarations)]


def _written(attributes: Iterable[tuple[Any, Any, str]]) -> tuple[Any, ...]:
    return tuple(
        (specificity, declared.serialize()) for specificity, declarations, _ in attributes for declared in declarations
    )


def _cascaded(rules: Iterable[Rule]) -> Declared:
    """Let the heaviest declaration of each property win, of those that weigh the same the last (CSS Cascade 5, 6)."""
    cascaded: Declared = {}
    for origin, order, specificity, declarations in rules:
        for name, value, importance in declarations:
            weight = css.declaration_precedence(origin, importance), order, specificity
            if name not in cascaded or cascaded[name][1] <= weight:
                cascaded[name] = value, weight
    return cascaded
