"""The few functions of Excel that the form's formulas use, as Microsoft documents them: strings are UTF-16.

LEN and MID work on code units, and UNICODE of half a surrogate pair is #VALUE!. Excel itself cannot be run here.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ERROR = object()


class Array(list[Any]):
    """What ROW of several rows gives; arithmetic and comparison go element by element."""

    def __mul__(self, other: Any) -> Any:
        return _each(lambda a, b: a * b, self, other)

    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Any:
        return _each(lambda a, b: b - a, self, other)

    def __le__(self, other: Any) -> Any:
        return _each(lambda a, b: a <= b, self, other)


class Text(str):
    """A string of UTF-16 code units; & joins."""

    __slots__ = ()

    def __and__(self, other: str) -> Text:
        return Text(self + other)


def units(text: str) -> Text:
    raw = text.encode("utf-16-le")
    return Text("".join(chr(low | high << 8) for low, high in zip(raw[::2], raw[1::2], strict=True)))


def evaluate(formula: str, text: str) -> Any:
    """The value of `formula` where D7 holds `text`."""
    python = formula.removeprefix("=").replace("_xlfn.", "")
    python = re.sub(r"\$1:\$(\d+)", r"\1", python)
    python = re.sub(r'"([^"]*)"', lambda found: f"units({found[1]!r})", python)
    return eval(python, {"D7": units(text), "units": units, **_FUNCTIONS})


def _each(function: Callable[..., Any], *given: Any) -> Any:
    length = next((len(value) for value in given if isinstance(value, Array)), None)
    if length is None:
        return ERROR if any(value is ERROR for value in given) else function(*given)
    columns = [value if isinstance(value, Array) else [value] * length for value in given]
    return Array(_each(function, *row) for row in zip(*columns, strict=True))


def _unicode(text: str) -> Any:
    if not text or "\ud800" <= text[0] <= "\udfff":
        return ERROR
    return ord(text[0])


def _is_error(value: Any) -> Any:
    return Array(item is ERROR for item in value) if isinstance(value, Array) else value is ERROR


def _flat(values: tuple[Any, ...]) -> chain[Any]:
    return chain.from_iterable(value if isinstance(value, Array) else [value] for value in values)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "LEN": len,
    "ROW": lambda last: Array(range(1, last + 1)),
    "CHAR": lambda code: Text(chr(code)),
    "MID": lambda *given: _each(lambda text, start, size: Text(text[start - 1 : start - 1 + size]), *given),
    "FIND": lambda *given: _each(lambda part, text: text.find(part) + 1 or ERROR, *given),
    "SUBSTITUTE": lambda text, old, new: Text(text.replace(old, new)),
    "UNICODE": lambda text: _each(_unicode, text),
    "ISERROR": _is_error,
    "NOT": lambda value: not value,
    "SUMPRODUCT": lambda *values: sum(_flat(values)),
    "MAX": lambda *values: max(_flat(values)),
    "IF": lambda condition, yes, no: yes if condition else no,
    "IFERROR": lambda value, otherwise: otherwise if value is ERROR else value,
}
