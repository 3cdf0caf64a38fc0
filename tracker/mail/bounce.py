"""A bounce put to the mail that it is about. Nothing but its Message-ID decides which mail that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.mail.bounce_report import BounceReport, read_bounce
from tracker.store.bounces import mail_of_ids, mark_bounced, note_delay

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message

    from sqlmodel import Session

    from tracker.models import OutgoingMail


@dataclass(frozen=True, slots=True)
class Bounce:
    """`mail` is ours that came back; None where the report names none of ours, and then nothing was changed."""

    report: BounceReport
    mail: OutgoingMail | None


def match_bounce(session: Session, message: Message, now: datetime) -> Bounce | None:
    """Marks the mail that `message` returns as bounced, with the server's words; None where it is no bounce.

    A mere delay is noted on the mail, whose state stays. The same bounce a second time changes nothing.
    """
    report = read_bounce(message)
    if report is None:
        return None
    mail = mail_of_ids(session, report.message_ids)
    if mail is not None:
        if report.is_final:
            mark_bounced(session, mail, now, words=report.words)
        else:
            note_delay(session, mail, words=report.words)
        session.refresh(mail)
    return Bounce(report, mail)
