"""Units and their names. A unit that was merged into another is not found: its names mean the other one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import col, func, select

from tracker.domain.names import clean_name, nearest_names, normalise_name
from tracker.errors import NameTakenError, NotFoundError, UnknownUnitError
from tracker.models import Obligation, OrgUnit, UnitAlias, UnitKind, key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Mapped
    from sqlmodel import Session


def in_force(unit_id: Mapped[int]) -> ColumnElement[bool]:
    """That a column names no unit that was merged into another: what stayed behind with one is counted nowhere."""
    return unit_id.not_in(select(OrgUnit.id).where(col(OrgUnit.merged_into_id).is_not(None)))


def all_units(session: Session) -> Sequence[OrgUnit]:
    """Departments before counties, each kind in the order in which its units were entered."""
    rank = list(UnitKind)
    units = session.exec(
        select(OrgUnit)
        .where(col(OrgUnit.merged_into_id).is_(None))
        .order_by(col(OrgUnit.position), col(OrgUnit.id))
    ).all()
    return sorted(units, key=lambda unit: rank.index(unit.kind))


class UnitHead(NamedTuple):
    """What a table shows of a unit."""

    id: int
    name: str
    kind: UnitKind


def unit_heads(session: Session) -> list[UnitHead]:
    """As `all_units`, without making a row of each."""
    rank = list(UnitKind)
    rows = session.exec(
        select(OrgUnit.id, OrgUnit.name, OrgUnit.kind)
        .where(col(OrgUnit.merged_into_id).is_(None))
        .order_by(col(OrgUnit.position), col(OrgUnit.id))
    )
    return sorted((UnitHead(*row) for row in rows), key=lambda unit: rank.index(unit.kind))


def unit_by_id(session: Session, unit_id: int) -> OrgUnit:
    """The unit of this id, or the one that it was merged into. Raises NotFoundError."""
    found = session.get(OrgUnit, unit_id)
    if found is None:
        raise NotFoundError
    return found if found.merged_into_id is None else session.get_one(OrgUnit, found.merged_into_id)


def parents_of(session: Session) -> dict[int, int | None]:
    """The parent's id of every unit, of those merged away too."""
    return dict(session.exec(select(OrgUnit.id, OrgUnit.parent_id)).all())  # type: ignore[arg-type]


def merged_units(session: Session, unit: OrgUnit) -> Sequence[OrgUnit]:
    """The units that were merged into `unit`, directly or by way of another."""
    return session.exec(
        select(OrgUnit).where(OrgUnit.merged_into_id == unit.id).order_by(col(OrgUnit.id))
    ).all()


def aliases_of(session: Session, unit: OrgUnit) -> Sequence[UnitAlias]:
    """The names of the unit, its own included, the oldest first."""
    return session.exec(
        select(UnitAlias).where(UnitAlias.unit_id == unit.id).order_by(col(UnitAlias.id))
    ).all()


def aliases_by_unit(session: Session) -> dict[int, list[str]]:
    """The other names of each unit."""
    found: dict[int, list[str]] = defaultdict(list)
    for alias, name in session.exec(
        select(UnitAlias, OrgUnit.name)
        .join(OrgUnit, col(OrgUnit.id) == col(UnitAlias.unit_id))
        .order_by(col(UnitAlias.id))
    ):
        if alias.name != name:
            found[alias.unit_id].append(alias.name)
    return found


def known_names(session: Session) -> dict[str, OrgUnit]:
    """Every name and alias, in its normalised form, with the unit that it means."""
    rows = session.exec(
        select(UnitAlias.lookup, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(UnitAlias.unit_id))
        .order_by(col(OrgUnit.position), col(UnitAlias.id))
    )
    return dict(rows.all())


def find_unit(session: Session, name: str) -> OrgUnit | None:
    """The unit of exactly this name or alias (white space, width and case aside)."""
    return session.exec(
        select(OrgUnit)
        .join(UnitAlias, col(UnitAlias.unit_id) == col(OrgUnit.id))
        .where(UnitAlias.lookup == normalise_name(name))
    ).first()


def unit_by_name(session: Session, name: str) -> OrgUnit:
    """Raises UnknownUnitError with the nearest names."""
    found = find_unit(session, name)
    if found is None:
        raise UnknownUnitError(name, nearest_names(name, session.exec(select(UnitAlias.name)).all()))
    return found


def lock_unit_rows(session: Session, unit_ids: Collection[int]) -> None:
    """Until the transaction ends nobody files for these units, and nothing new refers to them.

    Whoever files locks obligations first and refers to the unit afterwards; in this order neither waits for
    what the other holds.
    """
    for column, condition in (
        (col(Obligation.id), col(Obligation.unit_id).in_(sorted(unit_ids))),
        (col(OrgUnit.id), col(OrgUnit.id).in_(sorted(unit_ids))),
    ):
        session.exec(select(column).where(condition).order_by(column).with_for_update()).all()


def add_unit(session: Session, name: str, kind: UnitKind, parent: OrgUnit | None = None) -> OrgUnit:
    """A new unit at the end of the order.

    Raises NameTakenError when the name already means a unit, InvalidValueError for one that is none.
    """
    name = clean_name(name, field="单位名称")
    if owner := find_unit(session, name):
        raise NameTakenError(name=name, owner=owner.name)
    last = session.exec(select(func.max(OrgUnit.position))).one() or 0
    unit = OrgUnit(name=name, kind=kind, position=last + 1, parent_id=parent.id if parent else None)
    session.add(unit)
    session.flush()
    add_alias(session, unit, name)
    return unit


def add_alias(session: Session, unit: OrgUnit, name: str) -> bool:
    """True when the alias is new.

    Raises NameTakenError when the name already means another unit, InvalidValueError for one that is none.
    """
    name = clean_name(name, field="别名")
    owner = find_unit(session, name)
    if owner is None:
        session.add(UnitAlias(unit_id=key(unit), name=name, lookup=normalise_name(name)))
        session.flush()
        return True
    if owner.id != unit.id:
        raise NameTakenError(name=name, owner=owner.name)
    return False
