"""How far the indicators of a round's tasks have come: for a leader's page and for every document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.lists.stated_indicators import as_stated
from tracker.domain.periods import parse_period
from tracker.domain.reached import share_reached, target_for
from tracker.domain.reported_values import is_cumulative
from tracker.models import key
from tracker.store.indicator_progress import values_by_period
from tracker.store.indicators import asked_indicators, stated_values
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from sqlmodel import Session

    from tracker.importers.indicators.parsed import IndicatorPoint, ParsedIndicator
    from tracker.models import ReportingRound, Task
    from tracker.store.indicator_progress import PeriodValue


@dataclass(frozen=True, slots=True)
class IndicatorProgress:
    """`value` is None where nothing was reported, or what units reported cannot be added up.

    `reporters` is how many units `value` is of; `share` is of `target`, None where it means nothing. `points` are the
    values by period, the oldest first: periods whose values say nothing together, or in another unit of measure than
    today's, are not among them.
    """

    task: Task
    indicator: ParsedIndicator
    target: IndicatorPoint
    value: Decimal | None
    period: str
    reporters: int
    is_of_lead: bool
    share: Decimal | None
    points: tuple[tuple[str, Decimal], ...] = ()


def compile_indicators(
    session: Session, reporting_round: ReportingRound, tasks: Sequence[Task]
) -> tuple[IndicatorProgress, ...]:
    """The confirmed ones of tasks that state a target, those that somebody reported first."""
    by_task = asked_indicators(session, reporting_round.version_id, [key(task) for task in tasks])
    asked = [(task, indicator) for task in tasks for indicator in by_task.get(key(task), ())]
    stated = stated_values(session, [key(indicator) for _task, indicator in asked])
    reported = values_by_period(session, reporting_round, {indicator.lineage for _task, indicator in asked})
    year = parse_period(reporting_round.period, round_rules(reporting_round).period_type).year
    found = []
    for task, row in asked:
        indicator = as_stated(row, stated.get(key(row), ()), task.number)
        if (target := target_for(indicator.targets, year)) is not None:
            found.append(_progress(task, indicator, target, reported.get(row.lineage, {})))
    return tuple(sorted(found, key=lambda one: one.value is None))


@dataclass(frozen=True, slots=True)
class _Together:
    """What the values of one period say of a task."""

    value: Decimal | None = None
    reporters: int = 0
    is_of_lead: bool = False


def _progress(
    task: Task,
    indicator: ParsedIndicator,
    target: IndicatorPoint,
    reported: Mapping[str, Sequence[PeriodValue]],
) -> IndicatorProgress:
    """`reported` by period, the newest first."""
    together = {period: _together(values, indicator) for period, values in reported.items()}
    period, newest = next(iter(together.items()), ("", _Together()))
    return IndicatorProgress(
        task=task,
        indicator=indicator,
        target=target,
        value=newest.value,
        period=period if newest.reporters else "",
        reporters=newest.reporters,
        is_of_lead=newest.is_of_lead,
        share=None if newest.value is None else share_reached(newest.value, target),
        points=tuple(
            (period, one.value) for period, one in reversed(together.items()) if one.value is not None
        ),
    )


def _together(reported: Sequence[PeriodValue], indicator: ParsedIndicator) -> _Together:
    """The lead's value speaks for the task; without one, those of several units only where they add up."""
    # A value in another unit of measure than today's says nothing here.
    values = [one for one in reported if one.unit == indicator.unit]
    of_lead = [one for one in values if one.is_lead]
    counted = of_lead[:1] or values
    adds_up = is_cumulative(indicator.name, indicator.unit, indicator.baseline, indicator.targets)
    if not counted or (len(counted) > 1 and not adds_up):
        value = None
    else:
        value = sum((one.value for one in counted[1:]), start=counted[0].value)
    return _Together(value, len(counted), bool(of_lead))
