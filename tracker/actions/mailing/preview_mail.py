"""What a mail would say: with the newest round that has something to say, else with invented data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.actions.chasing.interviews import interviews_of
from tracker.actions.chasing.read_chasing import read_chasing, send_window
from tracker.actions.chasing.reminder_parts import read_parts
from tracker.actions.chasing.tell_coordinators import missing_of
from tracker.actions.documents.send_published import read_published
from tracker.actions.review.tell_returned import read_returned
from tracker.domain.ladder import OPENING
from tracker.domain.states import ObligationState
from tracker.mail.digest import ClosedRound, Digest
from tracker.mail.document_message import (
    PREVIEW,
    PUBLISHED,
    AccountPreview,
    account_preview,
    account_published,
)
from tracker.mail.interview_message import interviews
from tracker.mail.letter import Attachment
from tracker.mail.messages import missing_units, reminder, round_closed
from tracker.mail.return_message import KIND as RETURNED
from tracker.mail.return_message import ReturnedTexts, returned_texts
from tracker.mail.template_samples import sample_letter
from tracker.models import Obligation, OrgUnit, ReportingRound, TaskList, key
from tracker.store.circulars import published_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings, Site
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

_TO = ("收件人", "preview@example.org")
# A site of many years is not read through for a preview.
_MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class MailPreview:
    """`source` says of which list and period the data are; "" where they are invented."""

    letter: Letter
    source: str


def preview_mail(
    session: Session, settings: Settings, kind: str, templates: MailTemplates, now: datetime
) -> MailPreview:
    """Raises TemplateRefusedError where `templates` cannot write it and fall back to nothing."""
    for task_list, reporting_round in _newest_rounds(session):
        write = _account_letter if kind in (PREVIEW, PUBLISHED) else _letter
        letter = write(session, settings, kind, templates, task_list, reporting_round, now)
        if letter is not None:
            return MailPreview(letter, f"{task_list.title} {reporting_round.period}")
    return MailPreview(sample_letter(kind, templates, settings, now), "")


def _newest_rounds(session: Session) -> Iterator[tuple[TaskList, ReportingRound]]:
    for found in session.exec(
        select(ReportingRound).order_by(col(ReportingRound.id).desc()).limit(_MOST_ROUNDS)
    ):
        yield session.get_one(TaskList, found.list_id), found


def _letter(
    session: Session,
    settings: Settings,
    kind: str,
    templates: MailTemplates,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
) -> Letter | None:
    """None where the round has nothing that this kind of mail would say."""
    name, address = _TO
    site = settings.site
    match kind:
        case "reminder" | "round_opened":
            digest = _digest(session, settings, kind, task_list, reporting_round, now)
            return reminder(digest, at=now, templates=templates, site=site) if digest else None
        case "missing_units":
            missing = missing_of(session, settings, task_list, reporting_round)
            return missing_units(missing, to_name=name, to_address=address, templates=templates, site=site)
        case "interviews":
            draft = interviews_of(session, settings, task_list, reporting_round, now)
            if not draft.units:
                return None
            return interviews(draft, to_name=name, to_address=address, templates=templates, site=site)
        case "round_closed":
            counts = missing_of(session, settings, task_list, reporting_round)
            closed = ClosedRound(
                list_title=counts.list_title,
                period_label=counts.period_label,
                due_on=counts.due_at.date(),
                closed_at=reporting_round.closed_at or now,
                expected=counts.expected,
                filed=counts.filed,
                on_time=counts.on_time,
                missing=counts.expected - counts.filed,
                link=counts.link,
                is_published=bool(published_of(session, key(task_list), reporting_round.period)),
                account_link=f"{counts.link}/account",
            )
            book = Attachment(f"{reporting_round.period}.xlsx", "application/octet-stream", b"")
            return round_closed(
                closed, book, to_name=name, to_address=address, templates=templates, site=site
            )
        case _:
            returned = _returned(session, settings, reporting_round, now) if kind == RETURNED else None
            return _return_letter(returned, templates, site) if returned else None


def _account_letter(
    session: Session,
    settings: Settings,
    kind: str,
    templates: MailTemplates,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
) -> Letter | None:
    name, address = _TO
    files = tuple(
        Attachment(f"{task_list.title}.{form}", "application/octet-stream", b"") for form in ("docx", "xlsx")
    )
    if kind == PUBLISHED:
        circular = next(iter(published_of(session, key(task_list), reporting_round.period)), None)
        if circular is None:
            return None
        return account_published(
            read_published(settings, circular),
            files,
            to_name=name,
            to_address=address,
            templates=templates,
            site=settings.site,
        )
    counts = missing_of(session, settings, task_list, reporting_round)
    preview = AccountPreview(
        cause="preview",
        list_title=counts.list_title,
        period_label=counts.period_label,
        is_summary=False,
        is_closed=reporting_round.closed_at is not None,
        as_of=now,
        expected=counts.expected,
        filed=counts.filed,
        on_time=counts.on_time,
        link=f"{counts.link}/account",
    )
    return account_preview(
        preview, files, to_name=name, to_address=address, templates=templates, site=settings.site
    )


def _return_letter(returned: ReturnedTexts, templates: MailTemplates, site: Site) -> Letter:
    name, address = _TO
    return returned_texts(
        returned, cause="preview", to_name=name, to_address=address, templates=templates, site=site
    )


def _returned(
    session: Session, settings: Settings, reporting_round: ReportingRound, now: datetime
) -> ReturnedTexts | None:
    unit = session.exec(
        select(OrgUnit)
        .join(Obligation, col(Obligation.unit_id) == col(OrgUnit.id))
        .where(Obligation.round_id == reporting_round.id, Obligation.state == ObligationState.RETURNED)
        .limit(1)
    ).first()
    return read_returned(session, settings, reporting_round, unit, now) if unit else None


def _digest(
    session: Session,
    settings: Settings,
    kind: str,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
) -> Digest | None:
    chasing = read_chasing(session, settings, send_window(session, settings), reporting_round)
    read = read_parts(session, settings, chasing, task_list, reporting_round)
    unit_id = next((unit_id for unit_id, owed in read.owed.items() if owed), None)
    if unit_id is None:
        return None
    unit = session.get_one(OrgUnit, unit_id)
    rung = (
        OPENING
        if kind == "round_opened"
        else next((rung.name for rung in chasing.rungs_of(key(unit)) if not rung.is_opening), "H1")
    )
    return Digest(*_TO, (replace(read.part_of(unit, rung, now, now), rung=rung),))
