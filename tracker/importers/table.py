"""From a grid to task rows: where the table starts and ends, what a merged cell hands down, what is amiss."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.importers.header import Header, find_header, is_label, labels_of
from tracker.importers.parsed import Problem

if TYPE_CHECKING:
    from tracker.importers.grid import Grid, Row

NOTE: Final = re.compile(r"(?:备注|注|说明|填报说明)\s*[：:]")
_SECTION: Final = re.compile(r"[（(]?[一二三四五六七八九十]+[）)、.．]")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as its row says it. `units_are_inherited`: they stand in a cell that starts in a row above."""

    number: str
    section: str
    measure: str
    content: str
    units: str
    units_are_inherited: bool
    deadline: str
    where: str


@dataclass(frozen=True, slots=True)
class TableReading:
    """A task table: the lines above its header, its tasks, its closing note, what a person must look at."""

    titles: tuple[str, ...]
    rows: tuple[TaskRow, ...]
    note: str
    problems: tuple[Problem, ...]


def read_table(grid: Grid) -> TableReading | None:
    """The tasks of `grid`; None when it has no header of a task table."""
    header = find_header(grid)
    if header is None:
        return None
    if isinstance(header, Problem):
        return TableReading((), (), "", (header,))
    reader = _Reader(header, grid)
    for index in range(header.index + 1, len(grid.rows)):
        reader.take(index, grid.rows[index])
    titles = tuple(text for row in grid.rows[: header.index] for _, text in row.own())
    return TableReading(titles, tuple(reader.rows), "\n".join(reader.notes), tuple(reader.problems))


def plain_number(text: str) -> str:
    """A number as it is quoted: １．, (1) and 1、 are all 1."""
    return re.sub(r"[\s()、.．第项条]", "", unicodedata.normalize("NFKC", text))


class _Reader:
    """Takes the rows under a header one by one; holds what the rows below inherit."""

    def __init__(self, header: Header, grid: Grid) -> None:
        self.rows: list[TaskRow] = []
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self._header = header
        self._grid = grid
        self._section = ""
        self._measure = ""
        self._units = ""
        self._seen: dict[str, str] = {}

    def take(self, index: int, row: Row) -> None:
        own = row.own()
        if not own or labels_of(row) == self._header.labels or self._is_lower_header(index, row):
            return
        if self._hangs_from_header(index, row):
            self._problem(row, "merged_header", "本行与表头合并在一起，读不出任务。请取消合并后逐行填写。")
        elif self._is_heading(row):
            self._take_heading(own[0][1])
        elif self._header.number is not None and row.cell(self._header.number).up:
            self._continue_task(row)
        else:
            self._take_task(row)

    def _problem(self, row: Row, code: str, message: str, *, is_blocking: bool = True) -> None:
        self.problems.append(Problem(row.where, code, message, is_blocking))

    def _columns_from_header(self, index: int, row: Row) -> list[int]:
        columns = (column for column in self._header.task_columns if row.cell(column).up)
        return [column for column in columns if index - row.cell(column).up <= self._header.index]

    def _is_lower_header(self, index: int, row: Row) -> bool:
        """The second line of a header whose other cells reach down from the first."""
        return bool(self._columns_from_header(index, row)) and all(is_label(text) for _, text in row.own())

    def _hangs_from_header(self, index: int, row: Row) -> bool:
        return bool(self._columns_from_header(index, row))

    def _is_heading(self, row: Row) -> bool:
        """A line over the whole table: a section, or the closing note."""
        (column, text), *others = row.own()
        if others or any(cell.up for cell in row.cells):
            return False
        is_whole = len(row.cells) > 1 and row.span(column) == len(row.cells)
        return is_whole or bool(NOTE.match(text)) or bool(self.notes) or bool(_SECTION.match(text))

    def _take_heading(self, text: str) -> None:
        if self.notes or NOTE.match(text):
            self.notes.append(text)
        else:
            self._section, self._measure = text, ""

    def _take_task(self, row: Row) -> None:
        number = plain_number(row.cell(self._header.number).text)
        content = row.cell(self._header.content).text
        if self._header.number is None:
            number = str(len(self.rows) + 1)
        if not number:
            self._problem(
                row, "number_missing", "本行没有序号，未读入。请补上序号；自动编号请改为手工输入的数字。"
            )
            return
        if not content:
            self._problem(row, "content_missing", f"序号 {number} 没有任务内容。请补写，或删去本行。")
        if number in self._seen:
            self._problem(
                row,
                "number_repeated",
                f"序号 {number} 重复，{self._seen[number]}已经用过。请改正其中一个。",
            )
        self._seen.setdefault(number, row.where)
        measure = self._read_measure(row)
        units, is_inherited = self._read_units(row, number)
        self.rows.append(
            TaskRow(
                number=number,
                section=row.cell(self._header.section).text or self._section,
                measure=measure,
                content=content,
                units=units,
                units_are_inherited=is_inherited,
                deadline=row.cell(self._header.deadline).text,
                where=row.where,
            )
        )

    def _read_measure(self, row: Row) -> str:
        if self._header.measure is None:
            return ""
        cell = row.cell(self._header.measure)
        if cell.text or not self._grid.merges_known:
            self._measure = "".join(cell.text.splitlines()) or self._measure
            return self._measure
        self._problem(
            row,
            "measure_blank",
            "措施一栏是空的，没有与上一行合并，所以没有沿用上一行的措施。如属同一措施，请合并单元格。",
            is_blocking=False,
        )
        return ""

    def _read_units(self, row: Row, number: str) -> tuple[str, bool]:
        """The units' phrase, and whether it starts above (DESIGN rule 3: blank is not merged)."""
        cell = row.cell(self._header.units)
        if cell.text:
            self._units = cell.text
            return cell.text, cell.up > 0
        if self._units and not self._grid.merges_known:
            return self._units, True
        self._problem(
            row,
            "units_missing",
            f"序号 {number} 没有责任单位（空白单元格不沿用上一行，合并的才沿用）。请填写，或与上一行合并。",
        )
        return "", False

    def _continue_task(self, row: Row) -> None:
        """A row under the same merged number: more of the same task."""
        if not self.rows:
            return
        task = self.rows[-1]
        content, units = row.cell(self._header.content), row.cell(self._header.units)
        self.rows[-1] = replace(
            task,
            content=f"{task.content}\n{content.text}".strip() if content.is_own else task.content,
            units=f"{task.units}、{units.text}".strip("、") if units.is_own and units.text else task.units,
        )
