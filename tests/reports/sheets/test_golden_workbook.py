"""The workbook of the golden round: every figure as it was worked out by hand (tests/golden/figures.py)."""

from __future__ import annotations

from dataclasses import astuple
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.golden import figures
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B
from tests.golden.round import TEXTS, UNSEEN
from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.faults import Fault
from tracker.domain.rates import Rates
from tracker.domain.scoring import CARD_LABELS
from tracker.reports import wording
from tracker.reports.narrow import of_kind, of_measure, of_unit
from tracker.reports.sheets.workbook import render_workbook

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tests.golden.round import Golden
    from tracker.reports.data import RoundReport

CARDS = {card.value: label for card, label in CARD_LABELS.items()}


@pytest.fixture
def report(golden: Golden) -> RoundReport:
    return golden.report()


@pytest.fixture
def book(report: RoundReport) -> Workbook:
    return load_workbook(BytesIO(render_workbook(report, str)), rich_text=True)


def rows_of(sheet: Worksheet, header: int) -> list[dict[str, object]]:
    """By heading, from the row after the header on."""
    headings = [str(cell.value) for cell in sheet[header]]
    return [
        dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=header + 1, values_only=True)
    ]


def counts(rates: Rates) -> list[object]:
    return [rates.expected, rates.filed, rates.on_time, rates.late, rates.missing]


def test_all_its_sheets_are_there(book: Workbook) -> None:
    assert book.sheetnames == [
        "附件", "落实进度明细", "报送率", "未报与逾期", "属地一览", "名次与得分", "指标", "历期进度", "历期走势",
    ]  # fmt: skip


def test_the_annex_says_the_totals_and_holds_every_text_once(book: Workbook, report: RoundReport) -> None:
    annex = book["附件"]
    said = str(annex["A4"].value)
    assert said == wording.counts_sentence(figures.WHOLE, str)
    assert (figures.COMPLETENESS in said, figures.TIMELINESS in said) == (True, True)
    column = "".join(str(row[3] or "") for row in annex.iter_rows(min_row=6, values_only=True))
    for task in report.tasks:
        for entry in task.entries:
            if entry.text:
                assert column.count(f"{entry.unit.name}：{entry.text}") == 1


def test_the_flat_table_counts_to_the_figures(book: Workbook, report: RoundReport) -> None:
    rows = rows_of(book["落实进度明细"], 1)
    assert len(rows) == figures.WHOLE.expected + figures.WHOLE.exempt
    found = {(str(row["单位"]), str(row["序号"])) for row in rows if row["状态"] == "未报送"}
    assert found == figures.MISSING
    assert {(str(row["单位"]), str(row["序号"])) for row in rows if row["是否逾期"] == "是"} == figures.LATE
    assert {(str(row["单位"]), str(row["序号"])) for row in rows if row["状态"] == "免报"} == figures.EXEMPT
    assert {(str(row["单位"]), str(row["序号"])) for row in rows if row["状态"] == "无进展"} == figures.NIL
    texts = [row["落实进度"] for row in rows]
    for task in report.tasks:
        for entry in task.entries:
            assert not entry.text or texts.count(entry.text) == 1


def test_what_was_never_filed_or_is_superseded_is_nowhere(book: Workbook) -> None:
    everything = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert all(text in everything for text in TEXTS.values())
    assert not any(text in everything for text in UNSEEN)


def test_rates_by_unit_and_kind(book: Workbook) -> None:
    rows = {
        str(row[0]): list(row[1:12])
        for row in book["报送率"].iter_rows(min_row=6, max_col=12, values_only=True)
        if row[1] is not None
    }
    expected = {
        "总计": figures.WHOLE,
        "部门合计": figures.BY_KIND["department"],
        "县（市、区）合计": figures.BY_KIND["county"],
        **figures.BY_UNIT,
    }
    assert set(rows) == set(expected)
    for name, rates in expected.items():
        assert rows[name][:5] == counts(rates)
        assert rows[name][5:9] == [rates.nil, rates.returned, rates.accepted, rates.exempt]
        assert rows[name][9:] == [pytest.approx(rates.completeness), pytest.approx(rates.timeliness)]


def test_who_is_missing_and_who_was_late(book: Workbook) -> None:
    rows = rows_of(book["未报与逾期"], 1)
    by_word = {
        word: {(str(row["单位"]), str(row["序号"])) for row in rows if row["情况"] == word}
        for word in ("未报送", "逾期报送")
    }
    assert by_word == {"未报送": figures.MISSING, "逾期报送": figures.LATE}
    assert len(rows) == len(figures.MISSING) + len(figures.LATE)


def test_counties_against_tasks(book: Workbook) -> None:
    sheet = book["属地一览"]
    rows = {str(row["序号"] or row["任务"]): row for row in rows_of(sheet, 3)}
    assert [rows[number][COUNTY_A] for number in "123456"] == ["通", "报 逾", "未", "退", "报 逾", "免"]
    assert [rows[number][COUNTY_B] for number in "123456"] == ["报", "报", "无", "报", "通 逾", "未"]
    assert [rows[number]["未报"] for number in "123456"] == [0, 0, 1, 0, 0, 1]
    for word, counted in (("未报合计", "missing"), ("逾期合计", "late")):
        assert [rows[word][name] for name in (COUNTY_A, COUNTY_B, "未报")] == [
            getattr(rates, counted)
            for rates in (figures.BY_UNIT[COUNTY_A], figures.BY_UNIT[COUNTY_B], figures.BY_KIND["county"])
        ]
    colours = {sheet.cell(row, 3).fill.fgColor.rgb for row in range(4, 10)}
    # Two of the six came late and look alike.
    assert len(colours) == 5


