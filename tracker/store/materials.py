"""Materials 经验典型材料, listed without their contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import defer
from sqlmodel import col, func, select

from tracker.models import Material, OrgUnit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session


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
