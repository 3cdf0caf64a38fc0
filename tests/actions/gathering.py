"""The example round in an office where counties are read by the unit above them first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.example import OPENED_AT, Example, build_example
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.domain.actors import Actor, Role
from tracker.models import Obligation, OrgUnit, UnitKind, key
from tracker.store.rounds import round_rules
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import ReportingRound, Task


@dataclass(frozen=True, slots=True)
class Gathering:
    """甲县 stands below 甲州, and 甲州 below 甲省; 乙县 below 乙州. The bureau has nobody above."""

    example: Example
    above_a: OrgUnit
    far_above_a: OrgUnit
    above_b: OrgUnit

    def filer(self, unit: OrgUnit) -> Actor:
        return Actor(Role.FILLER, f"{unit.name}填报人", "test", unit_id=key(unit))


def build_gathering(session: Session, settings: Settings) -> Gathering:
    example = build_example(session, settings)
    far = add_unit(session, "甲省", UnitKind.COUNTY)
    above_a = add_unit(session, "甲州", UnitKind.COUNTY, far)
    above_b = add_unit(session, "乙州", UnitKind.COUNTY)
    example.county_a.parent_id, example.county_b.parent_id = key(above_a), key(above_b)
    gather(session, example.round)
    session.add_all([example.county_a, example.county_b])
    session.flush()
    return Gathering(example, above_a, far, above_b)


def gather(session: Session, reporting_round: ReportingRound) -> None:
    """Has the round ask for it from now on."""
    rules = round_rules(reporting_round).model_copy(update={"gathers": True})
    reporting_round.rules = rules.model_dump_json()
    session.add(reporting_round)


def file_text(
    session: Session, example: Example, unit: OrgUnit, task: Task, text: str = "已完成。"
) -> Obligation:
    outcome = submit(session, example.filer(unit), example.round, unit, [Filing(task, text)], OPENED_AT)
    assert not outcome.refused
    return obligation_of(session, example, unit, task)


def obligation_of(session: Session, example: Example, unit: OrgUnit, task: Task) -> Obligation:
    return session.exec(
        select(Obligation).where(
            Obligation.round_id == example.round.id,
            Obligation.unit_id == unit.id,
            Obligation.task_id == task.id,
        )
    ).one()
