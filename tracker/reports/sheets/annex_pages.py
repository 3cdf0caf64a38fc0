"""The annex laid out on pages, before any workbook: which physical row stands on which page, and how high.

A task is as many rows as it has texts, because Excel shows at most 409 points of a row. Number, measure,
content and units are merged over those rows, but only within a page: a merged cell that ran over a page's end
would print clipped on one side and empty on the other. On the next page they are repeated, marked （续）.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.sheets.text_metrics import (
    MOST_ROW_HEIGHT,
    count_lines,
    height_of,
    line_capacity,
    lines_within,
    shortened,
    split_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.reports.data import ReportTask, RoundReport
    from tracker.reports.wording import Gettext

# 序号, 措施, 内容, 落实进度, 责任单位. LibreOffice without Chinese fonts draws a unit of width a fifth wider
# than Excel: with more than 157 units the last column would fall on pages of its own.
WIDTHS: Final = (7.0, 17.0, 34.0, 75.0, 24.0)
NUMBER, MEASURE, CONTENT, PROGRESS, UNITS = range(5)
_CAPACITIES: Final = tuple(line_capacity(width) for width in WIDTHS)
FULL_WIDTH_CAPACITY: Final = line_capacity(sum(WIDTHS))

# A3 landscape is 842 points high; without margins and the repeated header row 727 remain. Printers round row
# heights their own way, hence the reserve.
PAGE_HEIGHT: Final = 695.0
TITLE_SIZE: Final = 20
TITLE_LINES: Final = 3
HEADING_HEIGHT: Final = 24.0
# Two rows of the most lines, or a left cell of the most lines, fit below the highest titles and a heading.
_MOST_ROW_LINES: Final = 16
_MOST_CELL_LINES: Final = 30
# A task that would be torn apart does not begin in the last part of a page.
_LEAST_BEGINNING: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class LeftCell:
    """A cell merged over neighbouring rows: those that hold the very same object."""

    column: int
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A physical row: one piece of a task's progress or, when it has no cells, a line over all columns.

    Such a line is a heading or, where `is_note`, plain words. `name` is the beginning of `text` that names
    the unit; `task` tells where one task ends.
    """

    text: str
    height: float
    name: str = ""
    task: int = 0
    cells: tuple[LeftCell, ...] = ()
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class MergedCell:
    """`text` in `column` over the rows `first` to `last` of a page, both from 0."""

    column: int
    first: int
    last: int
    text: str
    is_continued: bool


@dataclass(frozen=True, slots=True)
class AnnexPage:
    rows: tuple[PlannedRow, ...]
    heights: tuple[float, ...]
    merged: tuple[MergedCell, ...]


@dataclass(slots=True)
class _Run:
    """Neighbouring rows of a page with the same left cell."""

    cell: LeftCell
    first: int
    last: int
    is_continued: bool

    def least_height(self) -> float:
        if not self.is_continued:
            return height_of(self.cell.lines)
        # A number gets a line with （续）; a text is shortened to what the rows hold, but not to nothing.
        return height_of(self.cell.lines + 1 if self.cell.column == NUMBER else min(self.cell.lines, 2))


def head_heights(report: RoundReport) -> tuple[float, ...]:
    """Heights of the four rows above the header: 附件, title, period, counts."""
    lines = min(count_lines(visible(report.list_title), line_capacity(sum(WIDTHS), TITLE_SIZE)), TITLE_LINES)
    return (20.25, 30.0 * lines, 16.5, 17.25)


def annex_pages(report: RoundReport, gettext: Gettext) -> tuple[AnnexPage, ...]:
    """All pages of the annex: at least one, none higher than PAGE_HEIGHT (the first one less its titles)."""
    plan = _Plan(gettext, sum(head_heights(report)))
    section = ""
    measures: dict[tuple[int, int], LeftCell] = {}
    units: dict[tuple[int, int], LeftCell] = {}
    for task in report.tasks:
        heading = task.section if task.section != section else ""
        section = task.section
        for part, (measure, content, block) in enumerate(_parts(task)):
            # A number that comes back later in the list is another cell: only neighbours are merged.
            measures = {key: cell for key, cell in measures.items() if key[0] == task.measure_id}
            units = {key: cell for key, cell in units.items() if key[0] == task.units_block}
            cells = (
                _cell(NUMBER, visible(task.number) if not part else _continued_number(task.number, gettext)),
                measures.setdefault((task.measure_id, part), _cell(MEASURE, measure)),
                _cell(CONTENT, content),
                units.setdefault((task.units_block, part), _cell(UNITS, block)),
            )
            rows = _progress_rows(task, cells, gettext) if not part else [_blank(task, cells)]
            plan.place_task(heading if not part else "", rows)
    if not report.tasks:
        plan.place([PlannedRow(gettext("本期清单中没有任务。"), HEADING_HEIGHT, is_note=True)])
    for piece in _note_pieces(report.note, gettext):
        height = height_of(count_lines(piece, FULL_WIDTH_CAPACITY) + 1)
        plan.place([PlannedRow(piece, height, is_note=True)])
    return plan.finished()


def _parts(task: ReportTask) -> Iterator[tuple[str, str, str]]:
    """Measure, content and units; more than once only where one of them is longer than a page."""
    texts = ((MEASURE, task.measure), (CONTENT, task.content), (UNITS, task.units_text))
    split = [split_text(visible(text), _CAPACITIES[column], _MOST_CELL_LINES) for column, text in texts]
    yield from zip_longest(*split, fillvalue="")


def _cell(column: int, text: str) -> LeftCell:
    return LeftCell(column, text, count_lines(text, _CAPACITIES[column]))


def _continued_number(number: str, gettext: Gettext) -> str:
    return visible(number) + "\n" + gettext("（续）")


