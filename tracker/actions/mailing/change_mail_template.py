"""An office changes the words of a mail, or goes back to the packaged ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.mailing.preview_mail import preview_mail
from tracker.errors import NotFoundError, TemplateRefusedError
from tracker.i18n import mark
from tracker.mail.template_samples import sample_letter
from tracker.mail.templates import KINDS, PARTS, check_part, packaged_part, text_in_use, trial_templates
from tracker.models import MailTemplate
from tracker.store.mail_templates import newest_templates, own_texts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.mailing.preview_mail import MailPreview
    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.mail.templates import MailTemplates

_NO_SUBJECT: Final = mark("写出来的主题是空的")


@dataclass(frozen=True, slots=True)
class PartState:
    """One part of a kind as it is used now; `fault` is why it is not, and the packaged words are.

    `changed` is the newest row, which may be the return to the packaged words. `is_own` without one: a file.
    """

    kind: str
    part: str
    text: str
    is_own: bool
    changed: MailTemplate | None
    fault: TemplateRefusedError | None


def require_part(kind: str, part: str) -> None:
    """Raises NotFoundError."""
    if kind not in KINDS or part not in PARTS:
        raise NotFoundError


def try_template(
    session: Session, settings: Settings, kind: str, part: str, text: str, now: datetime
) -> MailPreview:
    """The mail with `text` for its part, the other parts as they are. Raises TemplateRefusedError."""
    check_part(settings, kind, part, text)
    templates = _with(session, settings, kind, part, text)
    # The invented mail holds everything that a mail may: a real one may not come to every line.
    if not sample_letter(kind, templates, settings, now).subject:
        raise TemplateRefusedError(line=1, reason=_NO_SUBJECT)
    return preview_mail(session, settings, kind, templates, now)


def change_mail_template(
    session: Session, actor: Actor, settings: Settings, kind: str, part: str, text: str, now: datetime
) -> bool:
    """Raises ForbiddenError, NotFoundError, or TemplateRefusedError and nothing is changed. False: it is so already."""
    actor.require_coordinating()
    require_part(kind, part)
    text = text.replace("\r\n", "\n")
    if text.strip() == packaged_part(kind, part).strip():
        return restore_mail_template(session, actor, kind, part, now)
    newest = newest_templates(session).get((kind, part))
    if newest and newest.text == text:
        return False
    try_template(session, settings, kind, part, text, now)
    _write(session, actor, kind, part, text, now)
    return True


def restore_mail_template(session: Session, actor: Actor, kind: str, part: str, now: datetime) -> bool:
    """Back to the packaged words. Raises ForbiddenError or NotFoundError. False where they are not changed here."""
    actor.require_coordinating()
    require_part(kind, part)
    newest = newest_templates(session).get((kind, part))
    if newest is None or not newest.text:
        return False
    _write(session, actor, kind, part, "", now)
    return True


def part_states(session: Session, settings: Settings, now: datetime) -> list[PartState]:
    """All parts of all kinds, tried with invented data. What a shared piece does wrong is found with each part."""
    rows = newest_templates(session)
    own = own_texts(session)
    states = []
    for kind in KINDS:
        is_well = _is_well(kind, trial_templates(settings, own), settings, now)
        for part in PARTS:
            text, is_own, fault = packaged_part(kind, part), True, None
            try:
                text, is_own = text_in_use(settings, own, kind, part)
                if is_own:
                    check_part(settings, kind, part, text)
                if not is_well:
                    sample_letter(kind, _with(session, settings, kind, part, text, alone=True), settings, now)
            except TemplateRefusedError as error:
                fault = error
            states.append(PartState(kind, part, text, is_own, rows.get((kind, part)), fault))
    return states


def _is_well(kind: str, templates: MailTemplates, settings: Settings, now: datetime) -> bool:
    try:
        sample_letter(kind, templates, settings, now)
    except TemplateRefusedError:
        return False
    return True


def _with(
    session: Session, settings: Settings, kind: str, part: str, text: str, *, alone: bool = False
) -> MailTemplates:
    """`alone`: the other parts of the kind are the packaged ones, so that a fault is this part's."""
    own = own_texts(session)
    if alone:
        own |= {f"mail/{kind}/{other}": packaged_part(kind, other) for other in PARTS}
    return trial_templates(settings, own | {f"mail/{kind}/{part}": text})


def _write(session: Session, actor: Actor, kind: str, part: str, text: str, now: datetime) -> None:
    session.add(MailTemplate(kind=kind, part=part, text=text, changed_at=now, changed_by=actor.label))
    session.flush()
