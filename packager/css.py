"""CSS in, CSS out: parse into plain rules, resolve our own tokens at build time, write rules back as text.

Themes use three things of modern CSS that reading systems and old engines lack, all resolved here so that none
leaves the house: custom properties declared on `:root` (https://www.w3.org/TR/css-variables-1/), `calc()` and its
kin (https://www.w3.org/TR/css-values-4/#math) and style queries, `@container style(--knob: value)`
(https://www.w3.org/TR/css-conditional-5/#style-container).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass, replace
from functools import lru_cache

import tinycss2
from tinycss2 import color4
from tinycss2.ast import FunctionBlock, Node, NumberToken, URLToken

from packager import cssmath

_VAR = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
_QUERY = re.compile(r"(not\s+)?style\(\s*--([\w-]+)\s*:\s*([^)]*?)\s*\)")
_BRACKETS = re.compile(r"[][(){}]")
_DEEPEST = 60
_RULES_INSIDE = ("media", "supports", "container", "layer")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property and its value, as text."""

    name: str
    value: str
    important: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A qualified rule or an at-rule."""

    prelude: str
    """The selectors, or what stands between the at-keyword and its block."""
    body: "tuple[Declaration | Rule, ...] | None" = ()
    """None for an at-rule without a block, such as `@import`."""
    keyword: str = ""
    """The at-keyword without `@`, lower case; empty for a qualified rule."""
    line: int = 0

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """The declarations that stand directly in the rule."""
        return tuple(item for item in self.body or () if isinstance(item, Declaration))

    @property
    def rules(self) -> "tuple[Rule, ...]":
        """The rules that stand directly in the rule."""
        return tuple(item for item in self.body or () if isinstance(item, Rule))


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the text is not CSS."""

    line: int
    message: str


@lru_cache(maxsize=64)
def parse(text: str) -> tuple[tuple[Rule, ...], tuple[Fault, ...]]:
    """Parse a stylesheet as browsers do: what is broken is left out, and told of."""
    faults: list[Fault] = []
    depth = 0
    for match in _BRACKETS.finditer(text):
        depth += 1 if match[0] in "([{" else -1
        if depth > _DEEPEST:
            return (), (Fault(text.count("\n", 0, match.start()) + 1, "brackets are nested too deep"),)
    nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return tuple(_rules(nodes, faults)), tuple(faults)


