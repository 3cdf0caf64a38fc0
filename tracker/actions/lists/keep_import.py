"""Keeps an uploaded document until a person has looked at it. Nothing of it is in force before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tracker.actions.lists.commit_import import commit_import
from tracker.actions.lists.import_choices import ImportChoices, propose
from tracker.actions.lists.import_draft import draft_of
from tracker.importers.files.source import SourceFile
from tracker.importers.sandbox import read_in_child
from tracker.importers.wire import pack, unpack
from tracker.models import PendingImport
from tracker.store.pending_imports import remove_pending_before

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.lists.import_draft import ImportDraft
    from tracker.actions.lists.import_list import ImportOutcome
    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.importers.document import DocumentReading

_KEPT: Final = timedelta(days=30)


def keep_import(
    session: Session,
    actor: Actor,
    settings: Settings,
    source: SourceFile,
    reading: DocumentReading,
    now: datetime,
) -> PendingImport:
    """Keeps `source` with what was read of it; uploads that were left lying for a month are removed."""
    actor.require_coordinating()
    remove_pending_before(session, now - _KEPT)
    pending = PendingImport(
        file_name=source.name,
        file_data=source.data,
        reading=pack(reading, "document"),
        choices=propose(reading, source.name, settings.limits.text_characters).model_dump_json(),
        uploaded_at=now,
        uploaded_by=actor.label,
    )
    session.add(pending)
    session.flush()
    return pending


def draft_of_pending(pending: PendingImport) -> ImportDraft:
    """The upload as it stands. Kept by another version of the program, the file is read again.

    Raises UnreadableFileError where that version does not take the file.
    """
    source = SourceFile(pending.file_name, pending.file_data)
    try:
        reading: DocumentReading = unpack(pending.reading, "document")
    except ValueError:
        reading = read_in_child(source)
    return draft_of(source, reading, ImportChoices.model_validate_json(pending.choices))


def keep_choices(session: Session, actor: Actor, pending: PendingImport, choices: ImportChoices) -> None:
    """What a person has settled so far, right or wrong: it is shown again."""
    actor.require_coordinating()
    pending.choices = choices.model_dump_json()
    session.add(pending)
    session.flush()


def commit_pending(
    session: Session, actor: Actor, pending: PendingImport, shown: str, now: datetime
) -> ImportOutcome:
    """Stores the upload as a list and keeps it no longer. Raises as `commit_import`."""
    outcome = commit_import(session, actor, draft_of_pending(pending), now, shown=shown)
    session.delete(pending)
    return outcome
