"""The rows under a header: where they start and end, what a merged cell hands down, what is amiss."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tracker.importers.plans.title import CONTINUED
from tracker.importers.problem import Problem
from tracker.importers.tables.annotated import with_annotations
from tracker.importers.tables.cells import (
    content_of,
    deadline_of,
    follows,
    plain_number,
    units_of,
    with_same_as_above,
)
from tracker.importers.tables.header import find_header
from tracker.importers.tables.label_kinds import is_label
from tracker.importers.tables.numbers import numbers_of
from tracker.importers.tables.rows import TableReading, TaskRow

if TYPE_CHECKING:
    from tracker.importers.files.grid import Grid, Row
    from tracker.importers.tables.header import Header

NOTE: Final = re.compile(r"(?:备注|注|说明|填报说明)\s*[：:]")
_SECTION: Final = re.compile(r"[（(]?[一二三四五六七八九十]+[）)、.．]")
_CHINESE_NUMBER: Final = re.compile(r"[一二三四五六七八九十]+")
_TOTAL: Final = re.compile(r"(?:小计|合计|总计|共计|总合计)(?:[（(：:].*)?")
_NUMBER_AND_HEADING: Final = 2


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
        self._numbers: dict[int, str] = {}
        # The number of the last task as printed, and how many tasks stand under it; 0 while no task is open.
        self._number = ""
        self._parts = 0
        self._own_units = ""
        self._above: dict[int, str] = {}

    def read(self) -> None:
        self._numbers, notice = numbers_of(self._grid, self._header, self._first)
        self.problems += [notice] if notice else []
        for index in range(self._first, len(self._grid.rows)):
            self.take(index, self._grid.rows[index])

    def goes_on_in(self, grid: Grid) -> bool:
        """Whether `grid` is the next page of this table: the same columns, and numbers that follow on."""
        if not self.rows or self.notes or grid.width != self._grid.width:
            return False
        rows = [row for row in grid.rows if row.own()]
        while rows and self._is_title_again(rows[0]):
            rows = rows[1:]
        has_header = bool(rows) and self._header.is_header(rows[0])
        if has_header != (find_header(grid) is not None) or self._header.number is None:
            return False
        below = (row for row in rows if not self._header.is_header(row))
        numbers = (plain_number(row.cell(self._header.number).text) for row in below)
        first = next((number for number in numbers if number), "")
        return follows(self._number, first)

    def _is_title_again(self, row: Row) -> bool:
        """重点任务清单（续表） above the repeated header."""
        own = row.own()
        return len(own) == 1 and bool(CONTINUED.fullmatch(own[0][1]))

    def go_on(self, grid: Grid) -> None:
        self._grid, self._first, self._is_continued = grid, 0, True
        self.read()

    def finish(self) -> TableReading:
        above = () if self._is_continued else self._grid.rows[: self._header.index]
        self._titles = self._titles or tuple(text for row in above for _, text in row.own())
        reading = TableReading(
            self._titles,
            tuple(self.rows),
            "\n".join(self.notes),
            tuple(self.problems),
            self._header.lead,
            self._grid.where,
        )
        return reading if self._header.units else with_annotations(reading)

    def take(self, index: int, row: Row) -> None:
        row = with_same_as_above(row, self._above)
        own = row.own()
        if not own or self._header.is_header(row) or self._is_lower_header(index, row):
            return
        if _TOTAL.fullmatch("".join(own[0][1].split())) or self._is_title_again(row):
            return
        if self._hangs_from_header(index, row):
            self._problem(row, "merged_header", "本行与表头合并在一起，读不出任务。请取消合并后逐行填写。")
        elif self._is_heading(row):
            self._take_heading(own[0][1])
        elif self._is_numbered_heading(row):
            self._take_heading(f"{own[0][1].rstrip('、.．')}、{own[1][1]}")
        elif self._header.number is not None and row.cell(self._header.number).up:
            self._take_under_number(row)
        else:
            self._take_task(index, row)

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

    def _is_numbered_heading(self, row: Row) -> bool:
        """一 | 加强供给 | | between tasks that are numbered 1, 2, 3."""
        own = row.own()
        if len(own) != _NUMBER_AND_HEADING or own[0][0] != self._header.number:
            return False
        is_chinese = _CHINESE_NUMBER.fullmatch(plain_number(own[0][1]))
        columns = (self._header.section, self._header.measure, self._header.content)
        return (
            bool(is_chinese)
            and own[1][0] in columns
            and not units_of(row, self._header)
            and any(number.isdecimal() for number in self._numbers.values())
        )

    def _take_heading(self, text: str) -> None:
        if self.notes or NOTE.match(text):
            self.notes.append(text)
        else:
            self._section, self._measure = text, ""

    def _take_task(self, index: int, row: Row) -> None:
        number = self._numbers.get(index, "")
        if self._header.number is None:
            number = str(len(self.rows) + 1)
        if not number and self._is_continued and self.rows and index == self._first_row():
            self._continue_text(row)
            return
        self._number, self._parts = number, 0
        if not number:
            self._problem(
                row, "number_missing", "本行没有序号，未读入。请补上序号；自动编号请改为手工输入的数字。"
            )
            return
        self._add_task(row, number)

    def _add_task(self, row: Row, number: str) -> None:
        content = content_of(row, self._header)
        if not content:
            self._problem(row, "content_missing", f"序号 {number} 没有任务内容。请补写，或删去本行。")
        if number in self._seen:
            self._problem(
                row,
                "number_repeated",
                f"序号 {number} 重复，{self._seen[number]}已经用过。请改正其中一个。",
            )
        self._seen.setdefault(number, row.where)
        self._parts += 1
        self._own_units = units_of(row, self._header, only_own=True)
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
            # An annotation in the measure is told by its line.
            lines = cell.text.splitlines()
            self._measure = ("" if self._header.units else "\n").join(lines) or self._measure
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
        if not self._header.units:
            return "", False
        if units := units_of(row, self._header):
            cells = [row.cell(unit.column) for unit in self._header.units]
            self._units = units
            return units, all(cell.up > 0 for cell in cells if cell.text)
        if written := "、".join(text for unit in self._header.units if (text := row.cell(unit.column).text)):
            message = f"序号 {number} 的责任单位写的是“{written}”，没有读到单位。请填写。"
            self._problem(row, "units_missing", message, is_blocking=False)
            return "", False
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
        return next(
            (
                i
                for i, row in rows
                if row.own() and not self._header.is_header(row) and not self._is_title_again(row)
            ),
            0,
        )

    def _continue_text(self, row: Row) -> None:
        """A row cut by the page break: its number stands on the page before."""
        task = self.rows[-1]
        content, units = row.cell(self._header.content), units_of(row, self._header)
        self.rows[-1] = replace(
            task,
            content=task.content + content.text if content.is_own else task.content,
            units=f"{task.units}{units}" if units else task.units,
        )

    def _take_under_number(self, row: Row) -> None:
        """A row under the same merged number: a task of its own where other units answer, or more of the same."""
        if not self._parts:
            return
        content, units = row.cell(self._header.content), units_of(row, self._header, only_own=True)
        if not (content.is_own and content.text and units and self._own_units) or units == self._own_units:
            self._continue_task(row, "" if units == self._own_units else units)
            return
        if self._parts == 1:
            self.rows[-1] = replace(self.rows[-1], number=f"{self._number}-1")
        self._add_task(row, f"{self._number}-{self._parts + 1}")

    def _continue_task(self, row: Row, units: str) -> None:
        task, content = self.rows[-1], row.cell(self._header.content)
        mark = "、" if len(self._header.units) == 1 else "；"
        deadline = deadline_of(row, self._header)
        self.rows[-1] = replace(
            task,
            content=f"{task.content}\n{content.text}".strip() if content.is_own else task.content,
            units=f"{task.units}{mark}{units}".strip("、；") if units else task.units,
            deadline="；".join(filter(None, dict.fromkeys((*task.deadline.split("；"), deadline)))),
        )
