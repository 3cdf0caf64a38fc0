"""A document read whole: the one entrance for the command line, the pages and the bundled lists.

A new format is one more entry in `READERS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.errors import UnreadableFileError
from tracker.importers.closing_note import ClosingNote, read_note
from tracker.importers.grid import Grid
from tracker.importers.parsed import ParsedDocument, Problem
from tracker.importers.read_docx import read_docx
from tracker.importers.read_text import read_text
from tracker.importers.read_xlsx import read_xlsx
from tracker.importers.source import open_source
from tracker.importers.table import NOTE, read_table
from tracker.importers.tasks import read_task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tracker.importers.grid import Block
    from tracker.importers.source import SourceFile
    from tracker.importers.table import TableReading, TaskRow

READERS: Final[dict[str, Callable[[SourceFile], list[Block]]]] = {
    ".docx": read_docx,
    ".txt": read_text,
    ".xlsx": read_xlsx,
}
_ANNEX: Final = re.compile(r"附件\s*\d*\s*[:：]?")
_BRACKETED: Final = re.compile(r"[（(].*[）)]")


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """A parsed document with what it was parsed from: its closing note, and one row for each task."""

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
    reader = READERS.get(source.suffix)
    if reader is None:
        known = "、".join(sorted(READERS))
        raise UnreadableFileError(file=source.name, reason=f"不认识这种格式，可以读取的是 {known}。")
    return _read(reader(source), source.name)


def _read(blocks: Sequence[Block], name: str) -> DocumentReading:
    tables = [reading for block in blocks if isinstance(block, Grid) and (reading := read_table(block))]
    note = _note(blocks, tables, name)
    rows = tuple(row for table in tables for row in table.rows)
    readings = [read_task(row, note.lead) for row in rows]
    problems = [problem for table in tables for problem in table.problems]
    problems += _repeated_across(tables)
    problems += [problem for reading in readings for problem in reading.problems]
    problems += note.problems
    if not tables:
        problems.append(
            Problem(name, "no_table", "没有找到任务表。表头应有“序号”“具体措施”“责任单位”等栏，请检查文件。")
        )
    document = ParsedDocument(
        title=_title(blocks, tables),
        rules=note.rules,
        tasks=tuple(reading.task for reading in readings),
        problems=tuple(problems),
    )
    return DocumentReading(document, note.text, rows)


def _title(blocks: Sequence[Block], tables: Sequence[TableReading]) -> str:
    """The first line that is not 附件, with the bracketed line under it (（2022—2024年）)."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Grid):
            break
        lines.append(block.text)
    lines += tables[0].titles if tables else ()
    lines = [" ".join(line.split()) for line in lines if not _ANNEX.fullmatch(line)]
    if len(lines) > 1 and _BRACKETED.fullmatch(lines[1]):
        return lines[0] + lines[1]
    return lines[0] if lines else ""


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
