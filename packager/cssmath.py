"""Sums of CSS: `calc()`, `min()`, `max()` and `round()` over parsed values, https://www.w3.org/TR/css-values-4/#math."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

FUNCTIONS = ("calc", "min", "max", "round")

POINTS = {"pt": 1.0, "in": 72.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "q": 72 / 101.6, "pc": 12.0, "px": 0.75}
"""Points in one of each absolute unit."""


_ROUNDINGS: Mapping[str, Callable[[float], int]] = {"down": math.floor, "up": math.ceil, "nearest": round}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit, absolute lengths in points."""

    value: float
    unit: str = ""

    @classmethod
    def of(cls, node: Any) -> "Number | None":
        """Read a parsed value; None for what is no number."""
        if node.type == "number":
            return cls(node.value)
        if node.type == "percentage":
            return cls(node.value, "%")
        if node.type == "dimension":
            factor = POINTS.get(node.lower_unit)
            return cls(node.value * factor, "pt") if factor else cls(node.value, node.lower_unit)
        return None

    def __str__(self) -> str:
        return (
            f"{round(self.value, 4):.4f}".rstrip("0").rstrip(".").replace("-0", "-0" if self.value else "0") + self.unit
        )


def evaluate(node: Any) -> Number | None:
    """Evaluate a math function; None for other functions, and where units cannot be brought together."""
    if node.lower_name not in FUNCTIONS:
        return None
    arguments: list[list[Any]] = [[]]
    for item in node.arguments:
        if item.type == "literal" and item.value == ",":
            arguments.append([])
        else:
            arguments[-1].append(item)
    mode = "nearest"
    named = [item for item in arguments[0] if item.type == "ident"]
    if node.lower_name == "round" and named:
        mode = named[0].value
        arguments.pop(0)
    numbers = [_sum(argument) for argument in arguments]
    settled = [number for number in numbers if number is not None]
    if len(settled) < len(numbers) or len({number.unit for number in settled if number.value}) > 1:
        return None
    if node.lower_name == "calc":
        return settled[0]
    values = [number.value for number in settled]
    unit = next((number.unit for number in settled if number.unit), "")
    if node.lower_name == "round":
        step = values[1] if len(values) > 1 else 1.0
        steps = values[0] / step + (1e-6 if mode == "down" else -1e-6 if mode == "up" else 0)
        return Number(_ROUNDINGS[mode](steps) * step, unit)
    return Number((min if node.lower_name == "min" else max)(values), unit)


def _sum(nodes: list[Any]) -> Number | None:
    """Evaluate `a + b * c` with the usual precedence; blanks around + and - as CSS demands them."""
    items = [node for node in nodes if node.type != "whitespace"]
    total: Number | None = None
    sign = 1.0
    start = 0
    for index in range(len(items) + 1):
        last = index == len(items)
        if not last and not (items[index].type == "literal" and items[index].value in "+-"):
            continue
        term = _product(items[start:index])
        if term is None:
            return None
        term = Number(term.value * sign, term.unit)
        if total is None:
            total = term
        elif total.unit == term.unit or not term.value or not total.value:
            total = Number(total.value + term.value, total.unit if total.value else term.unit)
        else:
            return None
        if not last:
            sign = 1.0 if items[index].value == "+" else -1.0
        start = index + 1
    return total


def _product(items: list[Any]) -> Number | None:
    result: Number | None = None
    apply: Callable[[float, float], float] = operator.mul
    for item in items:
        if item.type == "literal":
            apply = {"*": operator.mul, "/": operator.truediv}[item.value]
            continue
        if item.type == "function":
            number = evaluate(item)
        elif item.type == "() block":
            number = _sum(item.content)
        else:
            number = Number.of(item)
        if number is None:
            return None
        if result is None:
            result = number
        elif result.unit and number.unit:
            if result.unit != number.unit or apply is not operator.truediv:
                return None
            result = Number(result.value / number.value)
        else:
            result = Number(apply(result.value, number.value), result.unit or number.unit)
    return result
