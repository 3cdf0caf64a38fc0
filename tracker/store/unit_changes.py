"""The record of what people changed about units and the members of groups: its rows, and the shapes they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlmodel import col, select

from tracker.errors import ChangeOvertakenError, LaterChangeError, UnknownChangeError
from tracker.i18n import mark
from tracker.models import OrgUnit, UnitChange, UnitChangeKind, UnitKind, key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor

CHANGE_LABELS: Final = {
    UnitChangeKind.ADDED: mark("新增"),
    UnitChangeKind.RENAMED: mark("改名"),
    UnitChangeKind.REKINDED: mark("改类别"),
    UnitChangeKind.MOVED: mark("改上级"),
    UnitChangeKind.ALIAS_ADDED: mark("加别名"),
    UnitChangeKind.ALIAS_REMOVED: mark("去掉别名"),
    UnitChangeKind.MERGED: mark("并入"),
    UnitChangeKind.MEMBERS_SET: mark("改单位组成员"),
}


class ChangeData(BaseModel):
    """What every record holds: the name of what was changed as it was then, and the ids of all units concerned."""

    model_config = ConfigDict(frozen=True)

    name: str
    units: tuple[int, ...]


class Added(ChangeData):
    """A new unit; `parent` is a name or ""."""

    kind: UnitKind
    parent: str


class Renamed(ChangeData):
    """`is_new_alias` where the new name did not mean the unit before."""

    after: str
    is_new_alias: bool


class Rekinded(ChangeData):
    before: UnitKind
    after: UnitKind


class Moved(ChangeData):
    """`before` and `after` are names of parents, "" for the top."""

    before_id: int | None
    after_id: int | None
    before: str
    after: str


class AliasChanged(ChangeData):
    """An alias that was added or removed."""

    alias: str


class MovedRows(BaseModel):
    """Rows of a table whose `column` named the one unit and now names the other; keys as they were before."""

    model_config = ConfigDict(frozen=True)

    table: str
    column: str
    keys: tuple[list[Any], ...]


class StoredRow(BaseModel):
    """A row that a merge removed, whole, its values as `store.unit_rows.pack` writes them."""

    model_config = ConfigDict(frozen=True)

    table: str
    row: dict[str, Any]


class ChangedRow(BaseModel):
    """A row that stayed where it was and was changed in some columns, packed likewise."""

    model_config = ConfigDict(frozen=True)

    table: str
    key: list[Any]
    before: dict[str, Any]
    after: dict[str, Any]


class Merged(ChangeData):
    """`name` went into `into`; `moved`, `removed` and `changed` are all that was done to rows."""

    into: str
    from_id: int
    into_id: int
    moved: tuple[MovedRows, ...]
    removed: tuple[StoredRow, ...]
    changed: tuple[ChangedRow, ...]


class MembersSet(ChangeData):
    """Unit ids before and after; `joined` and `left` are names. `name` is the group's."""

    list_slug: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]


_SHAPES: Final[dict[UnitChangeKind, type[ChangeData]]] = {
    UnitChangeKind.ADDED: Added,
    UnitChangeKind.RENAMED: Renamed,
    UnitChangeKind.REKINDED: Rekinded,
    UnitChangeKind.MOVED: Moved,
    UnitChangeKind.ALIAS_ADDED: AliasChanged,
    UnitChangeKind.ALIAS_REMOVED: AliasChanged,
    UnitChangeKind.MERGED: Merged,
    UnitChangeKind.MEMBERS_SET: MembersSet,
}


def lock_units(session: Session) -> None:
    """Until the transaction ends nobody else changes units: two coordinators take turns.

    On SQLite a writing transaction has the whole database to itself already.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE unit_change IN SHARE ROW EXCLUSIVE MODE"))
    # What this session read before it had the lock may be stale.
    session.expire_all()


def record_change(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: UnitChangeKind,
    data: ChangeData,
    *,
    unit_id: int | None = None,
    group_id: int | None = None,
) -> UnitChange:
    change = UnitChange(
        kind=kind,
        unit_id=unit_id,
        group_id=group_id,
        data=data.model_dump_json(),
        changed_at=now,
        changed_by=actor.label,
    )
    session.add(change)
    session.flush()
    return change


def data_of(change: UnitChange) -> ChangeData:
    return _SHAPES[change.kind].model_validate_json(change.data)


def merge_data(change: UnitChange) -> Merged:
    return Merged.model_validate_json(change.data)


def list_changes(
    session: Session,
    *,
    unit_ids: Collection[int] = (),
    group_id: int | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> Sequence[UnitChange]:
    """The newest first; of these units, of this group, older than the one numbered `before`, where given."""
    query = select(UnitChange).order_by(col(UnitChange.id).desc())
    if unit_ids:
        query = query.where(col(UnitChange.unit_id).in_(sorted(unit_ids)))
    if group_id is not None:
        query = query.where(UnitChange.group_id == group_id)
    if before is not None:
        query = query.where(col(UnitChange.id) < before)
    return session.exec(query.limit(limit) if limit is not None else query).all()


def change_by_number(session: Session, number: int) -> UnitChange:
    """Raises UnknownChangeError."""
    found = session.get(UnitChange, number)
    if found is None:
        raise UnknownChangeError(number)
    return found


def merge_of(session: Session, unit_id: int) -> UnitChange | None:
    """The change in force that merged this unit away."""
    merges = session.exec(
        select(UnitChange)
        .where(UnitChange.kind == UnitChangeKind.MERGED, col(UnitChange.undone_at).is_(None))
        .order_by(col(UnitChange.id).desc())
    )
    return next((change for change in merges if merge_data(change).from_id == unit_id), None)


def merges_into(session: Session, unit_id: int) -> list[UnitChange]:
    """The merges in force that ended in this unit, directly or by way of another; the newest first."""
    gone = select(OrgUnit.id).where(OrgUnit.merged_into_id == unit_id)
    ids = {unit_id, *session.exec(gone)}
    changes = session.exec(
        select(UnitChange)
        .where(
            UnitChange.kind == UnitChangeKind.MERGED,
            col(UnitChange.undone_at).is_(None),
            col(UnitChange.unit_id).in_(sorted(found for found in ids if found is not None)),
        )
        .order_by(col(UnitChange.id).desc())
    )
    return list(changes)


def later_change(
    session: Session,
    change: UnitChange,
    unit_ids: Collection[int],
    kinds: Collection[UnitChangeKind] = tuple(UnitChangeKind),
) -> UnitChange | None:
    """The newest change in force after `change` that concerns one of these units, and no other group."""
    later = session.exec(
        select(UnitChange)
        .where(
            col(UnitChange.id) > key(change),
            col(UnitChange.undone_at).is_(None),
            col(UnitChange.kind).in_(list(kinds)),
        )
        .order_by(col(UnitChange.id).desc())
    )
    return next(
        (
            found
            for found in later
            if set(data_of(found).units) & set(unit_ids)
            and (change.group_id is None or found.group_id in (None, change.group_id))
        ),
        None,
    )


def refuse_undoing(
    session: Session,
    change: UnitChange,
    unit_ids: Collection[int],
    kinds: Collection[UnitChangeKind] = tuple(UnitChangeKind),
    *,
    reason: str = mark("此后又有变动，现状已不是当时改成的样子"),
) -> NoReturn:
    """Raises LaterChangeError naming the newest change that stands in the way, else ChangeOvertakenError."""
    if later := later_change(session, change, unit_ids, kinds):
        raise LaterChangeError(number=change.id, later=later.id, act=CHANGE_LABELS[later.kind])
    raise ChangeOvertakenError(number=change.id, reason=reason)
