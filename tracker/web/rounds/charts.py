"""Line charts as the coordinates of their parts, for a template to draw: no script, no colour that has to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDTH: Final = 600.0
_HEIGHT: Final = 200.0
_LEFT: Final = 72.0
_RIGHT: Final = 556.0
_TOP: Final = 16.0
_BOTTOM: Final = 168.0
# Words on the x axis that a phone has room for.
_FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a place of the x axis, in the units of the data; `said` is the point in words."""

    x: float
    y: float
    href: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    href: str
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """`style` is "main" or "second": whole with round dots, or broken with square ones."""

    style: str
    label: str
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A word on an axis; every other one may be left out where there is little room."""

    at: float
    label: str
    is_spare: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything in the units of its view box; `marks` are upright lines with a word."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    marks: tuple[Tick, ...]
    width: float = _WIDTH
    height: float = _HEIGHT
    left: float = _LEFT
    right: float = _RIGHT
    top: float = _TOP
    bottom: float = _BOTTOM


@dataclass(frozen=True, slots=True)
class Scale:
    """From the units of the data, 0 to `most_x` and 0 to `most_y`, to those of the view box."""

    most_x: float
    most_y: float

    def x(self, value: float) -> float:
        return (
            round(_LEFT + (_RIGHT - _LEFT) * value / self.most_x, 1) if self.most_x else (_LEFT + _RIGHT) / 2
        )

    def y(self, value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * value / self.most_y, 1) if self.most_y else _BOTTOM

    def line(self, style: str, label: str, points: Iterable[Point], *, is_dotted: bool = True) -> Line:
        """With a dot at every point, or at the last only."""
        dots = tuple(Dot(self.x(one.x), self.y(one.y), one.href, one.said) for one in points)
        path = " ".join(f"{dot.x:g},{dot.y:g}" for dot in dots)
        return Line(style, label, path, dots if is_dotted else dots[-1:])

    def x_ticks(self, labels: Iterable[tuple[float, str]]) -> tuple[Tick, ...]:
        """Of many, every other one is spare, counted from the last."""
        found = list(labels)
        return tuple(
            Tick(self.x(at), label, is_spare=len(found) > _FEW and (len(found) - number) % 2 == 0)
            for number, (at, label) in enumerate(found)
        )

    def y_ticks(self, labels: Iterable[tuple[float, str]]) -> tuple[Tick, ...]:
        return tuple(Tick(self.y(at), label) for at, label in labels)