def _rules(nodes: Iterable[Node], faults: list[Fault]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "error":
            faults.append(Fault(node.source_line, node.message))
        elif node.type in ("qualified-rule", "at-rule"):
            yield _rule(node, faults)


def _rule(node: Node, faults: list[Fault]) -> Rule:
    keyword = node.lower_at_keyword if node.type == "at-rule" else ""
    prelude = re.sub(r"\s+", " ", tinycss2.serialize(_plain(node.prelude))).strip()
    if node.content is None:
        return Rule(prelude, None, keyword, node.source_line)
    if _broken(node.prelude):
        faults.append(Fault(node.source_line, f"`{prelude[:40]}` cannot head a rule"))
        return Rule(prelude, (), keyword, node.source_line)
    body: list[Declaration | Rule] = []
    if keyword in _RULES_INSIDE:
        nodes = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        body.extend(_rules(nodes, faults))
        return Rule(prelude, tuple(body), keyword, node.source_line)
    for item in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration" and (not item.value or _broken(item.value)):
            faults.append(Fault(item.source_line, f"`{item.name}` has no value that can be read"))
        elif item.type == "declaration":
            value = tinycss2.serialize(_plain(item.value)).strip()
            name = item.name if item.name.startswith("--") else item.lower_name
            body.append(Declaration(name, value, item.important, item.source_line))
        elif item.type == "error":
            faults.append(Fault(item.source_line, item.message))
        else:
            body.append(_rule(item, faults))
    return Rule(prelude, tuple(body), keyword, node.source_line)


def _broken(nodes: Iterable[Node]) -> bool:
    return any(node.type == "error" or (node.type == "literal" and node.value in "!;@") for node in nodes)


def _plain(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if node.type != "comment"]


def write(rules: Iterable[Rule], indent: str = "") -> str:
    """Write rules as text, one declaration a line; rules left without a body are dropped."""
    lines = []
    for rule in rules:
        head = f"@{rule.keyword} {rule.prelude}".rstrip() if rule.keyword else rule.prelude
        if rule.body is None:
            lines.append(f"{indent}{head};\n")
        elif rule.body:
            inner = "".join(
                write([item], indent + "  ") if isinstance(item, Rule) else f"{indent}  {_declaration(item)}\n"
                for item in rule.body
            )
            lines.append(f"{indent}{head} {{\n{inner}{indent}}}\n")
    return "".join(lines)


def _declaration(item: Declaration) -> str:
    return f"{item.name}: {item.value}{' !important' if item.important else ''};"


def resolve(rules: Iterable[Rule], tokens: Mapping[str, str]) -> tuple[Rule, ...]:
    """Put values in the place of tokens, style queries and sums; leave only plain CSS.

    `tokens` (names without `--`) win over what `:root` rules declare; later `:root` rules win over earlier ones.
    Raises KeyError for a token that nothing declares.
    """
    chosen = tuple(_choose(rules, tokens))
    declared = {item.name[2:]: item.value for rule in chosen if rule.prelude == ":root" for item in rule.declarations}
    known = {**declared, **tokens}
    return tuple(_settle(rule, known) for rule in chosen if rule.prelude != ":root")


def tokens_of(rules: Iterable[Rule], tokens: Mapping[str, str]) -> dict[str, str]:
    """Collect every token with its settled value, those of `:root` rules included."""
    chosen = _choose(rules, tokens)
    declared = {item.name[2:]: item.value for rule in chosen if rule.prelude == ":root" for item in rule.declarations}
    known = {**declared, **tokens}
    return {name: settle(value, known) for name, value in known.items()}


def _choose(rules: Iterable[Rule], tokens: Mapping[str, str]) -> Iterator[Rule]:
    for rule in rules:
        if rule.keyword != "container":
            yield rule
        elif all((tokens.get(name) == value) != bool(no) for no, name, value in _QUERY.findall(rule.prelude)):
            yield from _choose(rule.rules, tokens)


def _settle(rule: Rule, tokens: Mapping[str, str]) -> Rule:
    body = tuple(
        replace(item, value=settle(item.value, tokens)) if isinstance(item, Declaration) else _settle(item, tokens)
        for item in rule.body or ()
    )
    return replace(rule, body=None if rule.body is None else body)


def settle(value: str, tokens: Mapping[str, str]) -> str:
    """Resolve the tokens and sums of one value."""
    for _ in range(20):
        if "var(" not in value:
            break
        value = _VAR.sub(lambda match: tokens[match[1][2:]], value)
    if not any(f"{name}(" in value for name in cssmath.FUNCTIONS):
        return value
    return str(tinycss2.serialize(_folded(tinycss2.parse_component_value_list(value))))


def points(value: str) -> float:
    """Read an absolute length, or a sum of them, in points; raises ValueError for anything else."""
    nodes = _plain(tinycss2.parse_component_value_list(settle(value, {})))
    number = cssmath.Number.of(nodes[0]) if len(nodes) == 1 else None
    if number is None or (number.unit != "pt" and number.value):
        raise ValueError(value)
    return number.value


def _folded(nodes: Iterable[Node]) -> list[Node]:
    folded: list[Node] = []
    for node in nodes:
        if isinstance(node, FunctionBlock):
            number = cssmath.evaluate(node)
            if number is None:
                node.arguments = _folded(node.arguments)
                folded.append(node)
            else:
                folded.extend(tinycss2.parse_component_value_list(str(number)))
        else:
            folded.append(node)
    return folded


def addresses(value: str) -> Iterator[str]:
    """Name every address that a value mentions, by `url()` in any spelling or by `src()`."""
    yield from _addresses(tinycss2.parse_component_value_list(value))


def _addresses(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, URLToken):
            yield node.value
        elif isinstance(node, FunctionBlock) and node.lower_name in ("url", "src", "image", "image-set"):
            yield from (item.value for item in node.arguments if item.type == "string")
            yield from _addresses(node.arguments)
        elif isinstance(node, FunctionBlock):
            yield from _addresses(node.arguments)


def functions(value: str) -> Iterator[str]:
    """Name every function that a value calls, lower case, nested ones too."""
    pending: list[Node] = list(tinycss2.parse_component_value_list(value))
    while pending:
        node = pending.pop()
        if isinstance(node, FunctionBlock):
            yield node.lower_name
            pending.extend(node.arguments)


def legible(colour: str, ground: str) -> str:
    """Return a colour darkened on `white`, lightened on `black`, until its text is easily read on a ground near to it.

    The contrast is 5.5 to 1 with a ground a tenth lighter or darker (https://www.w3.org/TR/WCAG22/#contrast-minimum).
    """
    parsed = color4.parse_color(colour)
    if parsed is None or isinstance(parsed, str):
        return colour
    hue, lightness, saturation = rgb_to_hls(*(min(max(float(c), 0.0), 1.0) for c in parsed.to("srgb").coordinates))
    end, paper = (0.0, 0.9) if ground == "white" else (1.0, 0.15)
    for step in range(41):
        mixed = hls_to_rgb(hue, lightness + (end - lightness) * step / 40, saturation)
        bright, dark = sorted((_luminance(mixed), _luminance([paper] * 3)), reverse=True)
        if (bright + 0.05) / (dark + 0.05) >= 5.5:
            break
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in mixed)


