"""The rows under a header: where they start and end, what a merged cell hands down, what is amiss."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tracker.importers.parsed import Problem
from tracker.importers.tables.cells import content_of, deadline_of, follows, plain_number, units_of
from tracker.importers.tables.header import find_header, is_label, labels_of
from tracker.importers.tables.rows import TableReading, TaskRow

if TYPE_CHECKING:
    from tracker.importers.files.grid import Grid, Row
    from tracker.importers.tables.header import Header

NOTE: Final = re.compile(r"(?:备注|注|说明|填报说明)\s*[：:]")
_SECTION: Final = re.compile(r"[（(]?[一二三四五六七八九十]+[）)、.．]")


class TableReader:
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
        self._titles: tuple[str, ...] = ()
        self._section_above = ""
        self._seen: dict[str, str] = {}
        self._first = header.index + 1
        self._is_continued = False

    def read(self) -> None:
        for index in range(self._first, len(self._grid.rows)):
            self.take(index, self._grid.rows[index])

    def goes_on_in(self, grid: Grid) -> bool:
        """Whether `grid` is the next page of this table: the same columns, and numbers that follow on."""
        if not self.rows or self.notes or grid.width != self._grid.width:
            return False
        rows = [row for row in grid.rows if row.own()]
        has_header = bool(rows) and labels_of(rows[0]) == self._header.labels
        if has_header != (find_header(grid) is not None) or self._header.number is None:
            return False
        numbers = (plain_number(row.cell(self._header.number).text) for row in rows[has_header:])
        first = next((number for number in numbers if number), "")
        return follows(self.rows[-1].number, first)

    def go_on(self, grid: Grid) -> None:
        self._grid, self._first, self._is_continued = grid, 0, True
        self.read()

    def finish(self) -> TableReading:
        above = () if self._is_continued else self._grid.rows[: self._header.index]
        self._titles = self._titles or tuple(text for row in above for _, text in row.own())
        return TableReading(
            self._titles,
            tuple(self.rows),
            "\n".join(self.notes),
            tuple(self.problems),
            self._header.lead,
            self._grid.where,
        )

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
        if self._is_continued:
            return []
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
        content = content_of(row, self._header)
        if self._header.number is None:
            number = str(len(self.rows) + 1)
        if not number and self._is_continued and self.rows and row is self._grid.rows[self._first_row()]:
            self._continue_text(row)
            return
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
                section=self._read_section(row) or self._section,
                measure=measure,
                content=content,
                units=units,
                units_are_inherited=is_inherited,
                deadline=deadline_of(row, self._header),
                where=row.where,
            )
        )

    def _read_section(self, row: Row) -> str:
        if self._header.section is None:
            return ""
        text = row.cell(self._header.section).text
        if text or not self._grid.merges_known:
            self._section_above = "".join(text.splitlines()) or self._section_above
            return self._section_above
        return ""

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
        if units := units_of(row, self._header):
            cells = [row.cell(unit.column) for unit in self._header.units]
            self._units = units
            return units, all(cell.up > 0 for cell in cells if cell.text)
        if self._units and not self._grid.merges_known:
            return self._units, True
        self._problem(
            row,
            "units_missing",
            f"序号 {number} 没有责任单位（空白单元格不沿用上一行，合并的才沿用）。请填写，或与上一行合并。",
        )
        return "", False

    def _first_row(self) -> int:
        """The first row of a continued page that is no repeated header."""
        rows = enumerate(self._grid.rows)
        return next((i for i, row in rows if row.own() and labels_of(row) != self._header.labels), 0)

    def _continue_text(self, row: Row) -> None:
        """A row cut by the page break: its number stands on the page before."""
        task = self.rows[-1]
        content, units = row.cell(self._header.content), units_of(row, self._header)
        self.rows[-1] = replace(
            task,
            content=task.content + content.text if content.is_own else task.content,
            units=f"{task.units}{units}" if units else task.units,
        )

    def _continue_task(self, row: Row) -> None:
        """A row under the same merged number: more of the same task."""
        if not self.rows:
            return
        task = self.rows[-1]
        content, units = row.cell(self._header.content), units_of(row, self._header, only_own=True)
        mark = "、" if len(self._header.units) == 1 else "；"
        self.rows[-1] = replace(
            task,
            content=f"{task.content}\n{content.text}".strip() if content.is_own else task.content,
            units=f"{task.units}{mark}{units}".strip("、；") if units else task.units,
        )
