"""Publishes the draft of an account: the cut-off pinned, the figures checked, data and files stored, a number taken.

The cut-off is the moment of publishing and never an earlier one: the state of a text is known as it is, not as it was
on another day, and a late review must not be told as if it had happened before (docs/decisions/0023).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.documents.draft_circular import mark_of, require_draft, require_seen
from tracker.actions.documents.prepare_account import prepare_account
from tracker.actions.documents.read_accounts import frozen_of
from tracker.actions.documents.render_account import RenderedFile, render_files
from tracker.errors import DraftOvertakenError, InvalidValueError
from tracker.i18n import mark
from tracker.models import CircularFile, key
from tracker.reports.accounts.frozen import freeze, hash_of
from tracker.store.circulars import circular_by_id, editions_of, lock_circular, newest_number

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.documents.prepare_account import PreparedAccount
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.actors import Actor
    from tracker.models import Circular
    from tracker.reports.data import RoundReport

# Others may take a number while this one is rendered; who loses so often waits for a person to try again.
_ATTEMPTS: Final = 5


def publish_circular(
    database: Database,
    settings: Settings,
    actor: Actor,
    circular_id: int,
    now: datetime,
    *,
    seen: str | None = None,
    keeps_data: bool = False,
) -> int:
    """The number 第 N 期 that it got. All or nothing: a process killed on the way leaves the draft as it was.

    Documents are made between two transactions, so that nobody waits for them. `keeps_data` publishes a correction
    with the figures of the edition before, for words that were wrong. Raises CircularPublishedError,
    DraftOvertakenError, FiguresDisagreeError, NothingToSummariseError, FrozenDataError.
    """
    actor.require_coordinating()
    for _attempt in range(_ATTEMPTS):
        with database.reading() as session:
            draft = require_draft(circular_by_id(session, circular_id))
            require_seen(draft, seen)
            number = draft.number or _next_number(session, settings, draft, now)
            report = _published_before(session, draft) if keeps_data else None
            prepared = prepare_account(session, settings, draft, now, number=number, report=report)
            shown = mark_of(draft)
        data = freeze(
            prepared.report, prepared.words, prepared.heading, settings.site.language, prepared.account
        )
        files = render_files(prepared, settings)
        with database.transaction() as session:
            draft = require_draft(lock_circular(session, circular_id))
            require_seen(draft, shown)
            # Another account may have taken the number that stands in these documents: they are made anew.
            if number == draft.number or number == _next_number(session, settings, draft, now):
                _store(session, actor, draft, prepared, data, files, now)
                return number
    raise DraftOvertakenError


def _published_before(session: Session, draft: Circular) -> RoundReport:
    if draft.number is None:
        raise InvalidValueError(field=mark("数据"), value="", reason=mark("只有更正才能沿用上一版的数据"))
    return frozen_of(editions_of(session, draft)[0]).report


def _next_number(session: Session, settings: Settings, draft: Circular, now: datetime) -> int:
    return newest_number(session, draft.list_id, draft.kind, now.astimezone(settings.site.zone).year) + 1


def _store(
    session: Session,
    actor: Actor,
    draft: Circular,
    prepared: PreparedAccount,
    data: bytes,
    files: tuple[RenderedFile, ...],
    now: datetime,
) -> None:
    draft.number, draft.year = prepared.heading.number, prepared.heading.year
    draft.cut_off_at = prepared.report.as_of
    draft.published_at, draft.published_by = now, actor.label
    draft.data, draft.data_hash = data, hash_of(data)
    session.add(draft)
    for file in files:
        session.add(
            CircularFile(
                circular_id=key(draft),
                form=file.form,
                file_name=file.file_name,
                content=file.content,
                content_hash=hash_of(file.content),
            )
        )
