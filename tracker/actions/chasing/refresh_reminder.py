"""A mail that asks for something and waited in the queue, judged anew right before it is sent.

Between the writing and the sending of a mail something may have been filed, the round closed, the unit's pause
begun; and a server that was down may have held the mail until night. Delivery asks here last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.chasing.read_chasing import read_chasing, send_window
from tracker.actions.chasing.reminder_parts import read_parts
from tracker.actions.duties.tell_close_out import KINDS as CLOSE_OUTS
from tracker.actions.duties.tell_close_out import still_true
from tracker.actions.duties.tell_instruction import KIND as INSTRUCTION
from tracker.actions.duties.tell_instruction import still_meant
from tracker.actions.review.tell_returned import still_returned
from tracker.domain.ladder import OPENING
from tracker.i18n import mark, translations
from tracker.mail.digest import Digest, DigestPart
from tracker.mail.due_event import is_calendar
from tracker.mail.letter import Attachment
from tracker.mail.messages import reminder
from tracker.mail.return_message import KIND as RETURNED
from tracker.mail.templates import mail_templates
from tracker.models import OrgUnit, ReportingRound, TaskList
from tracker.store.mails import attachments_of, reminders_behind
from tracker.store.reminders import is_by_hand

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.chasing import Chasing
    from tracker.mail.letter import Letter
    from tracker.models import OutgoingMail, Reminder

# The kinds of mail that have something to refresh.
REMINDING: Final = frozenset({"reminder", "round_opened", INSTRUCTION, RETURNED, *CLOSE_OUTS})

_ALL_FILED: Final = mark("发出前已全部报送，不再催报")
_CLOSED: Final = mark("发出前报送期已关闭")
_CHASING_OFF: Final = mark("发出前本期催报已关闭")
_PAUSED: Final = mark("发出前已暂停催报")
_FILED_AGAIN: Final = mark("发出前退回的各项已重新报送")


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The mail has lost its reason; `reason` is in the site's language."""

    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """The mail may leave by itself at `until` at the earliest, and is judged anew then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The mail as it reads now."""

    subject: str
    text: str
    html: str


def refresh_reminder(
    session: Session, settings: Settings, mail: OutgoingMail, now: datetime
) -> Cancelled | Held | Rewritten | None:
    """What becomes of a queued mail of one of the kinds `REMINDING` that is about to be sent; None: send it as it is.

    Reads only. A mail that somebody sent by hand is not held, and is cancelled only when there is nothing to say.
    """
    if mail.kind == INSTRUCTION or mail.kind in CLOSE_OUTS:
        judge = still_meant if mail.kind == INSTRUCTION else still_true
        return _judged(settings, judge(session, settings, mail, now))
    if mail.kind == RETURNED:
        letter = still_returned(session, settings, mail, now)
        return _rewritten(mail, letter) if letter else Cancelled(_said(settings, _FILED_AGAIN))
    reminders = reminders_behind(session, mail)
    if not reminders:
        return None
    window = send_window(session, settings)
    parts, reasons = [], []
    is_any_by_hand = False
    for row in reminders:
        reporting_round = session.get_one(ReportingRound, row.round_id)
        chasing = read_chasing(session, settings, window, reporting_round)
        by_hand = _is_by_hand(chasing, row)
        is_any_by_hand |= by_hand
        found = _part(session, settings, chasing, reporting_round, row, now, by_hand=by_hand)
        if isinstance(found, str):
            reasons.append(found)
        else:
            parts.append(found)
    if not parts:
        return Cancelled(_said(settings, reasons[0]))
    if not is_any_by_hand and not window.is_open(now):
        return Held(window.next_open(now))
    forms = tuple(
        Attachment(found.file_name, found.media_type, found.content)
        for found in attachments_of(session, mail)
        if not is_calendar(found.media_type)
    )
    templates = mail_templates(session, settings)
    letter = reminder(
        Digest(mail.to_name, mail.to_address, tuple(parts)),
        at=now,
        templates=templates,
        site=settings.site,
        forms=forms,
    )
    return _rewritten(mail, letter)


def _rewritten(mail: OutgoingMail, letter: Letter) -> Rewritten | None:
    """What `letter` says, where that is not what the mail says already."""
    if (letter.subject, letter.text, letter.html) == (mail.subject, mail.text, mail.html):
        return None
    return Rewritten(letter.subject, letter.text, letter.html)


def _said(settings: Settings, reason: str) -> str:
    return translations(settings.site.language).gettext(reason)


def _judged(settings: Settings, found: str | datetime | None) -> Cancelled | Held | None:
    """`found` is why the mail is not meant any more (a source text), or until when it has to wait."""
    match found:
        case str(reason):
            return Cancelled(_said(settings, reason))
        case None:
            return None
        case until:
            return Held(until)


def _is_by_hand(chasing: Chasing, row: Reminder) -> bool:
    """An opening is by hand unless it stands at the moment that the ladder has for it."""
    if row.rung != OPENING:
        return is_by_hand(row.rung)
    rungs = chasing.rungs_of(row.unit_id)
    return not any(rung.is_opening and rung.at == row.planned_at for rung in rungs)


def _part(
    session: Session,
    settings: Settings,
    chasing: Chasing,
    reporting_round: ReportingRound,
    row: Reminder,
    now: datetime,
    *,
    by_hand: bool,
) -> DigestPart | str:
    """What the reminder says now, or why it says nothing any more."""
    if reporting_round.closed_at:
        return _CLOSED
    if not by_hand:
        if chasing.is_off(now):
            return _CHASING_OFF
        if chasing.pause_of(row.unit_id, now):
            return _PAUSED
    task_list = session.get_one(TaskList, reporting_round.list_id)
    read = read_parts(session, settings, chasing, task_list, reporting_round, unit_ids=[row.unit_id])
    if not read.owed:
        return _ALL_FILED
    return read.part_of(session.get_one(OrgUnit, row.unit_id), row.rung, row.planned_at, now)