def test_places_scores_and_what_explains_them(book: Workbook) -> None:
    sheet = book["名次与得分"]
    rows = {str(row["单位"]): row for row in rows_of(sheet, 3) if row["单位"]}
    for ranked in figures.RANKING.values():
        for place, unit, score, card, is_to_be_interviewed in ranked:
            row = rows[unit]
            assert (row["名次"], row["得分"]) == (place, float(score))
            words = [CARDS[card]] if card else []
            words += ["约谈"] if is_to_be_interviewed else []
            assert (row["建议"] or "") == "、".join(words)
            held = [
                fault for (name, _task), faults in figures.FAULTS.items() if name == unit for fault in faults
            ]
            names = {
                Fault.MISSING: "未报",
                Fault.LATE: "逾期",
                Fault.NO_SUBSTANCE: "无实质内容",
                Fault.RETURNED: "退回",
            }
            assert [row[f"{names[fault]}项数"] for fault in Fault] == [held.count(fault) for fault in Fault]
    assert (rows[COUNTY_B]["退回扣分"], rows[COUNTY_B]["未报扣分"]) == (1.67, 16.67)
    assert rows[COUNTY_A]["申诉成立（不扣分）"] == "逾期 1 项"
    assert rows[COUNTY_B]["延期至"] == "2024-10-10 23:59"
    assert (rows[BUREAU]["延期至"], rows[AGENCY]["申诉成立（不扣分）"]) == (None, None)
    said = [str(row[0]) for row in sheet.iter_rows(values_only=True) if row[0]]
    assert any(words.startswith("得分 = 100 − 100 × 未报占比") for words in said)


def test_indicators_with_their_shares(book: Workbook) -> None:
    sheet = book["指标"]
    rows = {str(row["指标"]): row for row in rows_of(sheet, 3) if row["指标"]}
    for task, name, unit, target, value, is_of_lead, reporters, share, points in figures.INDICATORS:
        row = rows[name]
        assert (str(row["序号"]), row["计量单位"], row["目标值"]) == (task, unit, float(target))
        assert row["完成值"] == (None if value is None else float(value))
        assert row["完成比例"] == ("—" if share is None else pytest.approx(float(share)))
        source = str(row["数据来源"])
        assert source.startswith("牵头" if is_of_lead else "未报" if not reporters else str(reporters))
        shown = [row["2024年第二季度"], row["2024年第三季度"]]
        assert [figure for figure in shown if figure is not None] == [
            float(figure) for _period, figure in points
        ]
    # The two with a share stand first: the chart is drawn over them.
    assert [rows_of(sheet, 3)[index]["完成比例"] for index in (0, 1)] == [0.6, 0.4]
    assert len(sheet._charts) == 1  # type: ignore[attr-defined]


def test_how_each_task_went_on(book: Workbook, report: RoundReport) -> None:
    rows = rows_of(book["历期进度"], 1)
    assert [row["报送期"] for row in rows if row["序号"] == 1] == [
        "2024年第三季度", "2024年第二季度", "2024年第一季度",
    ]  # fmt: skip
    for number, assessment in figures.ASSESSED.items():
        now = [row for row in rows if str(row["序号"]) == number and row["报送期"] == "2024年第三季度"]
        assert [row["自评"] for row in now] == [ASSESSMENT_LABELS[assessment] if assessment else None]
    assert sum(1 for row in rows if row["状态"] == "未报送") == 3
    texts = [row["落实进度"] for row in rows]
    for task in report.tasks:
        for words in [entry.text for entry in task.entries if entry.role == "lead"]:
            assert not words or texts.count(words) == 1
        for past in task.past:
            assert not past.words or any(past.words.rstrip("。") in str(text) for text in texts)


def test_how_the_rounds_went_on(book: Workbook) -> None:
    sheet = book["历期走势"]
    rows = [list(row) for row in sheet.iter_rows(min_row=4, max_col=8, values_only=True) if row[0]]
    labels = {"2024Q1": "2024年第一季度", "2024Q2": "2024年第二季度"}
    expected = [(labels[period], rates) for period, rates in figures.PAST_ROUNDS]
    expected.append(("2024年第三季度", figures.WHOLE))
    assert len(rows) == len(expected)
    for row, (label, rates) in zip(rows, expected, strict=True):
        assert row[:6] == [label, *counts(rates)]
        assert row[6:] == [pytest.approx(rates.completeness), pytest.approx(rates.timeliness)]
    chart = sheet._charts[0]  # type: ignore[attr-defined]
    assert [series.val.numRef.f for series in chart.series] == [
        "'历期走势'!$G$4:$G$6",
        "'历期走势'!$H$4:$H$6",
    ]


def test_parts_have_the_figures_of_their_rows(report: RoundReport) -> None:
    for kind, rates in figures.BY_KIND.items():
        assert of_kind(report, kind).rates == rates
    for unit in report.units:
        part = of_unit(report, unit.id)
        assert (part.part, part.rates, part.units[0].rates) == (unit.name, *[figures.BY_UNIT[unit.name]] * 2)
    for task in report.tasks:
        part = of_measure(report, task.measure_id)
        tasks = [figures.BY_TASK[other.number] for other in part.tasks]
        assert task.number in [other.number for other in part.tasks]
        assert [other.rates for other in part.tasks] == tasks
        assert part.rates == Rates(*map(sum, zip(*map(astuple, tasks), strict=True)))
