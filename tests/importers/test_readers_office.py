"""Old workbooks, and what LibreOffice turns into new formats."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.importers.hostile import compound_file, old_workbook, open_sheet, workbook
from tracker.importers.files.grid import Cell, Grid, Paragraph
from tracker.importers.files.libreoffice import find_libreoffice
from tracker.importers.files.readers import read_blocks
from tracker.importers.files.refusals import ConversionFailedError, MacroError, NeedsLibreOfficeError
from tracker.importers.files.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

needs_libreoffice = pytest.mark.skipif(
    find_libreoffice() is None, reason="NOT RUN: LibreOffice is not installed (apt-get install libreoffice-calc libreoffice-writer)"
)  # fmt: skip
RTF = (
    r"{\rtf1\ansi\ansicpg936 {\u37325?\u28857?\par}\trowd\clvmgf\cellx2000\cellx4000 \u30002?\cell \u20057?\cell\row"
    r"\trowd\clvmrg\cellx2000\cellx4000 \cell \u19993?\cell\row\pard\par}"
)


def rows_of(block: object) -> list[tuple[Cell, ...]]:
    assert isinstance(block, Grid)
    return [row.cells for row in block.rows]


@pytest.mark.parametrize("name", ["表.xls", "表.et"])
def test_an_old_workbook_keeps_merged_and_blank_apart(name: str) -> None:
    data = old_workbook(
        {(0, 0): "重点任务清单", (2, 0): "甲", (2, 1): "乙", (4, 1): "丙"}, ((0, 0, 0, 1), (2, 3, 0, 0))
    )
    (grid,) = read_blocks(SourceFile(name, data)).blocks

    assert rows_of(grid) == [
        (Cell("重点任务清单"), Cell("重点任务清单", left=1)),
        (Cell(), Cell()),
        (Cell("甲"), Cell("乙")),
        (Cell("甲", up=1), Cell()),
        (Cell(), Cell("丙")),
    ]
    assert isinstance(grid, Grid)
    assert grid.rows[4].where == "工作表“清单”第 5 行"


def test_a_new_workbook_called_et_is_read() -> None:
    (grid,) = read_blocks(SourceFile("表.et", workbook({"A1": "甲"}))).blocks
    assert rows_of(grid) == [(Cell("甲"),)]


def test_without_libreoffice_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for name, data, target in (
        ("表.doc", compound_file("WordDocument"), ".docx"),
        ("表.wps", compound_file("WordDocument"), ".docx"),
        ("表.ods", open_sheet(), ".xlsx"),
    ):
        with pytest.raises(NeedsLibreOfficeError, match=r"LibreOffice.*另存为 " + target):
            read_blocks(SourceFile(name, data))


def test_a_conversion_that_gives_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(ConversionFailedError, match="另存为"):
        read_blocks(SourceFile("表.doc", compound_file("WordDocument")))


def test_an_opendocument_with_macros_is_refused() -> None:
    with pytest.raises(MacroError):
        read_blocks(SourceFile("表.ods", open_sheet({"Basic/Standard/Module1.xml": "<x/>"})))


@needs_libreoffice
def test_a_rich_text_called_doc_is_turned_into_word() -> None:
    first, grid = read_blocks(SourceFile("表.doc", RTF.encode())).blocks
    assert isinstance(first, Paragraph)
    assert first.text == "重点"
    assert rows_of(grid) == [(Cell("甲"), Cell("乙")), (Cell("甲", up=1), Cell("丙"))]


@needs_libreoffice
def test_an_opendocument_sheet_is_turned_into_excel() -> None:
    (grid,) = read_blocks(SourceFile("表.ods", open_sheet())).blocks
    assert rows_of(grid) == [(Cell("甲"), Cell("乙")), (Cell("甲", up=1), Cell("丙"))]
