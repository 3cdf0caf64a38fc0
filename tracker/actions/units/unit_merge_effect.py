"""What a merge would do, counted and named for the person who decides: shown before it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.actions.units.plan_unit_merge import CONTACTS, OBLIGATIONS, plan_unit_merge
from tracker.models import Draft, Obligation, ProgressUpdate, ReportingRound, Task, TaskList, UnitGroup, key

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.actions.units.plan_unit_merge import MergePlan
    from tracker.domain.actors import Actor
    from tracker.domain.states import ObligationState
    from tracker.models import OrgUnit
    from tracker.store.unit_rows import Row


@dataclass(frozen=True, slots=True)
class Clash:
    """Both units wrote on the same task: which obligation stands, and which stays behind as exempt."""

    task: Task
    stands_id: int
    stands: ObligationState
    left_id: int
    left: ObligationState


@dataclass(slots=True)
class RoundEffect:
    """Obligations of one round: how many move, how many give way, and the clashes."""

    round: ReportingRound
    task_list: TaskList
    moved: int = 0
    given_way: int = 0
    clashes: list[Clash] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MergeEffect:
    """`moved` and `staying` by table and column; `mailboxes` and `groups` are those that both units had."""

    moved: dict[str, int]
    staying: dict[str, int]
    mailboxes: tuple[str, ...]
    groups: tuple[str, ...]
    rounds: tuple[RoundEffect, ...]
    texts: int
    drafts: int
    takes_its_place: bool


def merge_effect(session: Session, actor: Actor, unit: OrgUnit, into: OrgUnit) -> MergeEffect:
    """Raises SameUnitError and UnitMergedError, as `merge_units` would."""
    plan = plan_unit_merge(session, actor, unit, into, "")
    own = select(Obligation.id).where(Obligation.unit_id == unit.id)
    texts = select(func.count()).where(col(ProgressUpdate.obligation_id).in_(own))
    drafts = select(func.count()).where(col(Draft.obligation_id).in_(own))
    staying = {place: count for place, count in plan.staying().items() if place != OBLIGATIONS}
    return MergeEffect(
        moved=dict(plan.moved()),
        staying={f"{table}.unit_id": count for table, count in staying.items()},
        mailboxes=tuple(row["email"] for row in _removed(plan, CONTACTS)),
        groups=tuple(
            session.get_one(UnitGroup, row["group_id"]).name for row in _removed(plan, "unit_group_member")
        ),
        rounds=_rounds(session, plan),
        texts=session.exec(texts).one(),
        drafts=session.exec(drafts).one(),
        takes_its_place=plan.takes_its_place,
    )


def _removed(plan: MergePlan, table: str) -> list[Row]:
    return [removal.row for removal in plan.removals if removal.table.name == table]


def _rounds(session: Session, plan: MergePlan) -> tuple[RoundEffect, ...]:
    """The newest first."""
    found: dict[int, RoundEffect] = {}

    def of(round_id: int) -> RoundEffect:
        if round_id not in found:
            reporting_round = session.get_one(ReportingRound, round_id)
            task_list = session.get_one(TaskList, reporting_round.list_id)
            found[round_id] = RoundEffect(reporting_round, task_list)
        return found[round_id]

    moved = [move.key[0] for move in plan.moves if move.column.table.name == OBLIGATIONS]
    counts = session.exec(
        select(Obligation.round_id, func.count())
        .where(col(Obligation.id).in_(moved))
        .group_by(col(Obligation.round_id))
    )
    for round_id, count in counts:
        of(round_id).moved = count
    for row in _removed(plan, OBLIGATIONS):
        of(row["round_id"]).given_way += 1
    for stands, left in plan.clashes:
        task = session.get_one(Task, left["task_id"])
        clash = Clash(task, stands["id"], stands["state"], left["id"], left["state"])
        of(left["round_id"]).clashes.append(clash)
    for effect in found.values():
        effect.clashes.sort(key=lambda clash: clash.task.position)
    return tuple(
        sorted(found.values(), key=lambda effect: (effect.round.due_at, key(effect.round)), reverse=True)
    )
