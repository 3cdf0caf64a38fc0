"""The ranking of a round: kinds apart, faults that count, what is struck out or not due yet, the printed formula."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.reports.factory import DUE_AT, Filed, TaskText, make_report
from tracker.domain.faults import Fault
from tracker.domain.scoring import Card
from tracker.domain.scoring_rules import ScoringRules
from tracker.domain.states import ObligationState
from tracker.reports.ranking import KindRanking, faults_of, formula, plain, rankings_of

if TYPE_CHECKING:
    from tracker.reports.data import ReportEntry, RoundReport

S = ObligationState
F = Fault


def source(text: str) -> str:
    return text


def report_of(*filed: Filed, **changes: object) -> RoundReport:
    """One task for each text, in the order given."""
    report = make_report([(TaskText(f"示例任务{number}"), [one]) for number, one in enumerate(filed)])
    return replace(report, **changes)  # type: ignore[arg-type]


def changed(report: RoundReport, name: str, task: int | None = None, **changes: object) -> RoundReport:
    """With `changes` at the entries of the unit, of all its tasks or of one (from 0)."""

    def entry(found: ReportEntry, index: int) -> ReportEntry:
        is_meant = found.unit.name == name and task in (None, index)
        return replace(found, **changes) if is_meant else found  # type: ignore[arg-type]

    tasks = tuple(
        replace(found, entries=tuple(entry(one, index) for one in found.entries))
        for index, found in enumerate(report.tasks)
    )
    return replace(report, tasks=tasks)


def unit_changed(report: RoundReport, name: str, **changes: object) -> RoundReport:
    units = {unit.name: unit for unit in report.units}
    units[name] = replace(units[name], **changes)  # type: ignore[arg-type]
    tasks = tuple(
        replace(task, entries=tuple(replace(one, unit=units[one.unit.name]) for one in task.entries))
        for task in report.tasks
    )
    return replace(report, tasks=tasks, units=tuple(units.values()))


def rows(ranking: KindRanking) -> list[tuple[int, str, str]]:
    return [(row.place, row.unit.name, str(row.score)) for row in ranking.rows]


def test_departments_and_counties_are_never_ranked_together() -> None:
    report = report_of(
        Filed("市示例局", "文", is_lead=True),
        Filed("示例县", "文", is_late=True),
        Filed("另一县", state=S.PENDING),
    )
    departments, counties = rankings_of(report)
    assert (departments.kind, rows(departments)) == ("department", [(1, "市示例局", "100.00")])
    assert (counties.kind, rows(counties)) == (
        "county",
        [(1, "示例县", "70.00"), (2, "另一县", "0.00")],
    )


def test_every_fault_is_counted_once_for_an_obligation_and_costs_its_share() -> None:
    report = report_of(*[Filed("示例县", "文", is_late=index == 0) for index in range(3)])
    report = changed(report, "示例县", 0, times_returned=4, has_no_substance=True)
    (row,) = rankings_of(report)[0].rows
    assert [(one.fault, one.count, str(one.points)) for one in row.deductions] == [
        (F.LATE, 1, "10.00"),
        (F.NO_SUBSTANCE, 1, "6.67"),
        (F.RETURNED, 1, "3.33"),
    ]
    assert str(row.score) == "80.00"
    assert row.card is None


def test_what_is_exempt_has_no_faults_and_who_owes_nothing_no_place() -> None:
    report = report_of(Filed("示例县", "文"), Filed("另一县", "文", state=S.EXEMPT))
    report = changed(report, "另一县", times_returned=2, has_no_substance=True)
    entry = report.tasks[1].entries[0]
    assert faults_of(entry, report) == ()
    assert rows(rankings_of(report)[0]) == [(1, "示例县", "100.00")]


def test_a_round_of_which_nothing_is_expected_has_no_ranking() -> None:
    assert rankings_of(report_of(Filed("示例县", state=S.EXEMPT))) == ()
    assert rankings_of(report_of()) == ()


def test_nothing_is_missing_before_the_units_own_due_moment() -> None:
    report = report_of(Filed("示例县", state=S.PENDING), Filed("另一县", state=S.PENDING))
    until = report.as_of + timedelta(days=1)
    report = unit_changed(report, "示例县", extended_to=until)
    extended, other = (task.entries[0] for task in report.tasks)
    assert faults_of(extended, report) == ()
    assert faults_of(other, report) == (F.MISSING,)
    (ranking,) = rankings_of(report)
    assert rows(ranking) == [(1, "另一县", "0.00")]
    assert [(one.unit.name, one.not_due, one.due_at) for one in ranking.waiting] == [("示例县", 1, until)]
    later = replace(report, as_of=until + timedelta(seconds=1))
    assert rows(rankings_of(later)[0]) == [(1, "示例县", "0.00"), (1, "另一县", "0.00")]
    assert rankings_of(later)[0].waiting == ()


def test_at_the_due_moment_itself_nothing_is_missing_yet() -> None:
    report = report_of(Filed("示例县", state=S.DRAFT), as_of=DUE_AT)
    (ranking,) = rankings_of(report)
    assert (ranking.rows, [one.unit.name for one in ranking.waiting]) == ((), ["示例县"])


def test_who_has_filed_all_within_its_extension_is_ranked_at_once() -> None:
    report = unit_changed(report_of(Filed("示例县", "文")), "示例县", extended_to=DUE_AT + timedelta(days=30))
    (ranking,) = rankings_of(report)
    assert (rows(ranking), ranking.waiting) == ([(1, "示例县", "100.00")], ())


def test_what_an_appeal_struck_out_does_not_count_and_is_shown_beside() -> None:
    report = report_of(Filed("示例县", "文", is_late=True), Filed("示例县", "文", is_late=True))
    report = changed(report, "示例县", 0, struck_out=(F.LATE, F.RETURNED))
    (row,) = rankings_of(report)[0].rows
    assert [(one.fault, one.count) for one in row.deductions] == [(F.LATE, 1)]
    # It was never returned: nothing of that was struck out.
    assert row.struck_out == ((F.LATE, 1),)
    assert str(row.score) == "85.00"


def test_a_missing_text_that_was_excused_brings_neither_card_nor_interview() -> None:
    report = unit_changed(report_of(Filed("示例县", state=S.PENDING)), "示例县", missed_before=5)
    (row,) = rankings_of(report)[0].rows
    assert (row.card, row.is_to_be_interviewed) == (Card.RED, True)
    (row,) = rankings_of(changed(report, "示例县", struck_out=(F.MISSING,)))[0].rows
    assert (str(row.score), row.card, row.is_to_be_interviewed) == ("100.00", None, False)


def test_the_formula_is_printed_with_the_sites_numbers() -> None:
    lines = formula(ScoringRules(late=Decimal("12.50"), interview_after=3), source)
    assert lines[0] == (
        "得分 = 100 − 100 × 未报占比 − 12.5 × 逾期占比 − 20 × 无实质内容占比 − 10 × 退回占比，"
        "最低 0 分；占比是有该情形的项数 ÷ 应报项数。"
    )
    assert lines[-1] == (
        "得分低于 80 分的建议黄牌，低于 60 分的建议红牌。连续 3 期有未报的建议约谈。以上建议由人决定后发出。"
    )


def test_what_is_not_proposed_is_not_in_the_formula() -> None:
    rules = ScoringRules(by="item", yellow_below=Decimal(0), red_below=Decimal(0), interview_after=0)
    lines = formula(rules, source)
    assert lines[0].startswith("得分 = 100 − 未报每项 100 分")
    assert not any("建议" in line for line in lines)
    only_interview = formula(rules.model_copy(update={"interview_after": 1}), source)
    assert only_interview[-1] == "本期有未报的建议约谈。以上建议由人决定后发出。"


def test_numbers_of_the_formula_are_written_plainly() -> None:
    assert [plain(Decimal(text)) for text in ("100", "12.50", "0", "1000.000", "0.125")] == [
        "100",
        "12.5",
        "0",
        "1000",
        "0.125",
    ]


ENTRIES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(S),
        st.booleans(),
        st.integers(0, 2),
        st.booleans(),
        st.sets(st.sampled_from(F)),
    ),
    max_size=10,
)


@given(found=ENTRIES, days=st.integers(-3, 3), index=st.integers(0, 9), fault=st.sampled_from(F))
def test_every_unit_that_owes_is_ranked_or_waits_and_striking_out_lowers_nobody(
    found: list[tuple[int, S, bool, int, bool, set[F]]], days: int, index: int, fault: F
) -> None:
    filed = [Filed(f"示例{unit}县", "文", state, is_late=late) for unit, state, late, *_ in found]
    report = report_of(*filed, as_of=DUE_AT + timedelta(days=days, seconds=1))
    for task, (unit, _, _, times, empty, struck) in enumerate(found):
        report = changed(
            report,
            f"示例{unit}县",
            task,
            times_returned=times,
            has_no_substance=empty,
            struck_out=tuple(sorted(struck)),
        )
    named = [row.unit.name for ranking in rankings_of(report) for row in ranking.rows]
    named += [one.unit.name for ranking in rankings_of(report) for one in ranking.waiting]
    assert sorted(named) == sorted(unit.name for unit in report.units if unit.rates.expected)
    counts = {
        row.unit.name: sum(one.count for one in row.deductions)
        for ranking in rankings_of(report)
        for row in ranking.rows
    }
    for name, count in counts.items():
        assert count == sum(
            len(faults_of(entry, report))
            for task in report.tasks
            for entry in task.entries
            if entry.unit.name == name
        )
    if index < len(found):
        name = f"示例{found[index][0]}县"
        more = changed(report, name, index, struck_out=(*found[index][5], fault))
        before = {row.unit.name: row.score for one in rankings_of(report) for row in one.rows}
        after = {row.unit.name: row.score for one in rankings_of(more) for row in one.rows}
        assert after.keys() >= before.keys()
        assert all(after[one] >= before[one] for one in before)
