"""The flat table as CSV: read back it says what was filed, and no cell is a formula."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from tests.golden.figures import COUNTY_A, COUNTY_B, LATE
from tests.golden.round import NIL_REASONS, TEXTS
from tests.reports.factory import Filed, TaskText, make_report
from tests.reports.made import reports
from tracker.domain.texts import visible
from tracker.i18n import translations
from tracker.reports.csv import HEADINGS, csv_lines

if TYPE_CHECKING:
    from tests.golden.round import Golden
    from tracker.reports.data import RoundReport


def _read(report: RoundReport) -> list[dict[str, str]]:
    content = "".join(csv_lines(report, str)).encode()
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def _typed(cell: str) -> str:
    return cell.removeprefix("'")


def test_the_golden_round_line_by_line(golden: Golden) -> None:
    rows = _read(golden.report())
    assert len(rows) == 19
    by_pair = {(row["单位"], row["序号"]): row for row in rows}
    assert {pair: _typed(row["落实进度"]) for pair, row in by_pair.items() if row["落实进度"]} == TEXTS
    assert {pair: row["无进展原因"] for pair, row in by_pair.items() if row["无进展原因"]} == NIL_REASONS
    assert {pair for pair, row in by_pair.items() if row["是否逾期"] == "是"} == LATE
    found = by_pair[COUNTY_A, "5"]
    assert (found["自评"], found["申诉成立"], found["首次报送时间"]) == (
        "按序时",
        "逾期",
        "2024-10-08 10:00:00",
    )
    assert [pair for pair, row in by_pair.items() if row["无实质内容"] == "是"] == [(COUNTY_B, "2")]
    assert by_pair[COUNTY_B, "6"]["状态"] == "未报送"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "'", "＝", "＋", "－", "＠"])
def test_no_cell_begins_like_a_formula(sign: str) -> None:
    text = f"{sign}cmd|'/c calc'!A0"
    report = make_report(
        [(TaskText(text, measure=text, units_text=text, section=text, number=text), [Filed(text, text)])]
    )
    (row,) = _read(report)
    cells = [cell for cell in row.values() if "calc" in cell]
    assert len(cells) == 6
    assert {_typed(cell) for cell in cells} == {visible(text)}
    assert all(cell[0] == "'" or cell.startswith("⟨U+") for cell in cells)


@given(report=reports())
def test_any_text_stays_in_its_cell_and_comes_back(report: RoundReport) -> None:
    rows = _read(report)
    entries = [(task, entry) for task in report.tasks for entry in task.entries]
    assert len(rows) == len(entries)
    for row, (task, entry) in zip(rows, entries, strict=True):
        assert list(row) == list(HEADINGS)
        assert [_typed(row[name]) for name in ("序号", "任务", "单位", "落实进度")] == [
            visible(text) for text in (task.number, task.content, entry.unit.name, entry.text)
        ]
        assert not [cell for cell in row.values() if cell[:1] in tuple("=+-@\t\r＝＋－＠")]


def test_lines_are_made_one_at_a_time() -> None:
    report = make_report([(TaskText("任务"), [Filed("甲县", "文字"), Filed("乙县", "文字")])])
    lines = csv_lines(report, translations("en").gettext)
    head = next(lines)
    assert head.startswith("\ufeff")
    assert head.endswith("\r\n")
    assert "甲县" in next(lines)
    assert "乙县" in next(lines)
    assert next(lines, None) is None
