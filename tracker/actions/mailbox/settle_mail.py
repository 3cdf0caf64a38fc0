"""What becomes of one mail, in one transaction: filed and answered, kept for a person, or passed over.

A form is filed by itself only where two things agree: the signature in it names the unit, and the sender is a contact
of that unit (docs/decisions/0019). Nobody else is told anything of a unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.file_form import file_form
from tracker.actions.filing.form_rows import Fate
from tracker.actions.filing.issue_form import FORM_KEY
from tracker.actions.filing.keep_materials import keep_materials
from tracker.actions.mailbox.answer_mail import answer_mail
from tracker.actions.mailbox.receive_mail import TOO_LARGE
from tracker.actions.mailing.mail_sender import Sender, sender_of
from tracker.domain.form_identity import read_fields
from tracker.domain.periods import parse_period
from tracker.errors import TrackerError
from tracker.i18n import mark, translations
from tracker.mail.arrival import is_winmail, read_head
from tracker.mail.automatic import failed_checks, why_automatic
from tracker.mail.bounce import match_bounce
from tracker.models import IncomingState, OrgUnit, key
from tracker.store.incoming import is_own_message
from tracker.store.rounds import round_rules
from tracker.store.site_keys import site_key
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.filing.file_form import FormOutcome
    from tracker.config import Settings
    from tracker.importers.forms import FormReading
    from tracker.mail.arrival import Head
    from tracker.mail.attached_forms import MailReading
    from tracker.models import IncomingMail

_OWN_MESSAGE: Final = mark("由本系统自己的邮箱发出。")
_BOUNCED: Final = mark("退信：本系统发出的一封邮件未能送达，已在该邮件上标明。")
_HAS_FORM: Final = mark("{reason}附有报送表，没有自动报送。")
_FAILED_CHECKS: Final = mark("收信服务器说发件人核验未通过（{checks}），可能是冒名，没有自动报送。")
_NO_SENDER: Final = mark("发件人地址缺失或不明确。")
_STRANGER: Final = mark("{address} 不是{unit}的联系人。")
_OTHER_UNIT: Final = mark("{address} 登记为{own}的联系人，寄来的却是{unit}的报送表。")
_NOT_YOURS: Final = mark(
    "附件中的报送表与您的邮箱登记的单位不符，没有报送，已转统筹人核对。请使用本单位的报送表。"
)
_NO_FORM: Final = mark("邮件中没有报送表。")
_UNKNOWN_SENDER: Final = mark("发件人不是任何单位的联系人。")
_WINMAIL: Final = mark(
    "附件是 Outlook 私有格式（winmail.dat），其中的文件无法读取。请把邮件格式改为 HTML 或纯文本后重新发送。"
)
_MATERIALS: Final = mark("另有 {count} 个附件存为材料。")
_OUTCOME: Final = mark("{unit} {period}：报送 {filed} 项，未变 {unchanged} 项，未收 {refused} 项。")
_UNANSWERED: Final = mark("今天给该地址的答复已达上限，没有答复。")


@dataclass(slots=True)
class Findings:
    """What one mail came to. `outcomes` are the forms that were taken, `reasons` are for the office, `told` for the
    sender."""

    outcomes: list[FormOutcome] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def state(self) -> IncomingState:
        if self.reasons or not self.outcomes:
            return IncomingState.QUARANTINED
        taken = any(found.of(Fate.FILED) or found.of(Fate.UNCHANGED) for found in self.outcomes)
        return IncomingState.FILED if taken else IncomingState.REFUSED


def settle_mail(
    session: Session, settings: Settings, mail: IncomingMail, reading: MailReading, now: datetime
) -> None:
    """Settles `mail`, which the caller has locked. `reading` is of its content."""
    gettext = translations(settings.site.language).gettext
    head = read_head(mail.content)
    if reason := _why_machine(session, settings, head):
        _set_aside(session, mail, reading, reason, gettext, now)
        _handled(session, mail, now)
        return
    sender = sender_of(session, mail.from_address)
    findings = Findings()
    if checks := failed_checks(head, settings.mailbox.trusted_authserv):
        findings.reasons.append(gettext(_FAILED_CHECKS).format(checks="、".join(checks)))
        sender = Sender(sender.address, {})
    elif mail.reason == TOO_LARGE:
        _note(findings, gettext(TOO_LARGE))
    else:
        _examine(session, settings, mail, sender, reading, findings, now)
    settle_as(session, settings, mail, sender, findings, now)
    _keep_others(session, mail, sender, reading, gettext)


def settle_as(
    session: Session,
    settings: Settings,
    mail: IncomingMail,
    sender: Sender,
    findings: Findings,
    now: datetime,
) -> None:
    """Writes down what was found, and answers a known sender."""
    gettext = translations(settings.site.language).gettext
    mail.state = findings.state
    words = [outcome_in_words(outcome, gettext) for outcome in findings.outcomes] + findings.reasons
    mail.reason = "\n".join(dict.fromkeys(words))
    if findings.outcomes:
        first = findings.outcomes[0]
        mail.unit_id, mail.round_id = key(first.unit), key(first.round)
        mail.receipt_id = first.receipt.id if first.receipt else None
    contact = next(iter(sender.contacts.values()), None)
    if contact and (findings.outcomes or findings.told):
        answer = answer_mail(session, settings, mail, contact, findings.outcomes, findings.told, now)
        if answer is None:
            mail.reason += "\n" + gettext(_UNANSWERED)
        else:
            mail.answer_id = key(answer)
    _handled(session, mail, now)


def form_unit(session: Session, form: FormReading, now: datetime) -> OrgUnit:
    """The unit that the signed identity names. Raises what `read_fields` raises, and NotFoundError."""
    identity = read_fields(form.fields, form.signature, site_key(session, FORM_KEY, now))
    return unit_by_id(session, identity.unit_id)


def outcome_in_words(outcome: FormOutcome, gettext: Callable[[str], str]) -> str:
    return gettext(_OUTCOME).format(
        unit=outcome.unit.name,
        period=parse_period(outcome.round.period, round_rules(outcome.round).period_type).label,
        filed=len(outcome.of(Fate.FILED)),
        unchanged=len(outcome.of(Fate.UNCHANGED)),
        refused=len(outcome.of(Fate.REFUSED)),
    )


def _why_machine(session: Session, settings: Settings, head: Head) -> str:
    if is_own_message(session, head.message_id):
        return _OWN_MESSAGE
    return why_automatic(head, (settings.mail.sender, settings.mailbox.address))


def _set_aside(
    session: Session,
    mail: IncomingMail,
    reading: MailReading,
    reason: str,
    gettext: Callable[[str], str],
    now: datetime,
) -> None:
    """A machine's mail: never answered. One that brings a form is for a person to look at."""
    bounce = match_bounce(session, message_from_bytes(mail.content), now)
    if bounce and bounce.mail:
        mail.state, mail.reason = IncomingState.BOUNCE, gettext(_BOUNCED)
    elif reason != _OWN_MESSAGE and bounce is None and reading.has_own_form:
        mail.state = IncomingState.QUARANTINED
        mail.reason = gettext(_HAS_FORM).format(reason=gettext(reason))
    else:
        mail.state, mail.reason = IncomingState.IGNORED, gettext(reason)


