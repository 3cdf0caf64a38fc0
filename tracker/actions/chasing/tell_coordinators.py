"""What coordinators are told: who is missing after the due day, and the workbook of a closed round.

Both leave within the hours of the site only, as all mail that goes out by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.actions.chasing.read_chasing import send_window
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.documents.render_report import render_report
from tracker.domain.periods import parse_period
from tracker.domain.round_dates import missing_told_at
from tracker.domain.states import OUTSTANDING
from tracker.mail.digest import ClosedRound, MissingUnit, MissingUnits
from tracker.mail.letter import Attachment
from tracker.mail.messages import missing_units, round_closed
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import Obligation, ReportingRound, Task, TaskList, key
from tracker.store.circulars import published_of
from tracker.store.contacts import contacts_by_unit, coordinators
from tracker.store.extensions import extensions_of
from tracker.store.rounds import open_rounds, rates_by_unit, round_rates, round_rules
from tracker.store.units import all_units

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database


def tell_missing(session: Session, settings: Settings, now: datetime) -> int:
    """Queues the list of missing units of each chased round, once, on the first working day after it was due.

    How many mails were queued.
    """
    window = send_window(session, settings)
    recipients = coordinators(session)
    templates = mail_templates(session, settings)
    queued = 0
    if not recipients or not window.is_open(now):
        return 0
    for reporting_round, task_list in open_rounds(session):
        due_on = reporting_round.due_at.astimezone(settings.site.zone).date()
        told_at = missing_told_at(due_on, settings.jobs.remind_at, window.calendar, window.zone)
        is_told = reporting_round.missing_told_at is not None
        if is_told or not reporting_round.is_chasing or now < told_at:
            continue
        reporting_round.missing_told_at = now
        session.add(reporting_round)
        missing = missing_of(session, settings, task_list, reporting_round)
        for contact in recipients:
            letter = missing_units(
                missing,
                to_name=contact.name,
                to_address=contact.email,
                templates=templates,
                site=settings.site,
            )
            queued += enqueue(session, letter, now, sender=settings.mail.sender) is not None
    return queued


def missing_of(
    session: Session, settings: Settings, task_list: TaskList, reporting_round: ReportingRound
) -> MissingUnits:
    """The units that still owe something, with whom to call."""
    rates = round_rates(session, reporting_round)
    unit_rates = rates_by_unit(session, reporting_round)
    contacts = contacts_by_unit(session)
    extensions = extensions_of(session, reporting_round)
    owed: dict[int, list[str]] = {}
    for unit_id, number in session.exec(
        select(Obligation.unit_id, Task.number)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .where(Obligation.round_id == reporting_round.id, col(Obligation.state).in_(sorted(OUTSTANDING)))
        .order_by(col(Task.position))
    ):
        owed.setdefault(unit_id, []).append(number)
    units = [
        MissingUnit(
            unit=unit.name,
            kind=unit.kind,
            expected=unit_rates[key(unit)].expected,
            missing=len(owed[key(unit)]),
            task_numbers=tuple(owed[key(unit)]),
            contacts=tuple(f"{contact.name} <{contact.email}>" for contact in contacts.get(key(unit), [])),
            extended_to=extensions[key(unit)].due_at.astimezone(settings.site.zone).date()
            if key(unit) in extensions
            else None,
        )
        for unit in all_units(session)
        if key(unit) in owed
    ]
    return MissingUnits(
        list_title=task_list.title,
        period_label=_label(reporting_round),
        due_at=reporting_round.due_at.astimezone(settings.site.zone),
        expected=rates.expected,
        filed=rates.filed,
        on_time=rates.on_time,
        units=tuple(units),
        link=settings.site.link(f"/rounds/{task_list.slug}/{reporting_round.period}"),
    )


def announce_closed_rounds(database: Database, settings: Settings, now: datetime) -> int:
    """Mails the workbook of every closed round that was not announced yet; how many rounds.

    A round waits for the hours in which mail leaves by itself, and for a coordinator who can be written to.

    The workbook is rendered between two transactions, so that nobody waits for it: after closing nothing in
    the round changes any more, and a process killed in between is followed by the next run.
    """
    with database.reading() as session:
        if not coordinators(session) or not send_window(session, settings).is_open(now):
            return 0
        waiting = session.exec(
            select(ReportingRound.id).where(
                col(ReportingRound.closed_at).is_not(None), col(ReportingRound.announced_at).is_(None)
            )
        ).all()
    for round_id in waiting:
        _announce(database, settings, round_id, now)
    return len(waiting)


def _announce(database: Database, settings: Settings, round_id: int | None, now: datetime) -> None:
    with database.reading() as session:
        reporting_round = session.get_one(ReportingRound, round_id)
        task_list = session.get_one(TaskList, reporting_round.list_id)
        report = compile_report(session, settings, task_list, reporting_round, now)
        published = published_of(session, key(task_list), reporting_round.period)
    link = settings.site.link(f"/rounds/{task_list.slug}/{report.period}")
    rendered = render_report(report, "xlsx", settings)
    workbook = Attachment(rendered.file_name, rendered.media_type, rendered.content)
    closed = ClosedRound(
        list_title=report.list_title,
        period_label=report.period_label,
        due_on=report.due_at.date(),
        closed_at=(reporting_round.closed_at or now).astimezone(settings.site.zone),
        expected=report.rates.expected,
        filed=report.rates.filed,
        on_time=report.rates.on_time,
        missing=report.rates.missing,
        link=link,
        is_published=bool(published),
        account_link=f"{link}/account",
    )
    with database.transaction() as session:
        templates = mail_templates(session, settings)
        for contact in coordinators(session):
            letter = round_closed(
                closed,
                workbook,
                to_name=contact.name,
                to_address=contact.email,
                templates=templates,
                site=settings.site,
            )
            enqueue(session, letter, now, sender=settings.mail.sender)
        announced = session.get_one(ReportingRound, round_id)
        announced.announced_at = now
        session.add(announced)


def _label(reporting_round: ReportingRound) -> str:
    return parse_period(reporting_round.period, round_rules(reporting_round).period_type).label