def _luminance(channels: Iterable[float]) -> float:
    linear = [((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in channels]
    return sum(share * channel for share, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def grey(colour: str) -> float | None:
    """Weigh a CSS colour as a tint of black, 0 (paper) to 1 (ink); None for what is no colour of its own.

    Relative luminance turned into the lightness that the eye sees (https://www.w3.org/TR/css-color-4/#lab-colors).
    """
    parsed = color4.parse_color(colour)
    if parsed is None or isinstance(parsed, str):
        return None
    luminance = _luminance(parsed.to("srgb").coordinates)
    lightness = 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance
    return float(round(min(max(1 - lightness / 100, 0), 1), 2))


def neutral(value: str) -> str:
    """Write the opaque greys of a value, black and white among them, as tints of black ink alone."""
    nodes = tinycss2.parse_component_value_list(value)
    return "".join(_inked(node) for node in nodes)


def _inked(node: Node) -> str:
    parsed = color4.parse_color(node) if node.type in ("hash", "ident", "function") else None
    if parsed is None or isinstance(parsed, str) or parsed.alpha != 1:
        return str(node.serialize())
    channels = parsed.to("srgb").coordinates
    if max(channels) - min(channels) > 0.004:
        return str(node.serialize())
    return f"device-cmyk(0 0 0 {round(1 - channels[0], 2):g})"


def families(rules: Iterable[Rule]) -> set[str]:
    """Name every font family that rules ask for."""
    found: set[str] = set()
    for rule in rules:
        if rule.keyword != "font-face":
            found |= families(rule.rules)
            for item in rule.declarations:
                if item.name in ("font-family", "font"):
                    found |= {string(part) for part in split(item.value)}
    return found


def split(selectors: str) -> list[str]:
    """Split a selector list at its commas."""
    parts: list[list[Node]] = [[]]
    for node in tinycss2.parse_component_value_list(selectors):
        if node.type == "literal" and node.value == ",":
            parts.append([])
        else:
            parts[-1].append(node)
    return [text for part in parts if (text := tinycss2.serialize(part).strip())]


def string(value: str) -> str:
    """Read a value as text: a string without its quotes, or the identifiers of a family name."""
    nodes = [node for node in _plain(tinycss2.parse_component_value_list(value)) if node.type != "whitespace"]
    if nodes and nodes[0].type == "string":
        return str(nodes[0].value)
    return " ".join(node.value for node in nodes if node.type == "ident")


def readdress(value: str, where: Callable[[str], str]) -> str:
    """Write a value anew with every `url()` passed through a function."""
    nodes = tinycss2.parse_component_value_list(value)
    if not any(True for _ in _addresses(nodes)):
        return value
    return "".join(
        f'url("{where(next(_addresses([node]))).replace(chr(34), "%22")}")'
        if any(True for _ in _addresses([node]))
        else node.serialize()
        for node in nodes
    )


def numbers(value: str) -> Iterator[float]:
    """Give every bare number of a value."""
    return (node.value for node in tinycss2.parse_component_value_list(value) if isinstance(node, NumberToken))
