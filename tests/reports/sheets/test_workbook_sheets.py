"""Every sheet that shows words of people: hostile texts in their place, texts at the limit, parts, and large rounds."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from tests.reports.factory import DUE_AT, Filed, TaskText, full_round, make_report
from tests.reports.sheets.test_sheet_stream import HOSTILE
from tests.reports.sheets.test_workbook import assert_prints_whole, task_rows
from tracker.domain.assessment import Assessment
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.i18n import translations
from tracker.reports.data import PastRound, PastText, ReportIndicator
from tracker.reports.narrow import of_kind, of_measure, of_unit
from tracker.reports.sheets.text_metrics import MOST_ROW_HEIGHT
from tracker.reports.sheets.workbook import render_workbook

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from tracker.reports.data import RoundReport

S = ObligationState
LEAD = "市示例局"


def opened(report: RoundReport) -> Workbook:
    return load_workbook(BytesIO(render_workbook(report, str)), rich_text=True)


def with_everything(report: RoundReport, words: str) -> RoundReport:
    """A past of two rounds for each task, an indicator, and rounds before; `words` wherever people write."""
    tasks = [
        replace(
            task,
            past=(
                PastText(
                    "2024Q2",
                    "2024年第二季度",
                    words,
                    S.ACCEPTED,
                    Assessment.AHEAD,
                    f"{words}上期{task.number}",
                ),
                PastText("2024Q1", "2024年第一季度", words, S.NIL, None, f"{words}上上期{task.number}"),
            ),
        )
        for task in report.tasks
    ]
    indicator = ReportIndicator(
        "1", words, words[:30], words, Decimal(10), "2024-12", Decimal(4), "2024年第三季度", 1, True,
        Decimal("0.4"), (("2024Q3", Decimal(4)),),
    )  # fmt: skip
    past = (PastRound("2024Q2", "2024年第二季度", Rates(4, 3, 2, 1)),)
    return replace(report, tasks=tuple(tasks), indicators=(indicator,), past_rounds=past)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stand_once_in_their_place_on_every_sheet(text: str) -> None:
    filed = [Filed(LEAD, f"{text}一", is_lead=True), Filed("甲县", state=S.NIL, nil_reason=f"{text}二")]
    report = with_everything(make_report([(TaskText(text, measure=text, units_text=text), filed)]), text)
    book = opened(report)
    for sheet in book:
        for row in sheet.iter_rows():
            assert not {cell.data_type for cell in row} & {"f", "e"}
    column = [str(book["附件"].cell(row, 4).value or "") for row in (6, 7)]
    assert column == [f"{LEAD}：{text}一", f"甲县：无进展（{text}二）"]
    flat = book["落实进度明细"]
    assert (flat["I2"].value, flat["J3"].value) == (f"{text}一", f"{text}二")
    history = book["历期进度"]
    assert [history.cell(row, 7).value for row in (2, 3, 4)] == [
        f"{text}一",
        f"{text}上期1",
        f"无进展（{text}上上期1）",
    ]
    assert [history.cell(row, 4).value for row in (3, 4)] == [text, text]
    assert book["指标"]["B4"].value == text


def test_another_reader_sees_the_same_sheets() -> None:
    report = with_everything(
        full_round(lambda task, unit: f"第{task}项第{unit}家", tasks=3, counties=2), "示例"
    )
    content = render_workbook(report, str)
    other = CalamineWorkbook.from_filelike(BytesIO(content))
    mine = load_workbook(BytesIO(content))
    assert other.sheet_names == mine.sheetnames
    for name in ("落实进度明细", "历期进度", "未报与逾期"):
        rows = other.get_sheet_by_name(name).to_python()
        assert [row[0] for row in rows] == [row[0] or "" for row in mine[name].iter_rows(values_only=True)]
    texts = [row[8] for row in other.get_sheet_by_name("落实进度明细").to_python()]
    assert all(texts.count(entry.text) == 1 for task in report.tasks for entry in task.entries)


def test_seventeen_counties_at_the_limit_on_one_task_are_printed_whole() -> None:
    """300 characters each, in all 5,000 and more: one cell of Excel would show a tenth of it."""
    report = full_round(lambda task, unit: f"第{task}项第{unit:02}家" + "示例进度。" * 58 + "全完毕", tasks=2)
    assert {len(entry.text) for task in report.tasks for entry in task.entries} == {300}
    book = opened(report)
    assert_prints_whole(book["附件"])
    rows = task_rows(book["附件"])
    for task in report.tasks:
        for entry in task.entries:
            assert rows[task.number].count(f"{entry.unit.name}：{entry.text}") == 1


@pytest.mark.parametrize("text", ["长" * 300, "\n".join("示" * 150), "W" * 300, "𠀀" * 300])
def test_texts_at_the_limit_in_every_cell_are_never_higher_than_excel_shows(text: str) -> None:
    filed = [Filed(LEAD, text, is_lead=True), *[Filed(f"示例{n}县", text) for n in range(3)]]
    words = TaskText(text, measure=text, units_text=text, section=text)
    book = opened(with_everything(make_report([(words, filed)] * 2, note=text, list_title=text), text))
    for sheet in book:
        heights = [dimension.height for dimension in sheet.row_dimensions.values()]
        assert all(height is None or 0 < height <= MOST_ROW_HEIGHT for height in heights)
    assert_prints_whole(book["附件"])
    assert [book["落实进度明细"].cell(row, 9).value for row in range(2, 10)] == [text] * 8


def test_a_part_is_named_and_shows_no_place_among_all() -> None:
    report = with_everything(
        make_report(
            [
                (
                    TaskText("任务一", measure="1．甲措施"),
                    [Filed(LEAD, "牵头", is_lead=True), Filed("甲县", "甲一")],
                ),
                (TaskText("任务二", measure="2．乙措施"), [Filed("甲县", "甲二"), Filed("乙县", "乙二")]),
            ]
        ),
        LEAD,
    )
    county = next(unit for unit in report.units if unit.name == "甲县")
    own = opened(of_unit(report, county.id))
    assert own.sheetnames == ["附件", "落实进度明细", "报送率", "未报与逾期", "属地一览"]
    assert str(own["附件"]["A3"].value).startswith("甲县：2024年第三季度落实进度")
    assert str(own["附件"]["A4"].value).startswith("应报2项，已报2项")
    everything = "".join(str(cell.value) for sheet in own for row in sheet.iter_rows() for cell in row)
    assert ("乙县" in everything, "牵头" in everything.replace("牵头单位", "")) == (False, False)
    assert "甲县" in str(own["附件"].oddFooter.left.text)  # type: ignore[union-attr]
    departments = opened(of_kind(report, "department"))
    assert "属地一览" not in departments.sheetnames
    assert departments["历期进度"].max_row == 4
    measure = opened(of_measure(report, report.tasks[1].measure_id))
    assert [cell.value for cell in measure["落实进度明细"]["I"][1:]] == ["甲二", "乙二"]
    assert "名次与得分" not in measure.sheetnames


def test_before_it_is_due_a_unit_with_something_missing_has_no_place() -> None:
    report = make_report(
        [(TaskText("任务"), [Filed("甲县", "一"), Filed("乙县", state=S.PENDING)])], as_of=DUE_AT
    )
    rows = list(opened(report)["名次与得分"].iter_rows(min_row=4, max_col=3, values_only=True))
    assert rows[:3] == [
        ("县（市、区）", None, None),
        (1, "甲县", 100),
        ("—", "乙县", "1 项未报，2024-10-06 23:59 截止，尚不排名"),
    ]


def test_the_matrix_of_many_units_is_printed_beside_its_tasks() -> None:
    sheet = opened(full_round(lambda _task, _unit: "一", tasks=2, counties=50))["属地一览"]
    assert (sheet.page_setup.fitToWidth, sheet.print_title_cols) == (3, "$A:$B")
    assert sheet.freeze_panes == "C4"
    assert sheet.max_column == 53


def test_charts_are_lettered_in_fonts_that_are_there() -> None:
    report = with_everything(full_round(lambda _task, _unit: "一", tasks=1, counties=2), "示例")
    package = ZipFile(BytesIO(render_workbook(report, str)))
    charts = [
        package.read(name).decode() for name in package.namelist() if re.search(r"charts/chart\d", name)
    ]
    assert len(charts) == 4
    for chart in charts:
        assert 'ea typeface="黑体"' in chart
        assert 'ea typeface="宋体"' in chart
        assert 'delete val="1"' not in chart


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sheets_have_titles_that_excel_takes_in_every_language(language: str) -> None:
    report = with_everything(full_round(lambda _task, _unit: "一", tasks=1, counties=2), "示例")
    titles = load_workbook(BytesIO(render_workbook(report, translations(language).gettext))).sheetnames
    assert len(set(titles)) == 9
    assert not [title for title in titles if len(title) > 31 or set(title) & set("[]:*?/\\")]


def test_a_text_longer_than_a_cell_is_cut_aloud_and_whole_in_the_annex() -> None:
    """20,000 characters that Excel counts twice: what no cell holds."""
    text = "𠀀" * 19_999 + "完"
    report = make_report([(TaskText("任务"), [Filed(LEAD, text, is_lead=True)])])
    past = PastText("2024Q2", "2024年第二季度", LEAD, S.ACCEPTED, None, text)
    report = replace(report, tasks=tuple(replace(task, past=(past,)) for task in report.tasks))
    book = opened(report)
    assert str(book["落实进度明细"]["I2"].value).endswith("𠀀……（全文见附件）")
    history = [str(book["历期进度"].cell(row, 7).value) for row in (2, 3)]
    assert all(words.endswith("𠀀……（全文见当期附件）") for words in history)
    assert task_rows(book["附件"])["1"].count("𠀀") == 19_999


def with_indicator(**changes: object) -> RoundReport:
    report = with_everything(make_report([(TaskText("任务"), [Filed(LEAD, "一", is_lead=True)])]), "示例")
    return replace(report, indicators=(replace(report.indicators[0], **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        ("4500", "4,500"),
        ("4500.50", "4,500.5"),
        ("0.0000001", "0.0000001"),
        ("1000000000000000", "1,000,000,000,000,000"),
        ("-1234567890.25", "-1,234,567,890.25"),
    ],
)
def test_a_figure_is_a_number_that_its_column_shows_whole(figure: str, shown: str) -> None:
    sheet = opened(with_indicator(target=Decimal(figure), value=Decimal(figure)))["指标"]
    places = len(shown.partition(".")[2])
    for cell in (sheet["E4"], sheet["F4"]):
        assert (cell.value, cell.data_type) == (float(figure), "n")
        assert cell.number_format == "#,##0" + ("." + "0" * places if places else "")
        assert sheet.column_dimensions[cell.column_letter].width >= len(shown) + 2
    assert f"{float(figure):,.{places}f}" == shown


@pytest.mark.parametrize("figure", ["1234567890123456.7", "0.1234567890123456789", "1" + "0" * 40])
def test_a_figure_that_no_spreadsheet_keeps_stands_as_words(figure: str) -> None:
    sheet = opened(with_indicator(value=Decimal(figure)))["指标"]
    assert (sheet["F4"].value, sheet["F4"].data_type) == (f"{Decimal(figure):,f}", "s")


def test_long_names_are_short_beside_the_bars_and_whole_in_the_table() -> None:
    name = "示例工业企业关键工序数控化率和示例数字化研发设计工具普及率"
    content = render_workbook(with_indicator(name=name), str)
    sheet = load_workbook(BytesIO(content))["指标"]
    assert sheet["B4"].value == name
    chart = next(
        text
        for path in ZipFile(BytesIO(content)).namelist()
        if re.search(r"charts/chart\d", path)
        and "指标完成比例" in (text := ZipFile(BytesIO(content)).read(path).decode())
    )
    names = re.search(r"<cat>.*?<f>'指标'!\$([A-Z])\$4(?::\$\1\$4)?</f>", chart)
    assert names
    assert sheet[f"{names[1]}4"].value == "示例工业企业关键工序数控化率和示例…"
    assert sheet.column_dimensions[names[1]].hidden
    # Or the chart would leave out what stands in a hidden column.
    assert 'plotVisOnly val="0"' in chart


def test_control_characters_in_a_title_print_no_worse_than_in_a_cell() -> None:
    report = make_report([(TaskText("任务"), [Filed(LEAD, "一")])], list_title="示例\x07规划\x0b_x0041_")
    book = opened(replace(report, part="部\x01分", period_label="一\x02季度"))
    for sheet in book:
        assert sheet.oddFooter.left.text == "示例\ufffd规划 _x0041_ 一\ufffd季度 部\ufffd分"  # type: ignore[union-attr]
