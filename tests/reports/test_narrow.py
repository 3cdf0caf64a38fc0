"""Parts of a round: nothing of another unit in them, and every figure the length of its list."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.reports.factory import Filed, TaskText, make_report
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.errors import NotFoundError
from tracker.reports.data import PastRound, PastText, ReportIndicator, RoundReport
from tracker.reports.narrow import narrowed, of_kind, of_measure, of_unit

S = ObligationState
LEAD, A, B = "市示例局", "甲县", "乙县"


def indicator(task: str, *, is_of_lead: bool) -> ReportIndicator:
    return ReportIndicator(
        task, "示例指标", "%", "90%", Decimal(90), "2024", Decimal(80), "一季度", 1, is_of_lead, None
    )


@pytest.fixture
def whole() -> RoundReport:
    """Three tasks of two measures; the first two are led, the third is 甲县's alone."""
    report = make_report(
        [
            (
                TaskText("任务一", measure="1．甲措施"),
                [
                    Filed(LEAD, "牵头一", is_lead=True),
                    Filed(A, "甲一", is_late=True),
                    Filed(B, state=S.PENDING),
                ],
            ),
            (
                TaskText("任务二", measure="1．甲措施"),
                [Filed(LEAD, "牵头二", is_lead=True), Filed(A, state=S.EXEMPT)],
            ),
            (TaskText("任务三", measure="2．乙措施"), [Filed(A, "甲三")]),
        ],
        indicators=(indicator("1", is_of_lead=True), indicator("1", is_of_lead=False)),
        past_rounds=(PastRound("2024Q2", "2024年第二季度", Rates(5, 5, 5)),),
    )
    past = tuple(
        PastText("2024Q2", "二季度", unit, S.ACCEPTED, None, f"{unit}上期") for unit in (LEAD, "市前示例局")
    )
    return replace(report, tasks=(replace(report.tasks[0], past=past), *report.tasks[1:]))


def test_a_unit_gets_its_own_and_no_word_of_another(whole: RoundReport) -> None:
    unit = next(unit for unit in whole.units if unit.name == A)
    part = of_unit(whole, unit.id)
    assert (part.part, [task.number for task in part.tasks]) == (A, ["1", "2", "3"])
    assert part.rates == Rates(expected=2, filed=2, on_time=1, late=1, exempt=1)
    assert part.units[0].rates == part.rates
    assert (LEAD in repr(part.tasks[0].entries), part.tasks[0].past, part.indicators) == (False, (), ())
    assert part.past_rounds == ()


def test_a_lead_gets_what_it_led_before_and_its_indicator(whole: RoundReport) -> None:
    unit = next(unit for unit in whole.units if unit.name == LEAD)
    part = of_unit(whole, unit.id)
    assert [past.words for past in part.tasks[0].past] == [f"{LEAD}上期"]
    assert part.indicators == whole.indicators[:1]


def test_who_led_a_task_before_it_was_reassigned_keeps_no_indicator_of_it(whole: RoundReport) -> None:
    """And a lead gets no earlier values, which may be sums of others."""
    first = whole.tasks[0]
    points = (("一季度", Decimal(70)),)
    led = replace(first, entries=(replace(first.entries[0], state=S.EXEMPT), *first.entries[1:]))
    moved = replace(whole, tasks=(led, *whole.tasks[1:]))
    assert of_unit(moved, first.entries[0].unit.id).indicators == ()
    known = replace(whole, indicators=(replace(indicator("1", is_of_lead=True), points=points),))
    assert [one.points for one in of_unit(known, first.entries[0].unit.id).indicators] == [()]


def test_a_kind_keeps_the_tasks_its_units_owe(whole: RoundReport) -> None:
    counties = of_kind(whole, "county")
    assert (counties.part, counties.rates) == (
        "县（市、区）",
        Rates(expected=3, filed=2, on_time=1, late=1, exempt=1),
    )
    assert [unit.name for unit in counties.units] == [A, B]
    assert [task.number for task in of_kind(whole, "department").tasks] == ["1", "2"]


def test_a_measure_keeps_all_its_units_with_figures_of_their_own(whole: RoundReport) -> None:
    part = of_measure(whole, whole.tasks[2].measure_id)
    assert (part.part, part.rates, part.indicators) == ("2．乙措施", Rates(1, 1, 1), ())
    assert [(unit.name, unit.rates) for unit in part.units] == [(A, Rates(1, 1, 1))]
    assert part.tasks[0].entries[0].unit is part.units[0]


def test_parts_of_a_kind_add_up_to_the_whole(whole: RoundReport) -> None:
    kinds = [of_kind(whole, kind).rates for kind in ("department", "county")]
    assert sum(rates.expected for rates in kinds) == whole.rates.expected
    assert sum(rates.filed for rates in kinds) == whole.rates.filed
    assert sum(rates.late for rates in kinds) == whole.rates.late


def test_parts_can_be_narrowed_further(whole: RoundReport) -> None:
    part = narrowed(whole, kind="county", measure_id=whole.tasks[0].measure_id)
    assert (part.part, part.rates) == ("1．甲措施 县（市、区）", Rates(expected=2, filed=1, late=1, exempt=1))
    assert narrowed(whole) is whole


@pytest.mark.parametrize("wanted", [{"unit_id": 999}, {"kind": "village"}, {"measure_id": 999}])
def test_a_part_that_is_not_there_is_not_found(whole: RoundReport, wanted: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError):
        narrowed(whole, **wanted)
