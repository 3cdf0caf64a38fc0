"""What stands on a page of a PDF: its glyphs and drawn lines, y counted from the top of the page as seen."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pypdfium2 import raw

from tracker.importers.files.limits import MAX_PAGE_CHARACTERS, MAX_PAGE_RULES
from tracker.importers.files.ruling import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pypdfium2

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]

_STRAIGHT: Final = 0.5
# A filled box thinner than this is a drawn line.
_THIN: Final = 3.0
_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_DEPTH: Final = 5
_MAX_OBJECTS: Final = 50_000
# pdfium's sign for a hyphen at the end of a line.
_HYPHEN: Final = 2


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character with the middle of its box (x, y), its reach across and its height."""

    text: str
    x: float
    y: float
    left: float
    right: float
    height: float


def glyphs_of(page: pypdfium2.PdfPage) -> list[Glyph]:
    """Characters that the page really holds; OverflowError where there are too many."""
    place = _place(page)
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_PAGE_CHARACTERS:
            raise OverflowError
        return [glyph for index in range(count) if (glyph := _glyph(text, index, place)) is not None]
    finally:
        text.close()


def _glyph(text: pypdfium2.PdfTextPage, index: int, place: Callable[[float, float], Point]) -> Glyph | None:
    code = raw.FPDFText_GetUnicode(text.raw, index)
    # Blanks and line ends that pdfium adds by its own idea of the layout.
    if (
        raw.FPDFText_IsGenerated(text.raw, index) == 1
        or not 0 < code <= sys.maxunicode
        or chr(code) in "\r\n"
    ):
        return None
    left, bottom, right, top = text.get_charbox(index, loose=True)
    (x0, y0), (x1, y1) = place(left, bottom), place(right, top)
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    character = "-" if code == _HYPHEN else chr(code)
    return Glyph(character, (x0 + x1) / 2, (y0 + y1) / 2, x0, x1, max(y1 - y0, 1.0))


def has_picture(page: pypdfium2.PdfPage) -> bool:
    return any(raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_IMAGE for item, _ in _objects(page))


def rules_of(page: pypdfium2.PdfPage) -> tuple[list[Rule], list[Rule]]:
    """Drawn lines across and down; OverflowError where there are too many."""
    place = _place(page)
    across: list[Rule] = []
    down: list[Rule] = []
    for item, matrix in _objects(page):
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH:
            continue
        for start, end in _strokes(item, matrix):
            (x0, y0), (x1, y1) = place(*start), place(*end)
            if abs(y1 - y0) <= _STRAIGHT:
                across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= _STRAIGHT:
                down.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        if len(across) + len(down) > MAX_PAGE_RULES:
            raise OverflowError
    return across, down


def _place(page: pypdfium2.PdfPage) -> Callable[[float, float], Point]:
    """From the page's own coordinates to those of the page as it is seen, turned upright, y downwards."""
    left, bottom, right, top = page.get_bbox()
    turned: dict[int, Callable[[float, float], Point]] = {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }
    return turned[page.get_rotation() % 360]


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[ctypes._Pointer[raw.fpdf_pageobject_t__], Matrix]]:
    """Objects of the page and of its forms, each with the matrix of what holds it."""
    seen = 0
    count = _count(raw.FPDFPage_CountObjects(page))
    waiting = [(raw.FPDFPage_GetObject(page, index), _IDENTITY, 0) for index in range(count)]
    waiting.reverse()
    while waiting:
        item, matrix, depth = waiting.pop()
        seen += 1
        if seen > _MAX_OBJECTS:
            raise OverflowError
        yield item, matrix
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _times(_matrix(item), matrix)
            count = _count(raw.FPDFFormObj_CountObjects(item))
            waiting += ((raw.FPDFFormObj_GetObject(item, index), inner, depth + 1) for index in range(count))


def _count(number: int) -> int:
    if number > _MAX_OBJECTS:
        raise OverflowError
    return max(number, 0)


def _matrix(item: ctypes._Pointer[raw.fpdf_pageobject_t__]) -> Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(first: Matrix, then: Matrix) -> Matrix:
    (ex, ey), (ax, ay), (bx, by) = (
        _moved(point, then) for point in ((first[4], first[5]), (first[0], first[1]), (first[2], first[3]))
    )
    # The first two columns are directions: they turn but do not move.
    return (ax - then[4], ay - then[5], bx - then[4], by - then[5], ex, ey)


def _moved(point: Point, matrix: Matrix) -> Point:
    x, y = point
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)


def _strokes(item: ctypes._Pointer[raw.fpdf_pageobject_t__], outer: Matrix) -> Iterator[tuple[Point, Point]]:
    """The sides of what a path strokes, and the middle lines of the thin boxes that it fills."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    matrix = _times(_matrix(item), outer)
    for points in _subpaths(item, matrix):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        if min(width, height) < _THIN:
            middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
            if width > height:
                yield (min(xs), middle[1]), (max(xs), middle[1])
            else:
                yield (middle[0], min(ys)), (middle[0], max(ys))
        elif stroke.value:
            yield from pairwise(points)


def _subpaths(item: ctypes._Pointer[raw.fpdf_pageobject_t__], matrix: Matrix) -> Iterator[list[Point]]:
    points: list[Point] = []
    for index in range(_count(raw.FPDFPath_CountSegments(item))):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = _moved((x.value, y.value), matrix)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and points:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points
