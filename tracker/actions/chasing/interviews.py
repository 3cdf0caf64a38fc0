"""约谈: the draft list of units that are overdue in spite of every reminder, for the coordinators alone.

Escalation climbs from the filler to the unit's leader to the coordinator (DESIGN: rule 10). Whether anybody is spoken
to is decided by people: nothing here is published or sent to a unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.chasing.read_chasing import read_chasing, send_window
from tracker.domain.periods import parse_period
from tracker.domain.round_dates import interviews_told_at
from tracker.domain.states import ObligationState
from tracker.i18n import mark, translations
from tracker.mail.digest import Interviews, InterviewUnit
from tracker.mail.interview_message import interviews
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import key
from tracker.store.contacts import contacts_by_unit, coordinators
from tracker.store.reminders import outstanding_of, reminder_counts
from tracker.store.rounds import open_rounds, rates_by_unit, round_rules
from tracker.store.unit_records import UnitRecord, unit_records
from tracker.store.units import all_units

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.send_window import SendWindow
    from tracker.models import ReportingRound, TaskList

_PAUSED = mark("已暂停催报：{reason}")


def tell_interviews(session: Session, settings: Settings, now: datetime) -> int:
    """Queues the draft of each chased round once, when its ladder has come to the coordinators; how many mails.

    While there is nobody to be spoken to, or nobody to tell, a round waits.
    """
    window = send_window(session, settings)
    recipients = coordinators(session)
    if not recipients or not window.is_open(now):
        return 0
    templates = mail_templates(session, settings)
    queued = 0
    for reporting_round, task_list in open_rounds(session):
        if reporting_round.interviews_told_at or not reporting_round.is_chasing:
            continue
        chasing = read_chasing(session, settings, window, reporting_round)
        told_at = interviews_told_at(chasing)
        if told_at is None or now < told_at:
            continue
        draft = interviews_of(session, settings, task_list, reporting_round, now)
        if not draft.units:
            continue
        reporting_round.interviews_told_at = now
        session.add(reporting_round)
        for contact in recipients:
            letter = interviews(
                draft,
                to_name=contact.name,
                to_address=contact.email,
                templates=templates,
                site=settings.site,
            )
            queued += enqueue(session, letter, now, sender=settings.mail.sender) is not None
    return queued


def interviews_of(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
    *,
    gettext: Callable[[str], str] | None = None,
) -> Interviews:
    """The units that have not filed something and whose own due moment has passed; most outstanding first in
    each kind. What was filed and returned is not missing. Remarks are in the site's language unless `gettext` speaks another."""
    window: SendWindow = send_window(session, settings)
    chasing = read_chasing(session, settings, window, reporting_round)
    contacts = contacts_by_unit(session)
    rates = rates_by_unit(session, reporting_round)
    reminders = reminder_counts(session, reporting_round)
    records = unit_records(session, reporting_round)
    gettext = gettext or translations(settings.site.language).gettext
    owed = outstanding_of(session, reporting_round)
    units = []
    for unit in all_units(session):
        numbers = tuple(
            task.number
            for obligation, task in owed.get(key(unit), ())
            if obligation.state is not ObligationState.RETURNED
        )
        if not numbers or now <= chasing.due_of(key(unit)):
            continue
        record = records.get(key(unit), UnitRecord())
        pause = chasing.pause_of(key(unit), now)
        units.append(
            InterviewUnit(
                unit=unit.name,
                kind=unit.kind.value,
                expected=rates[key(unit)].expected,
                task_numbers=numbers,
                reminders=reminders.get(key(unit), 0),
                contacts=tuple(f"{one.name} <{one.email}>" for one in contacts.get(key(unit), [])),
                rounds=record.rounds,
                late=record.late,
                missing=record.missing,
                remark=gettext(_PAUSED).format(reason=pause.reason) if pause else "",
            )
        )
    period = parse_period(reporting_round.period, round_rules(reporting_round).period_type)
    return Interviews(
        list_title=task_list.title,
        period_label=period.label,
        due_at=reporting_round.due_at.astimezone(settings.site.zone),
        units=tuple(sorted(units, key=lambda unit: -len(unit.task_numbers))),
        link=settings.site.link(f"/rounds/{task_list.slug}/{reporting_round.period}/interviews"),
    )
