"""The account of a round: its figures are those worked out by hand, and none is printed that does not add up."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from tests.golden import figures
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B
from tests.reports.factory import DUE_AT, Filed, TaskText, make_report
from tests.reports.made_accounts import account, gettext, heading
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState as S
from tracker.errors import FiguresDisagreeError
from tracker.reports import wording
from tracker.reports.accounts.account import OWN_WORDS, account_of
from tracker.reports.accounts.account_units import task_numbers
from tracker.reports.narrow import of_kind, of_measure, of_unit

if TYPE_CHECKING:
    from tests.golden.round import Golden
    from tracker.reports.accounts.account_lines import Counts
    from tracker.reports.data import RoundReport


@pytest.fixture
def report(golden: Golden) -> RoundReport:
    return golden.report()


def as_rates(counts: Counts) -> Rates:
    """Counts as the hand figures have them; the percentages must be theirs too."""
    rates = Rates(**{field.name: getattr(counts, field.name) for field in fields(Rates)})
    assert counts.missing == rates.missing
    assert counts.completeness == wording.percent(rates.completeness)
    assert counts.timeliness == wording.percent(rates.timeliness)
    return rates


def total(parts: list[Rates]) -> Rates:
    return Rates(**{field.name: sum(getattr(part, field.name) for part in parts) for field in fields(Rates)})


def test_counts_of_all_of_each_kind_of_each_measure_and_of_each_round(report: RoundReport) -> None:
    found = account(report)
    assert as_rates(found.counts) == figures.WHOLE
    assert [as_rates(kind.counts) for kind in found.kinds] == list(figures.BY_KIND.values())
    assert [kind.units for kind in found.kinds] == [2, 2]
    by_measure = [[figures.BY_TASK[str(number)] for number in pair] for pair in ((1, 2), (3, 4), (5, 6))]
    assert [as_rates(block.counts) for block in found.measures] == [total(pair) for pair in by_measure]
    assert [as_rates(line.counts) for line in found.rounds] == [
        *(rates for _period, rates in figures.PAST_ROUNDS),
        figures.WHOLE,
    ]
    assert found.sentence == (
        "应报 17 项，已报 14 项（报送率 82.4%），按时 9 项（及时率 52.9%），逾期 5 项，未报 3 项。"
    )


def test_the_comparison_is_of_what_is_printed(report: RoundReport) -> None:
    # 16/18 = 88.9% and 14/17 = 82.4%; 15/18 = 83.3% and 9/17 = 52.9%.
    assert account(report).comparison == (
        "上期（2024年第二季度）应报 18 项，已报 16 项（报送率 88.9%），按时 15 项（及时率 83.3%）；"
        "与上期相比，报送率下降 6.5 个百分点，及时率下降 30.4 个百分点。"
    )
    first = account(replace(report, past_rounds=()))
    assert first.comparison == ""
    same = replace(report.past_rounds[0], rates=report.rates)
    assert "报送率持平，及时率持平" in account(replace(report, past_rounds=(same,))).comparison


def test_progress_adds_up_to_all_tasks(report: RoundReport) -> None:
    found = account(report).progress
    assert found is not None
    assert (found.ahead, found.on_schedule, found.behind, found.done, found.unassessed) == (
        figures.AHEAD,
        figures.ON_SCHEDULE,
        figures.BEHIND,
        figures.DONE,
        0,
    )
    assert found.silent == figures.BEHIND_BY_NIL + figures.BEHIND_BY_SILENCE
    # Task 4 changed hands: who gave it away is exempt, the task is not.
    assert (found.total, found.exempt) == (6, 0)
    assert found.sentence == (
        "牵头事项 6 项：达进度 1 项、欠进度 3 项（其中未报或无进展 2 项）、超进度 1 项、完成 1 项。"
    )


def test_a_filed_text_without_assessment_and_an_exempt_lead_are_said_beside() -> None:
    tasks = [
        (TaskText(content="甲"), [Filed("市示例局", "已完成。", is_lead=True)]),
        (TaskText(content="乙"), [Filed("市示例局", state=S.EXEMPT, is_lead=True)]),
    ]
    found = account(make_report(tasks, asks_assessment=True)).progress
    assert found is not None
    assert (found.total, found.unassessed, found.exempt) == (1, 1, 1)
    assert found.sentence.endswith("未自评 1 项。另有 1 项任务的牵头单位免报，不计在内。")
    assert account(make_report(tasks)).progress is None


def test_late_and_missing_units_are_named_once_each_with_what_excuses_them(report: RoundReport) -> None:
    departments, counties = account(report).faults
    assert departments.sentences == (
        f"逾期报送 2 项：{BUREAU} 1 项（第 3 项）；{AGENCY} 1 项（第 4 项）。",
        f"逾期未报 1 项：{AGENCY} 1 项（第 6 项）。",
    )
    assert counties.sentences == (
        f"逾期报送 2 项：{COUNTY_A} 1 项（第 2 项）；{COUNTY_B} 1 项（第 5 项，延期至2024年10月10日）。",
        f"逾期未报 2 项：{COUNTY_A} 1 项（第 3 项）；{COUNTY_B} 1 项（第 6 项，延期至2024年10月10日）。",
        f"经申诉不计逾期 1 项：{COUNTY_A} 1 项（第 5 项）。",
    )
    assert (counties.counts.late, counties.counts.missing) == (3, 2)


def test_before_the_due_moment_nobody_is_called_missing(report: RoundReport) -> None:
    found = account(replace(report, as_of=DUE_AT, due_at=DUE_AT))
    assert [(kind.missing, sum(line.count for line in kind.awaited)) for kind in found.faults] == [
        ((), 1),
        ((), 2),
    ]
    assert [[line.unit for line in table.waiting] for table in found.rankings] == [
        [AGENCY],
        [COUNTY_A, COUNTY_B],
    ]


def test_ranking_with_deductions_and_what_is_beside_them(report: RoundReport) -> None:
    found = account(report)
    assert [[(row.place, row.unit, row.score) for row in table.rows] for table in found.rankings] == [
        [(place, name, f"{score:.2f}") for place, name, score, _card, _spoken in rows]
        for rows in figures.RANKING.values()
    ]
    second = found.rankings[1].rows[1]
    assert second.deductions == "未报 1 项扣 20 分；逾期 1 项扣 6 分；退回 1 项扣 2 分"
    assert second.excused == "逾期 1 项"
    assert found.rankings[1].rows[0].extended == "延期至2024年10月10日"
    assert (found.proposals.red_cards, found.proposals.yellow_cards) == (AGENCY, f"{COUNTY_B}、{COUNTY_A}")
    assert found.proposals.interviews == f"{AGENCY}、{COUNTY_A}"
    # 乙县 leads the counties, and has something missing: nobody of them is praised.
    assert [one.sentence for one in found.best] == [f"部门中得分最高（86.67 分）的 1 个单位：{BUREAU}。"]


def test_who_has_no_fault_is_praised() -> None:
    filed = [Filed("甲县", "已完成。"), Filed("乙县", "已完成。"), Filed("丙县", "晚了。", is_late=True)]
    found = account(make_report([(TaskText(content="内容"), filed)])).best
    assert [(one.names, one.count, one.is_flawless) for one in found] == [("甲县、乙县", 2, True)]


def test_stuck_tasks_have_the_words_of_the_lead_and_the_measures_do_not_repeat_them(
    report: RoundReport,
) -> None:
    found = account(report)
    assert [(one.number, one.reasons, one.words) for one in found.stuck] == [
        ("3", "自评滞后", "示例平台已完成第三轮修改，较序时慢一个月。"),
        ("6", "逾期未报", ""),
        ("4", "多个单位自评滞后", "示例培训任务全部完成。"),
    ]
    leads = [lead for block in found.measures for task in block.tasks for lead in task.leads]
    assert [(lead.unit, lead.is_stuck, bool(lead.words)) for lead in leads] == [
        (BUREAU, False, True),
        (BUREAU, False, True),
        (BUREAU, True, False),
        (AGENCY, True, False),
        (AGENCY, False, True),
        (AGENCY, True, False),
    ]


def test_measures_are_headed_without_their_own_numbers(report: RoundReport) -> None:
    assert [(block.ordinal, block.section, block.title) for block in account(report).measures] == [
        ("一", "示例板块", "示例措施甲"),
        ("二", "", "示例措施乙"),
        ("三", "另一示例板块", "示例措施丙"),
    ]


def test_indicators_with_targets_values_and_shares(report: RoundReport) -> None:
    assert [(one.name, one.target, one.value, one.share, one.note) for one in account(report).indicators] == [
        ("标准化示例站点", "100个", "60个", "60.0%", ""),
        ("示例技能培训", "3000人次", "1200人次", "40.0%", "2 个单位合计"),
        ("示例服务普及率", "90%", "—", "—", "2 个单位各自报数，不能相加"),
        ("示例产业项目", "8个", "—", "—", ""),
    ]


def test_history_tells_silence_and_no_progress_apart(report: RoundReport) -> None:
    fifth, sixth = account(report, "summary").history[4:]
    assert [one.words for one in fifth.periods][1:] == [
        "无进展（二季度：尚待下达。）",
        "无进展（示例项目尚待上级下达。）",
    ]
    assert [one.words for one in sixth.periods] == ["未报送"] * 3


def test_a_draft_has_no_number_and_a_correction_says_so(report: RoundReport) -> None:
    draft = account_of(report, {}, heading(number=None, issued_on=None), gettext)
    assert (draft.is_draft, draft.issue, draft.issued_on) == (True, "第 　 期", "　　年　月　日")
    second = account_of(report, {}, heading(edition=2), gettext)
    assert (second.is_draft, second.issue, second.edition_note) == (False, "第 3 期", "更正第 2 版")


def test_the_offices_words_are_paragraphs(report: RoundReport) -> None:
    found = account(report)
    assert found.overall == ("办公室写的第一段。", "办公室写的第二段。")
    assert {name for name in OWN_WORDS if not getattr(found, name)} == set()


def test_an_empty_round_and_a_round_with_one_unit() -> None:
    empty = account(make_report([]))
    assert (empty.task_count, empty.counts.expected, empty.counts.completeness, empty.rankings) == (
        0,
        0,
        "—",
        (),
    )
    one = account(make_report([(TaskText(content="内容"), [Filed("甲县", "已完成。")])]))
    assert (one.unit_count, one.measures[0].tasks[0].leads) == (1, ())


def test_the_parts_of_a_round_have_accounts_of_their_own(report: RoundReport) -> None:
    assert as_rates(account(of_kind(report, "county")).counts) == figures.BY_KIND["county"]
    measure = report.tasks[2].measure_id
    assert account(of_measure(report, measure)).task_count == 2
    unit = next(unit for unit in report.units if unit.name == COUNTY_A)
    found = account(of_unit(report, unit.id))
    assert (found.part, as_rates(found.counts)) == (COUNTY_A, figures.BY_UNIT[COUNTY_A])


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([0, 1, 2, 4], "第 1—3、5 项"),
        ([0, 1, 3], "第 1、2、4 项"),
        ([1, 1], "第 2 项"),
    ],
)
def test_task_numbers_in_a_row_are_joined(numbers: list[int], said: str) -> None:
    tasks = make_report([(TaskText(content="内容"), [])] * 5).tasks
    assert task_numbers(tasks, numbers, gettext) == said


class TestFiguresThatDisagree:
    """A stored account that was tampered with, or a fault of the program: both numbers are named."""

    def refused(self, report: RoundReport) -> FiguresDisagreeError:
        with pytest.raises(FiguresDisagreeError) as refused:
            account(report)
        return refused.value

    def test_on_time_and_late_are_what_was_filed(self, report: RoundReport) -> None:
        broken = replace(report, rates=replace(report.rates, on_time=10))
        assert "按时与逾期之和是 15，已报是 14" in str(self.refused(broken))

    def test_the_kinds_together_are_all(self, report: RoundReport) -> None:
        broken = replace(report, rates=replace(report.rates, expected=18))
        assert "各类单位之和是 17，全部是 18" in str(self.refused(broken))

    def test_the_measures_together_are_all(self, report: RoundReport) -> None:
        first = replace(report.tasks[0], rates=replace(report.tasks[0].rates, accepted=1))
        broken = replace(report, tasks=(first, *report.tasks[1:]))
        assert "各项措施之和是 3，全部是 4" in str(self.refused(broken))

    def test_every_late_text_is_named(self, report: RoundReport) -> None:
        entry = replace(report.tasks[2].entries[0], is_late=False)
        third = replace(report.tasks[2], entries=(entry, *report.tasks[2].entries[1:]))
        broken = replace(report, tasks=(*report.tasks[:2], third, *report.tasks[3:]))
        assert "点名的逾期项数之和是 1，逾期是 2" in str(self.refused(broken))

    def test_every_missing_text_is_named(self, report: RoundReport) -> None:
        lead = replace(report.tasks[5].entries[0], state=S.SUBMITTED, text="补报")
        last = replace(report.tasks[5], entries=(lead, *report.tasks[5].entries[1:]))
        broken = replace(report, tasks=(*report.tasks[:5], last))
        assert "点名的未报项数之和是 0，未报是 1" in str(self.refused(broken))

    def test_every_obligation_is_told(self, report: RoundReport) -> None:
        on_time = report.tasks[0].entries[1]
        first = replace(report.tasks[0], entries=(*report.tasks[0].entries, on_time))
        broken = replace(report, tasks=(first, *report.tasks[1:]))
        assert "逐项列出的应报项数是 18，应报是 17" in str(self.refused(broken))
