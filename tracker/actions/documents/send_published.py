"""What was published goes to the leaders by itself: the newest edition, once its rounds are closed, in office hours.

Each edition leaves once for ever: the unique row of its mailing is written in the transaction that queues the mails.
What was final longer ago than `FRESH` (a leader who is entered later) is not mailed by itself any more.
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tracker.actions.chasing.read_chasing import send_window
from tracker.actions.documents.draft_circular import KIND_LABELS
from tracker.actions.documents.read_accounts import frozen_of, rounds_told_of, whole_file
from tracker.actions.documents.render_account import MEDIA_TYPES
from tracker.actions.documents.send_documents import FRESH, send_each
from tracker.mail.document_message import PublishedAccount, account_published
from tracker.mail.letter import Attachment
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import UnitKind, key
from tracker.store.circulars import lock_circular, newest_editions, superseded_among
from tracker.store.contacts import office_leaders
from tracker.store.document_mailings import claim_mailing, is_mailed
from tracker.store.units import unit_heads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import Circular


class Mailing(StrEnum):
    """How it stands with the mail that takes a published edition to the leaders."""

    MAILED = auto()
    SUPERSEDED = auto()
    ROUND_OPEN = auto()
    TOO_OLD = auto()
    NO_OFFICE = auto()
    NO_LEADER = auto()
    OUT_OF_HOURS = auto()
    DUE = auto()


def send_published(database: Database, settings: Settings, now: datetime) -> int:
    """Mails every published edition that is due to the leaders; how many editions.

    Leaders are the contacts of that role who belong to a coordinating office: those of other units are the superiors
    of their fillers, and accounts have no address.
    """
    with database.reading() as session:
        if not office_leaders(session) or not send_window(session, settings).is_open(now):
            return 0
        due = [
            key(circular)
            for circular in newest_editions(session, now - FRESH)
            if mailing_state(session, settings, circular, now) is Mailing.DUE
        ]
    return send_each(due, lambda circular_id: _mail(database, settings, circular_id, now))


def mailing_state(session: Session, settings: Settings, circular: Circular, now: datetime) -> Mailing:
    """Of a published edition; of several reasons why it has not left, the one that lasts longest."""
    if is_mailed(session, circular.list_id, circular.period, _mailing_of(circular)):
        return Mailing.MAILED
    if superseded_among(session, [key(circular)]):
        return Mailing.SUPERSEDED
    final_since = _final_since(session, circular)
    if final_since is not None and now - final_since > FRESH:
        return Mailing.TOO_OLD
    if not office_leaders(session):
        has_office = any(unit.kind is UnitKind.OFFICE for unit in unit_heads(session))
        return Mailing.NO_LEADER if has_office else Mailing.NO_OFFICE
    if final_since is None:
        return Mailing.ROUND_OPEN
    return Mailing.DUE if send_window(session, settings).is_open(now) else Mailing.OUT_OF_HOURS


def read_published(settings: Settings, circular: Circular) -> PublishedAccount:
    """What the mail says of a published edition. Raises FrozenDataError."""
    rates = frozen_of(circular).report.rates
    return PublishedAccount(
        cause=str(circular.id),
        title=circular.title,
        kind=KIND_LABELS[circular.kind],
        number=circular.number or 0,
        edition=circular.edition,
        correction=circular.correction,
        as_of=circular.cut_off_at,
        expected=rates.expected,
        filed=rates.filed,
        on_time=rates.on_time,
        link=settings.site.link(f"/circulars/{circular.id}"),
    )


def _final_since(session: Session, circular: Circular) -> datetime | None:
    """When it was published and every round that it tells of was closed; None while one is open."""
    moments = [circular.published_at, *(found.closed_at for found in rounds_told_of(session, circular))]
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def _mailing_of(circular: Circular) -> str:
    return f"final-{circular.id}"


def _mail(database: Database, settings: Settings, circular_id: int, now: datetime) -> int:
    """Nothing is rendered: the files are those that were stored on publication."""
    with database.transaction() as session:
        # Locked, and looked at once more: a correction may have been published since.
        circular = lock_circular(session, circular_id)
        if mailing_state(session, settings, circular, now) is not Mailing.DUE:
            return 0
        if not claim_mailing(session, circular.list_id, circular.period, _mailing_of(circular), now):
            return 0
        published = read_published(settings, circular)
        files = tuple(_attachments(session, circular))
        templates = mail_templates(session, settings)
        for contact in office_leaders(session):
            letter = account_published(
                published,
                files,
                to_name=contact.name,
                to_address=contact.email,
                templates=templates,
                site=settings.site,
            )
            enqueue(session, letter, now, sender=settings.mail.sender)
    return 1


def _attachments(session: Session, circular: Circular) -> Iterator[Attachment]:
    # The page can be read on the site; a leader is sent what can be printed and calculated with.
    for form in ("docx", "pdf", "xlsx"):
        if file := whole_file(session, circular, form):
            yield Attachment(file.file_name, MEDIA_TYPES[form], file.content)
