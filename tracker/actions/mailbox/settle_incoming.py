"""What a coordinator decides about a mail that waits for a person: file it, know its sender, try it again, drop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.filing.file_form import file_form
from tracker.actions.mailbox.settle_mail import Findings, settle_as, settle_mail
from tracker.actions.mailing.mail_sender import sender_of
from tracker.actions.people.import_contacts import import_contacts
from tracker.domain.actors import Actor, Role
from tracker.domain.texts import clean_text
from tracker.errors import BlockingProblemsError, InputError, InvalidValueError, NotFoundError, StateError
from tracker.i18n import mark, translations
from tracker.importers.contacts import contact_row
from tracker.models import IncomingMail, IncomingState, key
from tracker.store.incoming import lock_incoming
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.mail.attached_forms import MailReading

# What a person may still decide about.
OPEN: Final = frozenset(
    {
        IncomingState.HELD,
        IncomingState.REFUSED,
        IncomingState.QUARANTINED,
        IncomingState.DISCARDED,
        IncomingState.IGNORED,
    }
)
_FILED_BY: Final = mark("{actor}（据 {address} 来件代报）")
_ON_WORD: Final = mark("{actor}代为报送，理由：{reason}")
_DISCARDED: Final = mark("{actor}丢弃，理由：{reason}")


class MailSettledError(StateError):
    message = mark("这封来件已经处理完毕，不能再改。请刷新页面查看处理结果。")


class NoFormError(InputError):
    message = mark("这封来件中没有可以报送的报送表。")


def file_incoming(
    session: Session,
    actor: Actor,
    settings: Settings,
    mail_id: int,
    reading: MailReading,
    reason: str,
    now: datetime,
) -> IncomingMail:
    """Files the forms of the mail as their units, on the coordinator's word, which is kept with its reason.

    The signatures must be good all the same: nobody can vouch for an identity that was altered. Raises what
    `file_form` raises, NoFormError, MailSettledError, or InvalidValueError without a reason; then nothing was filed.
    """
    mail = _open_mail(session, actor, mail_id)
    words = _reason(reason)
    if not reading.forms:
        raise NoFormError
    gettext = translations(settings.site.language).gettext
    findings = Findings()
    label = gettext(_FILED_BY).format(actor=actor.label, address=mail.from_address)
    writer = Actor(role=Role.COORDINATOR, label=label, via="mail")
    for place, form in enumerate(reading.forms):
        request_key = f"mail {mail.fingerprint} {place} {now.timestamp():.6f}"
        findings.outcomes.append(
            file_form(session, writer, settings, form, mail.received_at, request_key=request_key)
        )
    # Whoever is no contact of these units is not told what came of it.
    sender = sender_of(session, mail.from_address)
    units = {key(outcome.unit) for outcome in findings.outcomes}
    told = sender if units <= set(sender.contacts) else sender_of(session, "")
    settle_as(session, settings, mail, told, findings, now)
    mail.reason += "\n" + gettext(_ON_WORD).format(actor=actor.label, reason=words)
    return _by(session, mail, actor)


def bind_sender(
    session: Session,
    actor: Actor,
    settings: Settings,
    mail_id: int,
    reading: MailReading,
    unit_id: int | None,
    now: datetime,
) -> IncomingMail:
    """Adds the sender's address to the unit's contacts and settles the mail anew.

    Raises NotFoundError without a unit, BlockingProblemsError for an address that is none, MailSettledError.
    """
    mail = _open_mail(session, actor, mail_id)
    if unit_id is None:
        raise NotFoundError
    unit = unit_by_id(session, unit_id)
    rows, problems = contact_row(
        unit=unit.name, name=mail.from_name[:100], email=mail.from_address, role=Role.FILLER.value, where=""
    )
    if not rows:
        raise BlockingProblemsError(tuple(problem.message for problem in problems))
    import_contacts(session, actor, rows, problems)
    settle_mail(session, settings, mail, reading, now)
    return _by(session, mail, actor)


def process_again(
    session: Session, actor: Actor, settings: Settings, mail_id: int, reading: MailReading, now: datetime
) -> IncomingMail:
    """As if the mail came now: a contact was corrected, a round opened. Raises MailSettledError."""
    mail = _open_mail(session, actor, mail_id)
    settle_mail(session, settings, mail, reading, now)
    return _by(session, mail, actor)


def discard_incoming(
    session: Session, actor: Actor, settings: Settings, mail_id: int, reason: str, now: datetime
) -> IncomingMail:
    """The mail stays in the database and is asked about no more. Raises MailSettledError, InvalidValueError."""
    mail = _open_mail(session, actor, mail_id)
    gettext: Callable[[str], str] = translations(settings.site.language).gettext
    words = gettext(_DISCARDED).format(actor=actor.label, reason=_reason(reason))
    mail.state, mail.handled_at = IncomingState.DISCARDED, now
    mail.reason = "\n".join(filter(None, (mail.reason, words)))
    return _by(session, mail, actor)


def _open_mail(session: Session, actor: Actor, mail_id: int) -> IncomingMail:
    actor.require_coordinating()
    mail = lock_incoming(session, mail_id)
    if mail is None:
        raise NotFoundError
    if mail.state not in OPEN:
        raise MailSettledError
    return mail


def _reason(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise InvalidValueError(field=mark("理由"), value="", reason=mark("请写明理由。"))
    return words


def _by(session: Session, mail: IncomingMail, actor: Actor) -> IncomingMail:
    mail.handled_by = actor.label
    session.add(mail)
    session.flush()
    return mail
