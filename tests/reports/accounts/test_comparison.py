"""Two reports side by side: units with their places, tasks by what they are and not by their numbers, leads' own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.reports.factory import Filed, TaskText, make_report
from tracker.domain.assessment import Assessment
from tracker.domain.faults import Fault
from tracker.domain.states import ObligationState
from tracker.reports.accounts.comparison import EntryChange, TaskChange, UnitChange, compare
from tracker.reports.data import ReportIndicator

if TYPE_CHECKING:
    from tracker.reports.data import RoundReport

PENDING = ObligationState.PENDING


def report(*, late: str = "", missing: str = "", assessment: Assessment | None = None) -> RoundReport:
    """One task that the bureau leads and three counties owe."""
    names = ("市示例局", "甲县", "乙县", "丙县")
    filed = [
        Filed(
            name,
            "" if name == missing else "已完成",
            PENDING if name == missing else ObligationState.SUBMITTED,
            is_lead=name == "市示例局",
            is_late=name == late,
        )
        for name in names
    ]
    found = make_report([(TaskText("任务", number="1"), filed)])
    (task,) = found.tasks
    lead, *others = task.entries
    return replace(found, tasks=(replace(task, entries=(replace(lead, assessment=assessment), *others)),))


def units(before: RoundReport, after: RoundReport) -> dict[str, UnitChange]:
    found = compare(before, after, {1: 1})
    return {unit.name: unit for kind in found.kinds for unit in kind.units}


def task(before: RoundReport, after: RoundReport) -> TaskChange:
    (found,) = compare(before, after, {1: 1}).tasks
    return found


def test_nothing_is_changed_between_equal_reports() -> None:
    found = compare(report(late="甲县"), report(late="甲县"), {1: 1})
    assert not any(unit.is_changed for kind in found.kinds for unit in kind.units)
    assert not any(one.is_changed for one in found.tasks)


def test_places_are_told_by_how_many_a_unit_moved_each_kind_by_itself() -> None:
    found = units(report(missing="甲县", late="乙县"), report(late="甲县", missing="丙县"))
    assert {name: unit.places_up for name, unit in found.items()} == {
        "市示例局": 0,
        "甲县": 1,
        "乙县": 1,
        "丙县": -2,
    }
    kinds = compare(report(missing="甲县"), report(late="甲县"), {1: 1}).kinds
    assert [(kind.kind, [unit.name for unit in kind.units]) for kind in kinds] == [
        ("department", ["市示例局"]),
        ("county", ["乙县", "丙县", "甲县"]),
    ]


def test_a_unit_that_waits_has_no_place_and_does_not_move() -> None:
    before = report()
    after = replace(report(missing="甲县"), as_of=before.due_at)
    found = units(before, after)["甲县"]
    assert found.after
    assert (found.after.place, found.after.score, found.places_up) == (None, None, None)


def test_what_is_in_one_of_the_two_only_has_nothing_on_the_other_side() -> None:
    lonely = make_report([(TaskText("另一任务", number="9"), [Filed("丁县", "已完成")])])
    moved = replace(
        lonely,
        units=tuple(replace(unit, id=99) for unit in lonely.units),
        tasks=tuple(
            replace(one, id=2, entries=tuple(replace(e, unit=replace(e.unit, id=99)) for e in one.entries))
            for one in lonely.tasks
        ),
    )
    found = compare(report(), moved, {1: 1, 2: 2})
    by_name = {unit.name: unit for kind in found.kinds for unit in kind.units}
    assert by_name["丁县"].before is None
    assert by_name["甲县"].after is None
    assert [(one.number, one.before is None, one.after is None) for one in found.tasks] == [
        ("9", True, False),
        ("1", False, True),
    ]


def test_a_task_is_the_same_when_a_new_version_numbers_it_anew() -> None:
    renumbered = replace(report(), tasks=tuple(replace(one, id=7, number="一") for one in report().tasks))
    (found,) = compare(report(), renumbered, {1: 4, 7: 4}).tasks
    assert (found.number, found.is_changed) == ("一", False)
    assert len(compare(report(), renumbered, {1: 4, 7: 5}).tasks) == 2


def test_the_leads_own_judgement_is_told_before_and_after() -> None:
    found = task(report(assessment=Assessment.BEHIND), report(assessment=Assessment.DONE))
    (lead,) = found.leads
    assert (lead.unit, lead.before, lead.after) == ("市示例局", Assessment.BEHIND, Assessment.DONE)
    assert found.is_changed
    assert not task(report(assessment=Assessment.DONE), report(assessment=Assessment.DONE)).is_changed


def changed(**after: Any) -> EntryChange:
    """What is said of the bureau's entry when it changes so."""
    before = report()
    (one,) = before.tasks
    lead, *others = one.entries
    now = replace(before, tasks=(replace(one, entries=(replace(lead, **after), *others)),))
    found = task(before, now)
    assert found.is_changed
    (entry,) = found.entries
    assert entry.unit == "市示例局"
    return entry


def test_other_words_are_told_apart_from_the_first() -> None:
    assert changed(text="改过的").is_reworded
    assert changed(text="", nil_reason="尚待下达").is_reworded
    first = task(report(missing="甲县"), report()).entries
    assert [(entry.unit, entry.is_filed, entry.is_reworded) for entry in first] == [("甲县", True, False)]


def test_what_was_found_and_struck_out_is_told_both_ways() -> None:
    found = changed(has_no_substance=True)
    assert (found.is_without_substance, found.is_reworded) == (True, False)
    late = changed(struck_out=(Fault.LATE,))
    assert (late.struck_out, late.held_again, late.is_without_substance) == ((Fault.LATE,), (), None)
    (one,) = report().tasks
    lead, *others = one.entries
    excused = replace(lead, struck_out=(Fault.LATE,), has_no_substance=True)
    before = replace(report(), tasks=(replace(one, entries=(excused, *others)),))
    (back,) = task(before, report()).entries
    assert (back.held_again, back.struck_out, back.is_without_substance) == ((Fault.LATE,), (), False)


def test_a_round_that_is_open_counts_as_undecided_until_it_is_due() -> None:
    due = report()
    early = replace(due, as_of=due.due_at, is_closed=False)
    late = replace(due, as_of=due.due_at + timedelta(seconds=1), is_closed=False)
    assert compare(late, early, {1: 1}).not_due == (early,)
    assert compare(late, replace(early, is_closed=True), {1: 1}).not_due == ()


def test_indicators_that_differ_are_named() -> None:
    point = ReportIndicator("1", "示例产值", "亿元", "", None, "", Decimal(5), "", 1, True, None)
    same = replace(point, name="示例人次")
    before = replace(report(), indicators=(point, same))
    after = replace(report(), indicators=(replace(point, value=Decimal(6)), same))
    assert compare(before, after, {1: 1}).indicators == (("1", "示例产值"),)
    assert compare(before, report(), {1: 1}).indicators == (("1", "示例产值"), ("1", "示例人次"))
    assert compare(before, before, {1: 1}).indicators == ()
