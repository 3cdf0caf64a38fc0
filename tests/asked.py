"""What the example's list may ask beside texts: 自评, and values of indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.models import Indicator, IndicatorKind, IndicatorState, IndicatorValue, ValueRole, key
from tracker.store.lists import rules_of
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.models import ReportingRound, Task, TaskList


def ask_assessment(session: Session, task_list: TaskList, reporting_round: ReportingRound) -> None:
    """From the round that is open on."""
    for row, rules in ((task_list, rules_of(task_list)), (reporting_round, round_rules(reporting_round))):
        row.rules = rules.model_copy(update={"asks_assessment": True}).model_dump_json()
        session.add(row)
    session.flush()


def add_indicator(
    session: Session,
    task: Task,
    name: str,
    unit: str,
    target: str | None = None,
    *,
    lineage: int,
    bound: str = "exactly",
    baseline: str | None = None,
    state: IndicatorState = IndicatorState.CONFIRMED,
) -> int:
    """An indicator of `task`, due at the end of 2025 where it has a target; its id."""
    indicator = Indicator(
        version_id=task.version_id,
        lineage=lineage,
        task_id=key(task),
        position=lineage,
        name=name,
        unit=unit,
        kind=IndicatorKind.UNSTATED,
        state=state,
    )
    session.add(indicator)
    session.flush()
    stated = ((ValueRole.BASELINE, baseline, "2020", "exactly"), (ValueRole.TARGET, target, "2025", bound))
    for position, (role, number, on_date, how) in enumerate(stated, start=1):
        if number is not None:
            session.add(
                IndicatorValue(
                    indicator_id=key(indicator),
                    role=role,
                    position=position,
                    text=f"{number}{unit}",
                    value=Decimal(number),
                    on_date=on_date,
                    bound=how,
                )
            )
    session.flush()
    return key(indicator)
