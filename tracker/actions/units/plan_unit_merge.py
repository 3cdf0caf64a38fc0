"""What merging one unit into another would do, row by row: for the confirmation, and for the merge itself.

Reads only. Every table whose rows refer to units takes part, found by its foreign keys; what follows speaks of the
unit that goes and the unit that stays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker.actions.units.change_unit import require_in_force
from tracker.domain.merged_obligations import Standing, Verdict, weigh
from tracker.domain.unit_tree import is_below
from tracker.errors import SameUnitError
from tracker.models import AssignmentRole, Contact, Obligation, OrgUnit, UnitGroupMember, key
from tracker.store.unit_rows import (
    UNITS,
    key_of,
    referring_rows,
    rows_where,
    twins_of,
    unit_references,
)
from tracker.store.units import parents_of

if TYPE_CHECKING:
    from sqlalchemy import Column, Table
    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.store.unit_rows import Key, Row

OBLIGATIONS: Final[str] = str(Obligation.__tablename__)
CONTACTS: Final[str] = str(Contact.__tablename__)
# Of these, two alike say no more than one.
_SAID_TWICE: Final = frozenset({CONTACTS, str(UnitGroupMember.__tablename__)})


@dataclass(frozen=True, slots=True)
class RowMove:
    """`column` of a row names the unit that stays from now on."""

    column: Column[Any]
    key: Key


@dataclass(frozen=True, slots=True)
class RowRemoval:
    """A row that gives way, whole."""

    table: Table
    row: Row


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that stays where it is, with other values in some columns."""

    table: Table
    key: Key
    before: Row
    after: Row


@dataclass(frozen=True, slots=True)
class MergePlan:
    """`left` are rows that go on naming the unit that goes. Each of `clashes` is a pair of obligations that cannot
    become one without losing a text: the one that stands, and the one that stays behind as exempt."""

    moves: list[RowMove] = field(default_factory=list)
    removals: list[RowRemoval] = field(default_factory=list)
    changes: list[RowChange] = field(default_factory=list)
    left: list[RowRemoval] = field(default_factory=list)
    clashes: list[tuple[Row, Row]] = field(default_factory=list)
    takes_its_place: bool = False

    def moved(self) -> Counter[str]:
        """How many rows move, by table and column ("contact.unit_id")."""
        return Counter(f"{move.column.table.name}.{move.column.name}" for move in self.moves)

    def removed(self) -> Counter[str]:
        """How many rows give way, by table."""
        return Counter(removal.table.name for removal in self.removals)

    def staying(self) -> Counter[str]:
        """How many rows stay with the unit that goes, by table."""
        return Counter(found.table.name for found in self.left)


def plan_unit_merge(session: Session, actor: Actor, unit: OrgUnit, into: OrgUnit, reason: str) -> MergePlan:
    """What `merge_units` would do now; `reason` is what an obligation that stays behind says of itself.

    Raises SameUnitError, and UnitMergedError where one of the two was merged away before.
    """
    actor.require_coordinating()
    require_in_force(session, unit)
    require_in_force(session, into)
    if unit.id == into.id:
        raise SameUnitError(unit=unit.name)
    plan = MergePlan(takes_its_place=is_below(parents_of(session), key(into), key(unit)))
    for column in unit_references():
        for row in rows_where(session, column, key(unit)):
            if column.table.name == UNITS and row["id"] == into.id:
                continue
            _place(session, plan, column, row, into, reason)
    if plan.takes_its_place:
        # Below itself it cannot stand: it takes the place of the unit that goes.
        after = {"parent_id": unit.parent_id}
        _change(plan, OrgUnit.__table__, {"id": into.id, "parent_id": into.parent_id}, after)  # type: ignore[attr-defined]
    return plan


def _place(
    session: Session, plan: MergePlan, column: Column[Any], row: Row, into: OrgUnit, reason: str
) -> None:
    """Decides for one row of the unit that goes: it moves, gives way, or stays."""
    table = column.table
    twins = twins_of(session, table, row | {column.name: into.id}, column.name)
    if table.name == CONTACTS:
        twins += _same_mailbox(session, column, row, into)
    if not twins:
        plan.moves.append(RowMove(column, key_of(table, row)))
    elif table.name == OBLIGATIONS:
        _settle_obligations(session, plan, column, row, twins[0], reason)
    elif table.name in _SAID_TWICE:
        plan.removals.append(RowRemoval(table, row))
    else:
        plan.left.append(RowRemoval(table, row))


def _same_mailbox(session: Session, column: Column[Any], row: Row, into: OrgUnit) -> list[Row]:
    """Li@ and li@ are one mailbox, and would get every mail twice."""
    return [
        found
        for found in rows_where(session, column, into.id)
        if found["email"].casefold() == row["email"].casefold() and found["role"] == row["role"]
    ]


def _settle_obligations(
    session: Session, plan: MergePlan, column: Column[Any], going: Row, staying: Row, reason: str
) -> None:
    """Both units owe the same task in the same round: one obligation stands, none of the texts is lost."""
    table = column.table
    verdict = weigh(_standing(session, table, going), _standing(session, table, staying))
    stands = staying
    match verdict:
        case Verdict.GOING_GIVES_WAY:
            plan.removals.append(RowRemoval(table, going))
        case Verdict.STAYING_GIVES_WAY:
            plan.removals.append(RowRemoval(table, staying))
            plan.moves.append(RowMove(column, key_of(table, going)))
            stands = going
        case Verdict.GOING_STAYS_BEHIND:
            plan.left.append(RowRemoval(table, going))
            plan.clashes.append((staying, going))
            if not _standing(session, table, going).is_exempt:
                _change(plan, table, going, {"state": "exempt", "exempt_reason": reason})
    # Whoever leads a task and is also named otherwise owes it once, as its lead.
    if AssignmentRole.LEAD in (going["role"], staying["role"]):
        _change(plan, table, stands, {"role": AssignmentRole.LEAD.value})


def _standing(session: Session, table: Table, row: Row) -> Standing:
    return Standing(
        is_exempt=row["state"] == "exempt",
        holds_texts=bool(row["version"] or referring_rows(session, table, row)),
    )


def _change(plan: MergePlan, table: Table, row: Row, after: Row) -> None:
    before = {name: row[name] for name in after}
    if before != after:
        plan.changes.append(RowChange(table, key_of(table, row), before, after))
