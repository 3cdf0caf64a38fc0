"""Answers a mail that brought a form: queued in the transaction that filed it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.form_rows import Fate
from tracker.domain.periods import parse_period
from tracker.errors import ConflictError
from tracker.i18n import translations
from tracker.mail.compose import cause_of
from tracker.mail.form_receipt import KIND, FormAnswer, ReceiptPart, RefusedText, form_receipt
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.store.incoming import count_answers
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.filing.file_form import FormOutcome
    from tracker.actions.filing.form_rows import FormLine
    from tracker.config import Settings
    from tracker.models import Contact, IncomingMail, OutgoingMail

_DAY: Final = timedelta(days=1)


def answer_mail(
    session: Session,
    settings: Settings,
    mail: IncomingMail,
    contact: Contact,
    outcomes: Sequence[FormOutcome],
    problems: Sequence[str],
    now: datetime,
) -> OutgoingMail | None:
    """To the contact, at the address that the office has on file. None where the address has had its fill of answers
    within a day."""
    most = settings.mailbox.answers_per_address_per_day
    if count_answers(session, KIND, contact.email, now - _DAY) >= most:
        return None
    gettext = translations(settings.site.language).gettext
    answer = FormAnswer(
        to_name=contact.name,
        to_address=contact.email,
        subject=mail.subject,
        parts=tuple(_part(outcome, gettext) for outcome in outcomes),
        problems=tuple(dict.fromkeys(problems)),
    )
    letter = form_receipt(
        answer,
        # A mail that a person has settled anew is answered anew.
        cause=cause_of(KIND, mail.fingerprint, f"{now.timestamp():.6f}"),
        answers=mail.message_id,
        templates=mail_templates(session, settings),
        site=settings.site,
    )
    return enqueue(session, letter, now, sender=settings.mail.sender)


def _part(outcome: FormOutcome, gettext: Callable[[str], str]) -> ReceiptPart:
    period_type = round_rules(outcome.round).period_type
    return ReceiptPart(
        unit=outcome.unit.name,
        list_title=outcome.task_list.title,
        period_label=parse_period(outcome.round.period, period_type).label,
        receipt=outcome.receipt.number if outcome.receipt else "",
        filed=tuple(line.number for line in outcome.of(Fate.FILED)),
        unchanged=tuple(line.number for line in outcome.of(Fate.UNCHANGED)),
        refused=tuple(_refused(line, gettext) for line in outcome.of(Fate.REFUSED)),
        outstanding=outcome.outstanding,
        link=outcome.link,
    )


def _refused(line: FormLine, gettext: Callable[[str], str]) -> RefusedText:
    words = line.error.worded(gettext) if line.error else ""
    if isinstance(line.error, ConflictError):
        return RefusedText(words, line.error.theirs, line.error.yours)
    return RefusedText(words)
