"""Materials 经验典型材料, listed without their contents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import defer
from sqlmodel import col, func, select

from tracker.models import Material, OrgUnit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.models import ReportingRound


def has_material(session: Session, unit_id: int, content_hash: str) -> bool:
    """Whether the unit has sent the same bytes before, under whatever name."""
    found = select(Material.id).where(Material.unit_id == unit_id, Material.content_hash == content_hash)
    return session.exec(found).first() is not None


def materials(
    session: Session,
    *,
    unit_id: int | None = None,
    round_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> Sequence[tuple[Material, OrgUnit]]:
    """The newest first, with the unit each belongs to."""
    query = (
        select(Material, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(Material.unit_id))
        .options(defer(Material.content, raiseload=True))  # type: ignore[arg-type]
    )
    if unit_id is not None:
        query = query.where(Material.unit_id == unit_id)
    if round_id is not None:
        query = query.where(Material.round_id == round_id)
    return session.exec(query.order_by(col(Material.id).desc()).limit(limit).offset(offset)).all()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A material of one task, without its content; `size` is in bytes. What came by mail is not `is_uploaded`."""

    id: int
    file_name: str
    size: int
    received_at: datetime
    received_from: str
    is_uploaded: bool


def attachments_of(
    session: Session, reporting_round: ReportingRound, unit_id: int
) -> dict[int, list[Attachment]]:
    """What the unit has sent in on tasks of the round, by task id, the oldest first."""
    rows = session.exec(
        select(
            Material.task_id,
            Material.id,
            Material.file_name,
            func.length(Material.content),
            Material.received_at,
            Material.received_from,
            Material.incoming_id,
        )  # type: ignore[call-overload]
        .where(
            Material.round_id == reporting_round.id,
            Material.unit_id == unit_id,
            col(Material.task_id).is_not(None),
        )
        .order_by(col(Material.id))
    )
    found: dict[int, list[Attachment]] = defaultdict(list)
    for task_id, material_id, file_name, size, received_at, received_from, incoming_id in rows:
        found[task_id].append(
            Attachment(material_id, file_name, size, received_at, received_from, incoming_id is None)
        )
    return dict(found)


def materials_by_hash(
    session: Session, reporting_round: ReportingRound, unit_id: int, task_id: int
) -> dict[str, Material]:
    """What the unit has sent in on one task of the round, by the hash of its bytes."""
    rows = session.exec(
        select(Material)
        .where(
            Material.round_id == reporting_round.id,
            Material.unit_id == unit_id,
            Material.task_id == task_id,
        )
        .options(defer(Material.content, raiseload=True))  # type: ignore[arg-type]
    )
    return {material.content_hash: material for material in rows}


def count_materials(session: Session, *, unit_id: int | None = None, round_id: int | None = None) -> int:
    query = select(func.count()).select_from(Material)
    if unit_id is not None:
        query = query.where(Material.unit_id == unit_id)
    if round_id is not None:
        query = query.where(Material.round_id == round_id)
    return session.exec(query).one()


def materials_from(session: Session, incoming_id: int) -> Sequence[Material]:
    """What was kept out of one mail."""
    return session.exec(
        select(Material)
        .options(defer(Material.content, raiseload=True))  # type: ignore[arg-type]
        .where(Material.incoming_id == incoming_id)
        .order_by(col(Material.id))
    ).all()
