"""Keeps files that a unit sent in as its materials 经验典型材料, and says later what they belong to."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tracker.errors import NotFoundError
from tracker.models import Material, ReportingRound, Task, key
from tracker.store.materials import has_material
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.mail.arrival import ArrivedFile
    from tracker.models import IncomingMail


def keep_materials(
    session: Session, mail: IncomingMail, unit_id: int, round_id: int | None, files: Iterable[ArrivedFile]
) -> int:
    """How many were new: the same bytes from the same unit are kept once."""
    count = 0
    for file in files:
        content_hash = hashlib.sha256(file.content).hexdigest()
        if has_material(session, unit_id, content_hash):
            continue
        session.add(
            Material(
                unit_id=unit_id,
                round_id=round_id,
                incoming_id=key(mail),
                file_name=file.name,
                media_type=file.media_type,
                content=file.content,
                content_hash=content_hash,
                received_at=mail.received_at,
                received_from=mail.from_address,
            )
        )
        session.flush()
        count += 1
    return count


def place_material(
    session: Session,
    actor: Actor,
    material_id: int,
    unit_id: int | None,
    round_id: int | None,
    task_id: int | None,
) -> Material:
    """Changes what a material belongs to: a unit always, a round and a task of that round where one is named.

    Raises NotFoundError for what does not exist, or a task that is none of the round's.
    """
    actor.require_coordinating()
    material = session.get(Material, material_id)
    if material is None or unit_id is None:
        raise NotFoundError
    unit = unit_by_id(session, unit_id)
    reporting_round = session.get(ReportingRound, round_id) if round_id else None
    task = session.get(Task, task_id) if task_id else None
    is_unknown = (round_id and reporting_round is None) or (task_id and task is None)
    if is_unknown or (task and (reporting_round is None or task.version_id != reporting_round.version_id)):
        raise NotFoundError
    material.unit_id = key(unit)
    material.round_id = round_id
    material.task_id = task_id
    session.add(material)
    return material
