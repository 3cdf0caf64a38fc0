"""Pages of the annex: whatever is filed, nothing is lost and nothing is higher than the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.factory import Filed, TaskText, full_round, make_report
from tracker.domain.states import ObligationState
from tracker.reports.sheets.annex_pages import PAGE_HEIGHT, PROGRESS, WIDTHS, annex_pages, head_heights
from tracker.reports.sheets.text_metrics import MOST_ROW_HEIGHT, count_lines, height_of, line_capacity

if TYPE_CHECKING:
    from tracker.reports.data import RoundReport
    from tracker.reports.sheets.annex_pages import AnnexPage


def same(text: str) -> str:
    return text


words = st.text(st.sampled_from("示例进度，。（）\n a1%—“”𠀀藏\u0f56ق"), max_size=400)
long_words = st.builds(lambda text, times: text * times, words, st.integers(1, 12))


@st.composite
def rounds(draw: st.DrawFn) -> RoundReport:
    tasks = []
    for _ in range(draw(st.integers(0, 6))):
        text = TaskText(
            content=draw(long_words),
            measure=draw(st.sampled_from(["1．甲", "2．乙", "3．" + "长" * 700])),
            units_text=draw(st.sampled_from(["市示例局", "市示例局、" * 60, "各县人民政府，" * 300])),
            section=draw(st.sampled_from(["", "（一）板块"])),
        )
        names = draw(st.lists(st.sampled_from("甲乙丙丁戊己"), unique=True))
        filed = [Filed(name + "县", draw(long_words)) for name in names]
        tasks.append(
            (text, [one if one.text else Filed(one.name, state=ObligationState.PENDING) for one in filed])
        )
    title = draw(st.sampled_from(["示例清单", "很长的标题" * 40]))
    return make_report(tasks, list_title=title)


def assert_pages_fit(report: RoundReport, pages: tuple[AnnexPage, ...]) -> None:
    for index, page in enumerate(pages):
        room = PAGE_HEIGHT - (0 if index else sum(head_heights(report)))
        assert sum(page.heights) <= room
        for row, height in zip(page.rows, page.heights, strict=True):
            assert row.height <= height <= MOST_ROW_HEIGHT
            if row.cells:
                assert height >= height_of(count_lines(row.text, line_capacity(WIDTHS[PROGRESS])))
        for cell in page.merged:
            room = sum(page.heights[cell.first : cell.last + 1])
            assert room >= height_of(count_lines(cell.text, line_capacity(WIDTHS[cell.column])))


@settings(deadline=None, max_examples=60)
@given(rounds())
def test_every_page_fits_and_every_text_is_whole(report: RoundReport) -> None:
    pages = annex_pages(report, same)
    assert_pages_fit(report, pages)
    for task in report.tasks:
        rows = [row for page in pages for row in page.rows if row.cells and row.task == task.id]
        joined = "".join(row.text for row in rows)
        assert all(f"{entry.unit.name}：{entry.text}" in joined for entry in task.entries if entry.text)
        contents = dict.fromkeys(row.cells[2] for row in rows)
        assert "".join(cell.text for cell in contents) == task.content


def test_a_long_task_is_repeated_on_the_next_page() -> None:
    report = full_round(lambda task, unit: f"{task}-{unit}" + "示" * 290, tasks=2)
    pages = annex_pages(report, same)
    assert_pages_fit(report, pages)
    number, measure, content, units = pages[1].merged[:4]
    assert number.text == "1\n（续）"
    assert measure.text == "（续）1．做大做强示例产业"
    assert content.text == "（续）" + report.tasks[0].content
    assert units.text.startswith("（续）市示例1局")
    assert pages[0].rows[0].text.startswith("市示例1局：0-0")


def test_a_heading_is_never_left_alone_at_the_end_of_a_page() -> None:
    report = make_report(
        [
            (
                TaskText("任务" * 30, measure=f"{index}．措施", section=f"（{index}）板块"),
                [Filed("甲县", "进度" * 99)],
            )
            for index in range(60)
        ]
    )
    for page in annex_pages(report, same):
        assert page.rows[-1].cells or page.rows[-1].text.startswith("备注")


def test_a_measure_or_units_that_return_later_are_cells_of_their_own() -> None:
    report = make_report(
        [
            (TaskText("一", measure="甲", units_text="子"), []),
            (TaskText("二", measure="乙", units_text="丑"), []),
            (TaskText("三", measure="甲", units_text="子"), []),
        ]
    )
    (page,) = annex_pages(report, same)
    assert [cell.text for cell in page.merged if cell.column == 1] == ["甲", "乙", "甲"]
    assert not any(cell.is_continued for cell in page.merged)
