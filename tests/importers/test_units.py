"""Units from CSV and xlsx."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from tracker.importers.units import UnitKindName, UnitRow, read_units
from tracker.models.unit import UnitKind

if TYPE_CHECKING:
    from pathlib import Path


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "单位.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_kinds_of_a_file_are_those_of_the_database() -> None:
    assert set(get_args(UnitKindName)) == {kind.value for kind in UnitKind}


@pytest.mark.parametrize("separator", ["、", ";", "；"])
def test_rows_with_aliases(tmp_path: Path, separator: str) -> None:
    text = (
        f"名称,类别,上级,别名\n龙胜各族自治县,county,,龙胜{separator} 龙胜县\n龙胜镇,乡镇,龙胜各族自治县,\n"
    )
    assert read_units(write(tmp_path, text)) == (
        (
            UnitRow("龙胜各族自治县", "county", "", ("龙胜", "龙胜县"), "第 2 行"),
            UnitRow("龙胜镇", "town", "龙胜各族自治县", (), "第 3 行"),
        ),
        (),
    )


def test_english_headings(tmp_path: Path) -> None:
    rows, problems = read_units(write(tmp_path, "name,kind,parent,aliases\n市财政局,部门,,\n"))
    assert [(row.name, row.kind) for row in rows] == [("市财政局", "department")]
    assert problems == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",部门,,", "name_missing"),
        ("市教育局,局,,", "unknown_kind"),
        ("市教育局,,,", "unknown_kind"),
        ("市财政局,部门,,", "name_repeated"),
        ("市教育局,部门,,财政局", "name_repeated"),
        (f"{'市' * 201},部门,,", "too_long"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, line: str, code: str) -> None:
    rows, problems = read_units(write(tmp_path, f"名称,类别,上级,别名\n市财政局,部门,,财政局\n{line}\n"))
    assert [row.name for row in rows] == ["市财政局"]
    assert [(problem.where, problem.code) for problem in problems] == [("第 3 行", code)]
