"""Files that a unit attaches to what it reports: materials 经验典型材料 of one task in one round."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.filing_checks import expected_obligation, require_open, state_after
from tracker.domain.states import Act
from tracker.errors import (
    EmptyFileError,
    FileTooLargeError,
    MailWrappingError,
    NotFoundError,
    TooManyFilesError,
)
from tracker.mail.arrival import ArrivedFile, clean_name, is_winmail
from tracker.models import Material, ReportingRound, Task, key
from tracker.store.materials import materials_by_hash
from tracker.store.rounds import lock_obligations
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit

# Of one unit on one task of one round.
MOST_FILES: Final = 20
_MEGABYTE: Final = 2**20
_MEDIA_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """As a face got it; the name may be anything."""

    name: str
    content: bytes
    media_type: str = ""


def keep_attachments(
    session: Session,
    actor: Actor,
    settings: Settings,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    task: Task,
    files: Iterable[UploadedFile],
    now: datetime,
) -> tuple[Material, ...]:
    """Keeps every file or, raising, none. The same bytes are kept once on a task, under the name they had first.

    Raises NotFoundError or ForbiddenError outside the actor's scope, RoundClosedError, NotExpectedError,
    AlreadyAcceptedError or TransitionError where nothing is asked any more, EmptyFileError, FileTooLargeError,
    MailWrappingError, TooManyFilesError.
    """
    _require_changing(session, actor, reporting_round, unit, task, now)
    there = materials_by_hash(session, reporting_round, key(unit), key(task))
    kept = []
    for file in files:
        arrived = _checked(file, settings.limits.upload_megabytes)
        content_hash = hashlib.sha256(arrived.content).hexdigest()
        if content_hash not in there:
            if len(there) >= MOST_FILES:
                raise TooManyFilesError(task=task.number, limit=MOST_FILES)
            there[content_hash] = Material(
                unit_id=key(unit),
                round_id=key(reporting_round),
                task_id=key(task),
                file_name=arrived.name,
                media_type=arrived.media_type,
                content=arrived.content,
                content_hash=content_hash,
                received_at=now,
                received_from=actor.label,
            )
        kept.append(there[content_hash])
    session.add_all(kept)
    session.flush()
    return tuple(kept)


def remove_attachment(session: Session, actor: Actor, material_id: int, now: datetime) -> Material:
    """Removes an uploaded file while its round is open, and returns what it was.

    Raises as `keep_attachments`, and NotFoundError for a material that came by mail or is none of a round.
    """
    material = attachment_in_sight(session, actor, material_id)
    if material.incoming_id is not None or material.round_id is None or material.task_id is None:
        raise NotFoundError
    reporting_round = session.get_one(ReportingRound, material.round_id)
    unit = unit_by_id(session, material.unit_id)
    task = session.get_one(Task, material.task_id)
    _require_changing(session, actor, reporting_round, unit, task, now)
    session.delete(material)
    return material


def attachment_in_sight(session: Session, actor: Actor, material_id: int) -> Material:
    """With its content. Raises NotFoundError except for the unit itself and those who see all."""
    material = session.get(Material, material_id)
    if material is None:
        raise NotFoundError
    actor.require_sight(material.unit_id)
    return material


def _require_changing(
    session: Session, actor: Actor, reporting_round: ReportingRound, unit: OrgUnit, task: Task, now: datetime
) -> None:
    """What must hold before a draft is saved must hold here; two who upload at once take turns."""
    actor.require_filing(key(unit))
    require_open(reporting_round, now)
    obligations = lock_obligations(session, reporting_round, key(unit), [key(task)])
    state_after(expected_obligation(obligations, task, unit), Act.SAVE_DRAFT, task)


def _checked(file: UploadedFile, megabytes: int) -> ArrivedFile:
    """As a mail's attachment would be kept: its name fit for a page, a header and a disk."""
    arrived = ArrivedFile(
        clean_name(file.name, "attachment"), file.media_type[:100] or _MEDIA_TYPE, file.content
    )
    if not arrived.content:
        raise EmptyFileError(file=arrived.name)
    if is_winmail(arrived):
        raise MailWrappingError(file=arrived.name)
    if len(arrived.content) > megabytes * _MEGABYTE:
        size = f"{len(arrived.content) / _MEGABYTE:.1f}"
        raise FileTooLargeError(file=arrived.name, size=size, limit=megabytes)
    return arrived
