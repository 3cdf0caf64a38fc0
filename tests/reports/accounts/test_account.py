"""The account of a round: its figures are those worked out by hand, and none is printed that does not add up."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.golden import figures
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B
from tests.reports.factory import DUE_AT, Filed, TaskText, make_report
from tests.reports.made_accounts import KINDS, account, gettext, heading
from tracker.domain.rates import Rates
from tracker.domain.scoring_rules import ScoringRules
from tracker.domain.states import ObligationState as S
from tracker.errors import FiguresDisagreeError
from tracker.reports import wording
from tracker.reports.accounts.account import OWN_WORDS, account_of
from tracker.reports.accounts.account_lines import Proposals
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
    assert found.sentence == ("应报17项，已报14项（报送率82.4%），按时9项（及时率52.9%），逾期5项，未报3项。")


def test_the_comparison_is_of_what_is_printed(report: RoundReport) -> None:
    # 16/18 = 88.9% and 14/17 = 82.4%; 15/18 = 83.3% and 9/17 = 52.9%.
    assert account(report).comparison == (
        "上期（2024年第二季度）应报18项，已报16项（报送率88.9%），按时15项（及时率83.3%）；"
        "与上期相比，报送率下降6.5个百分点，及时率下降30.4个百分点。"
    )
    first = account(replace(report, past_rounds=()))
    assert first.comparison == ""
    assert account(replace(report, as_of=report.due_at)).comparison == ""
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
        "牵头事项6项：达进度1项、欠进度3项（其中未报或无进展2项）、超进度1项、完成1项。"
    )


def test_a_filed_text_without_assessment_and_an_exempt_lead_are_said_beside() -> None:
    tasks = [
        (TaskText(content="甲"), [Filed("市示例局", "已完成。", is_lead=True)]),
        (TaskText(content="乙"), [Filed("市示例局", state=S.EXEMPT, is_lead=True)]),
    ]
    found = account(make_report(tasks, asks_assessment=True)).progress
    assert found is not None
    assert (found.total, found.unassessed, found.exempt) == (1, 1, 1)
    assert found.sentence.endswith("未自评1项。另有1项任务的牵头单位免报，不计在内。")
    assert account(make_report(tasks)).progress is None


def test_late_and_missing_units_are_named_once_each_with_what_excuses_them(report: RoundReport) -> None:
    departments, counties = account(report).faults
    assert departments.sentences == (
        f"逾期报送2项：{BUREAU}1项（第3项）；{AGENCY}1项（第4项）。",
        f"逾期未报1项：{AGENCY}1项（第6项）。",
    )
    assert counties.sentences == (
        f"逾期报送2项：{COUNTY_A}1项（第2项）；{COUNTY_B}1项（第5项，延期至2024年10月10日）。",
        f"逾期未报2项：{COUNTY_A}1项（第3项）；{COUNTY_B}1项（第6项，延期至2024年10月10日）。",
        f"经申诉不计逾期1项：{COUNTY_A}1项（第5项）。",
    )
    assert (counties.counts.late, counties.counts.missing) == (3, 2)


def test_units_that_owe_nothing_are_not_said_to_be_without_fault() -> None:
    filed = [Filed("市示例局", "已完成。", is_lead=True), Filed("甲县", state=S.EXEMPT)]
    departments, counties = account(make_report([(TaskText(content="内容"), filed)])).faults
    assert (departments.sentences, counties.sentences) == (("没有逾期和未报。",), ("没有应报事项。",))


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
    assert second.deductions == "未报1项扣20.00分；逾期1项扣6.00分；退回1项扣2.00分"
    assert second.excused == "逾期1项"
    assert found.rankings[1].rows[0].extended == "延期至2024年10月10日"
    assert (found.proposals.red_cards, found.proposals.yellow_cards) == (AGENCY, f"{COUNTY_B}、{COUNTY_A}")
    assert found.proposals.interviews == f"{AGENCY}、{COUNTY_A}"
    # 市示例局 leads the departments and was late, 乙县 leads the counties and has something missing.
    assert found.best == ()
    assert found.praise_ordinal == "三"


def test_what_goes_to_the_units_proposes_no_card_and_no_interview(report: RoundReport) -> None:
    found = account(report, "circular")
    assert found.proposals == Proposals("", "", "")
    rows = [row for table in found.rankings for row in table.rows]
    assert {(row.card, row.is_to_be_interviewed) for row in rows} == {("", False)}
    upward = account(report)
    assert [(row.unit, row.score) for row in rows] == [
        (row.unit, row.score) for table in upward.rankings for row in table.rows
    ]
    assert found.formula == upward.formula[:-1]
    assert "建议" in upward.formula[-1]


def test_who_has_no_fault_is_praised() -> None:
    filed = [Filed("甲县", "已完成。"), Filed("乙县", "已完成。"), Filed("丙县", "晚了。", is_late=True)]
    found = account(make_report([(TaskText(content="内容"), filed)])).best
    assert [(one.names, one.count, one.is_flawless) for one in found] == [("甲县、乙县", 2, True)]
    assert found[0].sentence == "县（市、区）中2个单位全部报送，没有扣分事项：甲县、乙县。"


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_praised_who_is_named_late_or_proposed_a_card(kind: str) -> None:
    """Of ten tasks 丙县 was late with one and scores highest; 甲县 had three returned, 乙县 has nothing of substance."""
    late = {(number, "丙县") for number in range(1, 2)}
    returned = {(number, "甲县") for number in range(1, 4)}
    empty = {(number, "乙县") for number in range(1, 11)}
    tasks = [
        (
            TaskText(content="内容"),
            [Filed(name, "已完成。", is_late=(number, name) in late) for name in ("甲县", "乙县", "丙县")],
        )
        for number in range(1, 11)
    ]
    report = make_report(tasks)
    tasks_with_faults = tuple(
        replace(
            task,
            entries=tuple(
                replace(
                    entry,
                    times_returned=int((task.id, entry.unit.name) in returned),
                    has_no_substance=(task.id, entry.unit.name) in empty,
                )
                for entry in task.entries
            ),
        )
        for task in report.tasks
    )
    rules = ScoringRules(returned=Decimal(100), no_substance=Decimal(100), yellow_below=Decimal(65))
    report = replace(report, tasks=tasks_with_faults, scoring=rules)
    assert [row.unit for row in account(report, kind).rankings[0].rows] == ["丙县", "甲县", "乙县"]
    assert [one.sentence for one in account(report, kind).best] == [
        "县（市、区）里没有逾期和未报的单位中，得分最高（70.00分）的1个：甲县。"
    ]
    strict = replace(report, scoring=rules.model_copy(update={"yellow_below": Decimal(75)}))
    assert account(strict, kind).best == ()


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
        ("示例技能培训", "3000人次", "1200人次", "40.0%", "2个单位合计"),
        ("示例服务普及率", "90%", "—", "—", "2个单位各自报数，不能相加"),
        ("示例产业项目", "8个", "—", "—", ""),
    ]


def test_a_number_of_one_of_two_units_is_not_given_both(report: RoundReport) -> None:
    two = replace(report, indicators=(replace(report.indicators[0], unit="人、%"),))
    assert [one.value for one in account(two).indicators] == ["60（人、%）"]


def test_history_tells_silence_and_no_progress_apart(report: RoundReport) -> None:
    fifth, sixth = account(report, "summary").history[4:]
    assert [one.words for one in fifth.periods][1:] == [
        "无进展（二季度：尚待下达）",
        "无进展（示例项目尚待上级下达）",
    ]
    assert [one.words for one in sixth.periods] == ["未报送"] * 3


def test_a_draft_has_no_number_and_a_correction_says_so(report: RoundReport) -> None:
    draft = account_of(report, {}, heading(number=None, issued_on=None), gettext)
    assert (draft.is_draft, draft.issue, draft.issued_on) == (True, "第　期", "　　年　月　日")
    second = account_of(report, {}, heading(edition=2), gettext)
    assert (second.is_draft, second.issue, second.edition_note) == (False, "第3期", "更正第2版")


def test_the_offices_words_are_paragraphs(report: RoundReport) -> None:
    found = account(report)
    assert found.overall == ("办公室写的第一段。", "办公室写的第二段。")
    assert {name for name in OWN_WORDS if not getattr(found, name)} == set()


@pytest.mark.parametrize("stop", ["：", ":", "。", "；", "。\n", " ： "])
def test_a_stop_that_was_typed_behind_names_is_not_doubled(report: RoundReport, stop: str) -> None:
    found = account(report, words={"addressee": f"各县：各区{stop}", "copies_to": f"市委办公室{stop}"})
    assert (found.addressee, found.copies_to) == ("各县：各区", "市委办公室")


def test_a_title_within_a_title_has_the_inner_marks(report: RoundReport) -> None:
    inner = replace(report, list_title="《示例规划》重点任务清单")
    assert account(inner).list_title == "〈示例规划〉重点任务清单"
    deep = replace(report, list_title="《关于〈示例规划〉的意见》清单")
    assert account(deep).list_title == "〈关于《示例规划》的意见〉清单"


def test_moments_and_rounds_are_told_without_blanks(report: RoundReport) -> None:
    found = account(report)
    assert (found.due, found.as_of) == ("2024年10月6日23:59", "2024年10月14日09:00")
    assert found.rounds_sentence.startswith("回顾3期（2024年第一季度至2024年第三季度），合计应报53项，")
    alone = account(replace(report, past_rounds=()))
    assert alone.rounds_sentence.startswith("回顾1期（2024年第三季度），应报17项，")


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
        (["1", "2", "3", "5"], "第1—3、5项"),
        (["1", "2", "4"], "第1、2、4项"),
        (["9", "10", "11"], "第9—11项"),
        # A list may be in another order than its numbers, and number in its own way.
        (["5", "8", "2"], "第5、8、2项"),
        (["3", "2", "1"], "第3、2、1项"),
        (["1-1", "1-2", "1-3"], "第1-1、1-2、1-3项"),
        (["1", "2a", "3"], "第1、2a、3项"),
        (["一", "二", "三"], "第一、二、三项"),
        (["1", "1", "1"], "第1、1、1项"),
        (["9" * 5000], f"第{'9' * 5000}项"),
    ],
)
def test_task_numbers_that_follow_each_other_are_joined(numbers: list[str], said: str) -> None:
    tasks = make_report([(TaskText(content="内容", number=number), []) for number in numbers]).tasks
    assert task_numbers(tasks, list(range(len(tasks))), gettext) == said


def test_a_task_is_named_once() -> None:
    tasks = make_report([(TaskText(content="内容"), [])] * 2).tasks
    assert task_numbers(tasks, [1, 1], gettext) == "第2项"


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("1．示例措施", "示例措施"),
        ("12、示例措施", "示例措施"),
        ("3. 示例措施", "示例措施"),
        ("（二）示例措施", "示例措施"),
        ("十一、示例措施", "示例措施"),
        ("1.5亿元示例产业", "1.5亿元示例产业"),
        ("2.0版示例平台", "2.0版示例平台"),
        ("5.15专项行动", "5.15专项行动"),
        ("3、5产业", "3、5产业"),
        ("15．5示例", "15．5示例"),
        ("1．2.0版示例平台", "1．2.0版示例平台"),
    ],
)
def test_only_the_documents_own_number_is_taken_from_a_title(title: str, printed: str) -> None:
    report = make_report([(TaskText(content="内容", measure=title), [Filed("甲县", "已完成。")])])
    assert [block.title for block in account(report).measures] == [printed]


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