def _examine(
    session: Session,
    settings: Settings,
    mail: IncomingMail,
    sender: Sender,
    reading: MailReading,
    findings: Findings,
    now: datetime,
) -> None:
    gettext = translations(settings.site.language).gettext
    for place, form in enumerate(reading.forms):
        try:
            # What one form did before it was refused is undone; the others stand.
            with session.begin_nested():
                _file(session, settings, mail, sender, form, place, findings, now)
        except TrackerError as error:
            _note(findings, error.worded(gettext))
    for refusal in reading.refused:
        _note(findings, refusal.worded(gettext))
    if any(is_winmail(file) for file in reading.others):
        _note(findings, gettext(_WINMAIL))
    if not (reading.forms or findings.reasons):
        findings.reasons.append(gettext(_NO_FORM))
    if not sender.contacts and not reading.forms:
        findings.reasons.append(gettext(_UNKNOWN_SENDER if sender.address else _NO_SENDER))


def _file(
    session: Session,
    settings: Settings,
    mail: IncomingMail,
    sender: Sender,
    form: FormReading,
    place: int,
    findings: Findings,
    now: datetime,
) -> None:
    unit = form_unit(session, form, now)
    if key(unit) not in sender.contacts:
        _refuse_sender(session, settings, sender, unit, findings)
        return
    # By the moment at which it came into the mailbox: the office's own delay is not the unit's.
    outcome = file_form(
        session,
        sender.actor_for(key(unit)),
        settings,
        form,
        mail.received_at,
        request_key=f"mail {mail.fingerprint} {place}",
    )
    findings.outcomes.append(outcome)


def _refuse_sender(
    session: Session, settings: Settings, sender: Sender, unit: OrgUnit, findings: Findings
) -> None:
    gettext = translations(settings.site.language).gettext
    own = "、".join(session.get_one(OrgUnit, unit_id).name for unit_id in sender.contacts)
    words = _OTHER_UNIT if own else _STRANGER if sender.address else _NO_SENDER
    findings.reasons.append(gettext(words).format(address=sender.address, unit=unit.name, own=own))
    findings.told.append(gettext(_NOT_YOURS))


def _keep_others(
    session: Session,
    mail: IncomingMail,
    sender: Sender,
    reading: MailReading,
    gettext: Callable[[str], str],
) -> None:
    """Other attachments of a unit whose form was taken, or of the one unit that the sender is known for."""
    units: Sequence[int] = [mail.unit_id] if mail.unit_id else list(sender.contacts)
    others = [file for file in reading.others if not is_winmail(file)]
    if len(units) != 1 or not others:
        return
    if count := keep_materials(session, mail, units[0], mail.round_id, others):
        mail.reason = "\n".join(filter(None, (mail.reason, gettext(_MATERIALS).format(count=count))))
        session.add(mail)


def _note(findings: Findings, words: str) -> None:
    findings.reasons.append(words)
    findings.told.append(words)


def _handled(session: Session, mail: IncomingMail, now: datetime) -> None:
    mail.handled_at, mail.handled_by = now, ""
    session.add(mail)
    session.flush()
