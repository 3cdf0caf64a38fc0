"""Documents that go to the coordinators by themselves: previews of open rounds, drafts of summaries.

Each leaves within the hours of the site and once for ever: the unique row of its mailing is written in the transaction
that queues the mails. Documents are made between two transactions; a process killed there is followed by the next run.
What was due longer ago than `FRESH` when the site comes to it (a new site with old rounds) is not mailed any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from tracker.actions.chasing.read_chasing import send_window
from tracker.actions.documents.draft_circular import draft_summary, proposed_draft
from tracker.actions.documents.prepare_account import prepare_account
from tracker.actions.documents.read_accounts import rounds_in_span
from tracker.actions.documents.render_account import render_file
from tracker.actions.rounds.open_round import covered_periods
from tracker.domain.actors import system
from tracker.domain.periods import parse_period
from tracker.domain.round_dates import missing_told_at
from tracker.domain.spans import parse_span, periods_in, spans_of
from tracker.errors import TrackerError
from tracker.mail.document_message import AccountPreview, account_preview
from tracker.mail.letter import Attachment
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import CircularKind, TaskList, key
from tracker.store.circulars import open_draft
from tracker.store.contacts import coordinators
from tracker.store.document_mailings import claim_mailing, is_mailed
from tracker.store.lists import all_lists, rules_of
from tracker.store.rounds import open_rounds, round_by_name, rounds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlmodel import Session

    from tracker.actions.documents.prepare_account import PreparedAccount
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.periods import Period
    from tracker.models import Circular

T = TypeVar("T")

_ACTOR: Final = system("jobs")
FRESH: Final = timedelta(days=45)
_PREVIEW: Final = "preview"
_SUMMARY: Final = "summary"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Due:
    """A period of a list of which something is to be mailed."""

    list_id: int
    slug: str
    period: str


def send_previews(database: Database, settings: Settings, now: datetime) -> int:
    """Mails each open round's report as it would be now, once, on the first working day after it was due.

    Word and workbook. A round that was opened after its due day has none. How many rounds.
    """
    with database.reading() as session:
        if not _can_tell_coordinators(session, settings, now):
            return 0
        due = list(_rounds_to_preview(session, settings, now))

    def drafted(session: Session, one: _Due) -> Circular:
        task_list, reporting_round = round_by_name(session, one.slug, one.period)
        draft = open_draft(session, one.list_id, one.period, CircularKind.REPORT)
        return draft or proposed_draft(_ACTOR, settings, task_list, reporting_round, CircularKind.REPORT, now)

    return send_each(due, lambda one: _mail_preview(database, settings, one, _PREVIEW, drafted, now))


def send_summaries(database: Database, settings: Settings, now: datetime) -> int:
    """Drafts the summary of each half-year and year whose last round has closed, and mails it once; how many.

    Only where it looks back over two rounds at least: one round has its own report.
    """
    with database.reading() as session:
        if not _can_tell_coordinators(session, settings, now):
            return 0
        due = list(_spans_due(session, settings, now))

    def drafted(session: Session, one: _Due) -> Circular:
        found = open_draft(session, one.list_id, one.period, CircularKind.SUMMARY)
        assert found is not None  # noqa: S101 - written right before
        return found

    def send(one: _Due) -> int:
        with database.transaction() as session:
            task_list = session.get_one(TaskList, one.list_id)
            draft_summary(session, _ACTOR, settings, task_list, one.period, now)
        return _mail_preview(database, settings, one, _SUMMARY, drafted, now)

    return send_each(due, send)


def _can_tell_coordinators(session: Session, settings: Settings, now: datetime) -> bool:
    return bool(coordinators(session)) and send_window(session, settings).is_open(now)


def send_each(due: list[T], send: Callable[[T], int]) -> int:
    """One that fails is logged, tried again at the next run, and does not keep the others from leaving."""
    sent = 0
    for one in due:
        try:
            sent += send(one)
        except TrackerError:
            _log.exception("document_not_sent", document=str(one))
    return sent


def _rounds_to_preview(session: Session, settings: Settings, now: datetime) -> Iterator[_Due]:
    window = send_window(session, settings)
    for reporting_round, task_list in open_rounds(session):
        due_on = reporting_round.due_at.astimezone(settings.site.zone).date()
        told_at = missing_told_at(due_on, settings.jobs.remind_at, window.calendar, window.zone)
        is_due = reporting_round.opened_at <= reporting_round.due_at and told_at <= now < told_at + FRESH
        if is_due and not is_mailed(session, key(task_list), reporting_round.period, _PREVIEW):
            yield _Due(key(task_list), task_list.slug, reporting_round.period)


def _spans_due(session: Session, settings: Settings, now: datetime) -> Iterator[_Due]:
    for task_list in all_lists(session):
        period_type = rules_of(task_list).period_type
        rounds = [parse_period(found.period, period_type) for found in rounds_of(session, task_list)]
        for span in dict.fromkeys(span for period in sorted(rounds) for span in spans_of(period)):
            since = _due_since(session, settings, task_list, span)
            is_due = since is not None and since <= now < since + FRESH
            if is_due and not is_mailed(session, key(task_list), span.key, _SUMMARY):
                yield _Due(key(task_list), task_list.slug, span.key)


def _due_since(session: Session, settings: Settings, task_list: TaskList, span: Period) -> datetime | None:
    """When the last of its rounds closed, at least two; None while one is open or to come.

    Of a list that reports on demand nobody knows which is the last before the year is over.
    """
    rounds = rounds_in_span(session, task_list, span)
    closed = [found.closed_at for found in rounds if found.closed_at]
    if len(closed) < max(len(rounds), 2):
        return None
    is_regular = rules_of(task_list).period_type != "on_demand"
    covered = periods_in(span, covered_periods(task_list)) if is_regular else ()
    if covered:
        return max(closed) if rounds[-1].period == covered[-1].key else None
    ends_at = datetime.combine(span.shift(1).starts_on, time.min, settings.site.zone)
    return max(*closed, ends_at)


def _mail_preview(
    database: Database,
    settings: Settings,
    one: _Due,
    kind: str,
    drafted: Callable[[Session, _Due], Circular],
    now: datetime,
) -> int:
    with database.reading() as session:
        draft = drafted(session, one)
        prepared = prepare_account(session, settings, draft, now)
        link = f"/circulars/{draft.id}" if draft.id else f"/rounds/{one.slug}/{one.period}/account"
    files = tuple(
        Attachment(file.file_name, file.media_type, file.content)
        for file in (render_file(prepared, form, settings) for form in ("docx", "xlsx"))
    )
    preview = _preview(prepared, one, kind, settings.site.link(link))
    with database.transaction() as session:
        if not claim_mailing(session, one.list_id, one.period, kind, now):
            return 0
        templates = mail_templates(session, settings)
        for contact in coordinators(session):
            letter = account_preview(
                preview,
                files,
                to_name=contact.name,
                to_address=contact.email,
                templates=templates,
                site=settings.site,
            )
            enqueue(session, letter, now, sender=settings.mail.sender)
    return 1


def _preview(prepared: PreparedAccount, one: _Due, kind: str, link: str) -> AccountPreview:
    report = prepared.report
    is_summary = kind == _SUMMARY
    return AccountPreview(
        cause=f"{one.list_id}/{one.period}/{kind}",
        list_title=report.list_title,
        period_label=parse_span(one.period).label if is_summary else report.period_label,
        is_summary=is_summary,
        is_closed=report.is_closed,
        as_of=report.as_of,
        expected=report.rates.expected,
        filed=report.rates.filed,
        on_time=report.rates.on_time,
        link=link,
    )