def _blank(task: ReportTask, cells: tuple[LeftCell, ...]) -> PlannedRow:
    return PlannedRow("", height_of(1), task=task.id, cells=cells)


def _progress_rows(task: ReportTask, cells: tuple[LeftCell, ...], gettext: Gettext) -> list[PlannedRow]:
    """The texts, lead first, each under its unit's name, then who has not filed and who need not."""
    capacity = _CAPACITIES[PROGRESS]
    rows: list[PlannedRow] = []

    def add(name: str, words: str) -> None:
        # One text is several rows only when it is more than one row can show.
        for index, piece in enumerate(split_text(name + words, capacity, _MOST_ROW_LINES)):
            height = height_of(count_lines(piece, capacity))
            rows.append(PlannedRow(piece, height, "" if index else name, task.id, cells))

    for entry in task.entries:
        if words := wording.filed_words(entry, gettext):
            add(gettext("{unit}：").format(unit=visible(entry.unit.name)), visible(words))
    missing = [visible(entry.unit.name) for entry in task.entries if wording.is_missing(entry)]
    exempt = [visible(entry.unit.name) for entry in task.entries if wording.is_excused(entry, gettext)]
    for label, units in ((gettext("未报送："), missing), (gettext("免报："), exempt)):
        if units:
            add(label, wording.names(units, gettext))
    return rows or [_blank(task, cells)]


def _note_pieces(note: str, gettext: Gettext) -> list[str]:
    if not note:
        return []
    label = gettext("备注：")
    text = visible(note if note.startswith(label) else label + note)
    return split_text(text, FULL_WIDTH_CAPACITY, _MOST_ROW_LINES)


@dataclass(slots=True)
class _Plan:
    """Fills pages from the top, one group of rows after the other."""

    gettext: Gettext
    head: float
    pages: list[AnnexPage] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    height: float = 0.0
    shown: set[int] = field(default_factory=set)

    @property
    def capacity(self) -> float:
        return PAGE_HEIGHT if self.pages else PAGE_HEIGHT - self.head

    def place_task(self, heading: str, rows: list[PlannedRow]) -> None:
        """Rows of one task. The first of them stay together until its left cells can be shown whole."""
        most = max(height_of(cell.lines) for cell in rows[0].cells)
        together = math.ceil(most / MOST_ROW_HEIGHT)
        filler = PlannedRow("", height_of(1), task=rows[0].task, cells=rows[0].cells)
        rows = rows + [filler] * (together - len(rows))
        whole = max(most, sum(row.height for row in rows))
        left = self.capacity - self.height
        if self.rows and left < whole and left < self.capacity * _LEAST_BEGINNING:
            self.close()
        head = [PlannedRow(visible(heading), HEADING_HEIGHT)] if heading else []
        self.place(head + rows[:together])
        for row in rows[together:]:
            self.place([row])

    def place(self, group: list[PlannedRow]) -> None:
        height = self._height_with(group)
        if height > self.capacity and self.rows:
            self.close()
            height = self._height_with(group)
        self.rows += group
        self.height = height

    def _height_with(self, group: list[PlannedRow]) -> float:
        rows = self.rows + group
        return sum(_stretched(rows, _runs(rows, self.shown)))

    def close(self) -> None:
        runs = _runs(self.rows, self.shown)
        heights = _stretched(self.rows, runs)
        merged = tuple(self._merged(run, heights) for run in runs)
        self.pages.append(AnnexPage(tuple(self.rows), tuple(heights), merged))
        self.shown.update(id(cell) for row in self.rows for cell in row.cells)
        self.rows, self.height = [], 0.0

    def finished(self) -> tuple[AnnexPage, ...]:
        if self.rows:
            self.close()
        return tuple(self.pages)

    def _merged(self, run: _Run, heights: Sequence[float]) -> MergedCell:
        text = run.cell.text
        if run.is_continued and text:
            if run.cell.column == NUMBER:
                text = text if "\n" in text else text + "\n" + self.gettext("（续）")
            else:
                lines = lines_within(sum(heights[run.first : run.last + 1]))
                text = shortened(self.gettext("（续）") + text, _CAPACITIES[run.cell.column], lines)
        return MergedCell(run.cell.column, run.first, run.last, text, run.is_continued)


def _runs(rows: Sequence[PlannedRow], shown: set[int]) -> list[_Run]:
    """Left cells of a page and the rows they are merged over; `shown`: ids of the cells on earlier pages."""
    runs: list[_Run] = []
    open_runs: dict[int, _Run] = {}
    here: set[int] = set()
    for index, row in enumerate(rows):
        if not row.cells:
            open_runs.clear()
        for cell in row.cells:
            run = open_runs.get(cell.column)
            if run is not None and run.cell is cell:
                run.last = index
                continue
            run = _Run(cell, index, index, id(cell) in shown or id(cell) in here)
            here.add(id(cell))
            open_runs[cell.column] = run
            runs.append(run)
    return runs


def _stretched(rows: Sequence[PlannedRow], runs: Sequence[_Run]) -> list[float]:
    """Row heights, raised where a left cell needs more than the texts beside it."""
    heights = [row.height for row in rows]
    for run in sorted(runs, key=lambda run: run.last - run.first):
        lack = run.least_height() - sum(heights[run.first : run.last + 1])
        while lack > 0:
            low = [i for i in range(run.first, run.last + 1) if heights[i] < MOST_ROW_HEIGHT]
            if not low:
                break
            # Whole pixels (0.75 points): Excel would round anything else.
            share = math.ceil(lack / len(low) / 0.75) * 0.75
            for index in low:
                heights[index] = min(heights[index] + share, MOST_ROW_HEIGHT)
            lack = run.least_height() - sum(heights[run.first : run.last + 1])
    return heights
