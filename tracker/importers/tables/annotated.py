"""Task tables without a column of units, whose cells say at their end who answers: …。责任单位：市财政局.

They are read as an annotated plan of which every row is an item.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tracker.importers.files.grid import Paragraph
from tracker.importers.plans.lines import join_lines
from tracker.importers.plans.numbering import Numbering
from tracker.importers.plans.outline import Item
from tracker.importers.plans.segments import annotate, segments_of
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.files.grid import Grid
    from tracker.importers.plans.segments import Segment
    from tracker.importers.tables.rows import TableReading, TaskRow

# Headings, sums and repeated labels are shorter.
_SHORTEST: Final = 6


def is_annotated(grid: Grid, first: int, columns: Sequence[int]) -> bool:
    """Whether at least half of the cells of one of `columns` name units, from row `first` on."""
    return any(_is_column_annotated(grid, first, column) for column in columns)


def _is_column_annotated(grid: Grid, first: int, content: int) -> bool:
    cells = [(row.where, row.cell(content)) for row in grid.rows[first:]]
    texts = [(where, cell.text) for where, cell in cells if cell.is_own and len(cell.text) >= _SHORTEST]
    named = [any(one.reading.names_a_unit for one in found) for found in _segments(texts)]
    return any(named) and 2 * sum(named) >= len(named)


def with_annotations(reading: TableReading) -> TableReading:
    """`reading` with the units that the contents name; a row with several annotations is several tasks (3-1, 3-2)."""
    found = _segments([(row.where, row.content) for row in reading.rows])
    above = _segments([(row.where, row.measure) for row in reading.rows])
    rows: list[TaskRow] = []
    problems = list(reading.problems)
    lead = reading.lead
    plain = [replace(row, measure="".join(row.measure.splitlines())) for row in reading.rows]
    for index, (row, segments) in enumerate(zip(plain, found, strict=True)):
        if not segments and len(above[index]) == 1:
            is_again = index > 0 and plain[index - 1].measure == row.measure
            rows.append(_under_measure(row, above[index][0], is_again=is_again))
        elif not segments:
            rows.append(row)
            message = f"序号 {row.number} 没有注明责任单位。请在内容后注明，或在预览中填写。"
            problems.append(Problem(row.where, "units_missing", message, is_blocking=False))
        for segment in segments:
            if segment.reading.rule and segment.reading.rule.holds_below:
                lead = segment.reading.rule.lead
            rows.append(_row(row, segment))
    return replace(reading, rows=tuple(rows), problems=tuple(problems), lead=lead)


def _under_measure(row: TaskRow, segment: Segment, *, is_again: bool) -> TaskRow:
    """A row whose measure names the units: 稳岗（市人社局牵头）."""
    units = " ".join(segment.annotation.text.split())
    return replace(
        row, measure="".join(segment.content.splitlines()), units=units, units_are_inherited=is_again
    )


def _row(row: TaskRow, segment: Segment) -> TaskRow:
    is_part = segment.of > 1
    return replace(
        row,
        number=f"{row.number}-{segment.nth}" if is_part else row.number,
        content=segment.content or row.measure,
        units=" ".join(segment.annotation.text.split()),
        where=f"{row.where}第 {segment.nth} 处" if is_part else row.where,
    )


def _segments(texts: Sequence[tuple[str, str]]) -> list[list[Segment]]:
    items = [
        Item(
            Numbering("row", "", str(index), index, 0),
            level=1,
            where=where,
            paragraphs=join_lines([Paragraph(text, where)]),
        )
        for index, (where, text) in enumerate(texts, start=1)
    ]
    paragraphs = annotate(items)
    return [segments_of(item, own) for item, own in zip(items, paragraphs, strict=True)]
