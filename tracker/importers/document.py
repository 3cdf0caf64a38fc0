"""A document read whole: the one entrance for the command line, the pages and the bundled lists.

A new format is one more entry in `readers.READERS`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.importers.files.grid import Grid
from tracker.importers.files.readers import READERS, read_blocks
from tracker.importers.files.source import open_source
from tracker.importers.indicators.reading import propose_indicators, read_indicators
from tracker.importers.parsed import ParsedDocument
from tracker.importers.plans.cadences import read_cadences
from tracker.importers.plans.lines import join_lines
from tracker.importers.plans.plan import read_plan
from tracker.importers.plans.title import read_title
from tracker.importers.problem import Problem
from tracker.importers.tables.closing_note import REPORTING, ClosingNote, read_note, rules_lead
from tracker.importers.tables.reader import NOTE
from tracker.importers.tables.table import read_tables
from tracker.importers.tables.tasks import read_task

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tracker.importers.files.grid import Block
    from tracker.importers.files.readers import FileReading
    from tracker.importers.files.source import SourceFile
    from tracker.importers.parsed import ParsedTask
    from tracker.importers.plans.lines import Line
    from tracker.importers.plans.plan import PlanReading
    from tracker.importers.tables.rows import TableReading, TaskRow

__all__ = ["READERS", "DocumentReading", "parse_document", "read_document", "read_source"]


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """A parsed document with what it was parsed from: its closing note, and one row for each task.

    `rows` run parallel to the tasks. For a table a row is its cells; for a text it holds the item's own words and,
    as `units`, the annotation as written (牵头单位：…；责任单位：…), or "" where the text names nobody.
    """

    document: ParsedDocument
    note: str
    rows: tuple[TaskRow, ...]


def parse_document(path: Path) -> ParsedDocument:
    """The tasks, rules and problems of the document at `path`; the suffix tells the format.

    Raises UnreadableFileError for a file that cannot be read at all.
    """
    return read_document(path).document


def read_document(path: Path) -> DocumentReading:
    """Like `parse_document`, with the source texts that an annex is written from."""
    return read_source(open_source(path))


def read_source(source: SourceFile) -> DocumentReading:
    """Like `read_document`, for a file that is already in memory."""
    return read_reading(read_blocks(source), source.name)


def read_reading(reading: FileReading, name: str) -> DocumentReading:
    """Like `read_document`, for what a reader gave already."""
    return _read(reading.blocks, name, reading.problems)


def _read(blocks: Sequence[Block], name: str, file_problems: Sequence[Problem]) -> DocumentReading:
    tables = read_tables(block for block in blocks if isinstance(block, Grid))
    lines = join_lines(block for block in blocks if not isinstance(block, Grid))
    plan = read_plan(lines)
    if _is_table_document(tables, plan):
        found = _read_tables(blocks, name, tables, lines, plan)
    else:
        found = _read_plan(name, tables, lines, plan)
    indicators = read_indicators(blocks)
    places = {task.where for task in found.document.tasks}
    of_tasks = (
        indicator
        for task in found.document.tasks
        for indicator in propose_indicators(task.number, task.content, task.where)
    )
    document = replace(
        found.document,
        problems=(*file_problems, *found.document.problems, *indicators.problems),
        # A goal in a task's own place is proposed once, with its task.
        indicators=(
            *(found for found in indicators.indicators if not (found.proposed and found.where in places)),
            *of_tasks,
        ),
        indicator_sets=indicators.sets,
    )
    return replace(found, document=document)


def _is_table_document(tables: Sequence[TableReading], plan: PlanReading) -> bool:
    """A table of tasks goes before the text above it (Guilin's plan), unless the text names more tasks itself."""
    rows = sum(len(table.rows) for table in tables)
    if rows:
        return not (plan.is_annotated and len(plan.tasks) > rows)
    is_task_table = any(problem.code != "no_unit_column" for table in tables for problem in table.problems)
    return not plan.tasks or (is_task_table and not plan.is_annotated)


def _read_tables(
    blocks: Sequence[Block],
    name: str,
    tables: Sequence[TableReading],
    lines: Sequence[Line],
    plan: PlanReading,
) -> DocumentReading:
    note = _note(blocks, tables, name)
    rows = tuple(row for table in tables for row in table.rows)
    readings = [
        read_task(row, table.lead if table.lead != "unknown" else note.lead)
        for table in tables
        for row in table.rows
    ]
    problems = [problem for table in tables for problem in table.problems]
    problems += _repeated_across(tables)
    problems += [problem for reading in readings for problem in reading.problems]
    problems += note.problems
    if not tables:
        message = "没有找到任务表，也没有编号的任务。表头应有“序号”“具体措施”“责任单位”等栏，请检查文件。"
        problems.append(Problem(name, "no_table", message))
    document = ParsedDocument(
        title=read_title(lines, tables[0].titles if tables else ()),
        rules=note.rules,
        tasks=tuple(reading.task for reading in readings),
        problems=tuple(problems),
        outline=plan.all_items,
        cadences=read_cadences(lines),
    )
    return DocumentReading(document, note.text, rows)


def _read_plan(
    name: str, tables: Sequence[TableReading], lines: Sequence[Line], plan: PlanReading
) -> DocumentReading:
    note = _note_in_text(lines)
    lead = plan.lead if plan.lead != "unknown" else note.lead
    rules = note.rules
    if rules is not None and rules.lead == "unknown":
        stated = "stated" if plan.has_stated_leads else rules_lead(lead)
        rules = rules.model_copy(update={"lead": stated})
    problems = [*plan.problems, *note.problems]
    if not plan.is_annotated:
        problems += _needs_units(name, plan.tasks)
    for table in tables:
        if table.rows:
            message = f"文中另有任务表（{len(table.rows)} 行），任务已从正文读取，未重复读入此表。"
            problems.append(Problem(table.rows[0].where, "table_passed_over", message, is_blocking=False))
    document = ParsedDocument(
        title=read_title(lines, ()) or name.rpartition(".")[0],
        rules=rules,
        tasks=plan.tasks,
        problems=tuple(problems),
        outline=plan.outline,
        cadences=read_cadences(lines),
    )
    return DocumentReading(document, note.text, plan.rows)


def _needs_units(name: str, tasks: Sequence[ParsedTask]) -> list[Problem]:
    missing = sum(not task.units for task in tasks)
    if not missing:
        return []
    which = (
        f"{missing} 项任务都需要补上"
        if missing == len(tasks)
        else f"{len(tasks)} 项任务中有 {missing} 项需要补上"
    )
    message = f"文中没有写明责任单位，{which}。可在预览中逐项填写，或在原文中注明后重新导入。"
    return [Problem(name, "needs_units", message, is_blocking=False)]


def _note_in_text(lines: Sequence[Line]) -> ClosingNote:
    """The first paragraph of a text that says how often and by when to report."""
    for line in lines:
        if REPORTING.search(line.text) and (note := read_note(line.text, line.where)).rules:
            return note
    return ClosingNote()


def _note(blocks: Sequence[Block], tables: Sequence[TableReading], name: str) -> ClosingNote:
    """The closing note: the last rows of a table, or the paragraphs behind it from 备注 on."""
    lines = [table.note for table in tables if table.note]
    where = name
    has_table = False
    for block in blocks:
        if isinstance(block, Grid):
            has_table, where = True, block.where
        elif has_table and (lines or NOTE.match(block.text)):
            lines.append(block.text)
    return read_note("\n".join(lines), where) if lines else ClosingNote()


def _repeated_across(tables: Sequence[TableReading]) -> list[Problem]:
    """Numbers that two tables share; those within one table are reported with it."""
    seen: dict[str, str] = {}
    problems = []
    for table in tables:
        for row in table.rows:
            if row.number in seen:
                message = (
                    f"序号 {row.number} 重复，{seen[row.number]}已经用过。请各表连续编号，或只保留一个表。"
                )
                problems.append(Problem(row.where, "number_repeated", message))
        seen |= {row.number: row.where for row in table.rows}
    return problems
