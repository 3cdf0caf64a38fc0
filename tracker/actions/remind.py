"""Reminders: who would be told what at a moment, and the writing of it into the queue.

Planning reads only, so that a dry run, the preview on a page and the job see the same plan.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.domain.actors import Role
from tracker.domain.ladder import newest_rung, rungs_of
from tracker.domain.periods import parse_period
from tracker.domain.states import ObligationState
from tracker.errors import RoundClosedError
from tracker.i18n import mark, translations
from tracker.mail.digest import Digest, DigestPart, OutstandingTask
from tracker.mail.messages import reminder
from tracker.mail.outbox import enqueue
from tracker.models import key
from tracker.store.contacts import contacts_by_unit
from tracker.store.progress import reviews_of
from tracker.store.reminders import (
    link_mail,
    next_hand_rung,
    outstanding_of,
    record_reminder,
    reminded_units,
)
from tracker.store.rounds import open_rounds, round_rules, units_in_round
from tracker.store.units import all_units
from tracker.store.workdays import work_calendar
from tracker.templating import page_environment, text_environment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.domain.ladder import Rung
    from tracker.domain.workdays import WorkCalendar
    from tracker.models import Contact, Obligation, ReportingRound, Review, Task, TaskList

_NOTHING_OUTSTANDING = mark("本期已全部报送，不再催报")
_ALREADY_REMINDED = mark("本档催报（{rung}）已发出")
_NO_CONTACT = mark("没有可以催报的联系人，请先登记")
_NOT_YET = mark("尚未到第一档催报时间（{at}）")
_CHASING_OFF = mark("本期催报已关闭")
_DAY_OFF = mark("{day} 不是工作日，不发催报")
_BEFORE = mark("距截止还有 {days} 个工作日（第 {rung} 档）")
_ON_THE_DAY = mark("今天截止（第 {rung} 档）")
_AFTER = mark("已逾期 {days} 个工作日（第 {rung} 档）")
_BY_HAND = mark("统筹人手动催报（{rung}）")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody who gets no reminder now. `unit` is "" where the whole round is meant."""

    unit: str
    list_slug: str
    period: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """Who would get what at `at`, one digest per address, and who gets nothing and why."""

    at: datetime
    digests: tuple[Digest, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """The rung that a round stands on: who of a unit is written to depends on it."""

    rung: str
    planned_at: datetime
    reason: str
    audience: frozenset[Role]


def plan_reminders(session: Session, settings: Settings, now: datetime) -> ReminderPlan:
    """The reminders that are due at `now` over all open rounds (DESIGN: rules 7 and 10)."""
    calendar = work_calendar(session)
    local = now.astimezone(settings.site.zone)
    parts: list[tuple[DigestPart, frozenset[Role]]] = []
    skipped: list[Skipped] = []
    for reporting_round, task_list in open_rounds(session):
        step = _scheduled_step(settings, calendar, reporting_round, local)
        if isinstance(step, str):
            skipped.append(Skipped("", task_list.slug, reporting_round.period, step))
            continue
        found, passed_over = _parts(session, settings, calendar, task_list, reporting_round, step, now)
        parts += [(part, step.audience) for part in found]
        skipped += passed_over
    digests, unreachable = _digests(session, settings, parts)
    return ReminderPlan(now, digests, (*skipped, *unreachable))


def plan_by_hand(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
    *,
    unit_ids: Collection[int] | None = None,
) -> ReminderPlan:
    """A reminder at the coordinator's word, to all units with something outstanding or to `unit_ids`.

    It does not wait for a working day, nor for chasing to be on. Raises RoundClosedError.
    """
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)
    rung = next_hand_rung(session, reporting_round)
    step = _Step(rung, now, _say(settings, _BY_HAND, rung=rung), frozenset({Role.FILLER}))
    calendar = work_calendar(session)
    found, skipped = _parts(session, settings, calendar, task_list, reporting_round, step, now)
    wanted = [part for part in found if unit_ids is None or part.unit_id in unit_ids]
    digests, unreachable = _digests(session, settings, [(part, step.audience) for part in wanted])
    return ReminderPlan(now, digests, (*skipped, *unreachable))


def send_reminders(session: Session, actor: Actor, settings: Settings, plan: ReminderPlan) -> int:
    """Queues the mails of `plan` and records its rungs; the number of mails.

    A rung that another process recorded meanwhile is left out: each goes out once.
    """
    actor.require_coordinating()
    pages, texts = page_environment(settings), text_environment(settings)
    reminder_ids: dict[tuple[int, int, str], int] = {}
    for part in {_place(part): part for digest in plan.digests for part in digest.parts}.values():
        reminder_id = record_reminder(
            session,
            round_id=part.round_id,
            unit_id=part.unit_id,
            rung=part.rung,
            planned_at=part.planned_at,
            reminded_at=plan.at,
            outstanding=len(part.tasks),
        )
        if reminder_id is not None:
            reminder_ids[_place(part)] = reminder_id
    queued = 0
    for digest in plan.digests:
        mine = tuple(part for part in digest.parts if _place(part) in reminder_ids)
        if not mine:
            continue
        letter = reminder(
            replace(digest, parts=mine),
            at=plan.at,
            pages=pages,
            texts=texts,
            site=settings.site,
        )
        if mail := enqueue(session, letter, plan.at, sender=settings.mail.sender):
            for part in mine:
                link_mail(session, reminder_ids[_place(part)], mail)
            queued += 1
    return queued


def _say(settings: Settings, text: str, **fields: object) -> str:
    """In the site's language: what is said here is also mailed, so it does not follow a page's language."""
    return translations(settings.site.language).gettext(text).format(**fields)


def _place(part: DigestPart) -> tuple[int, int, str]:
    return part.round_id, part.unit_id, part.rung


def rungs_of_round(
    settings: Settings, calendar: WorkCalendar, reporting_round: ReportingRound
) -> tuple[Rung, ...]:
    """The ladder of a round, placed on working days."""
    rules = round_rules(reporting_round)
    return rungs_of(
        rules.ladder,
        reporting_round.due_at.astimezone(settings.site.zone).date(),
        rules.remind_at or settings.jobs.remind_at,
        calendar,
        settings.site.zone,
    )


def _scheduled_step(
    settings: Settings, calendar: WorkCalendar, reporting_round: ReportingRound, local: datetime
) -> _Step | str:
    """The rung to send now, or why the whole round is passed over."""
    off_since = reporting_round.chasing_off_since
    if off_since and off_since <= local:
        return _say(settings, _CHASING_OFF)
    rungs = rungs_of_round(settings, calendar, reporting_round)
    rung = newest_rung(rungs, local)
    if rung is None:
        return _say(settings, _NOT_YET, at=f"{rungs[0].at:%Y-%m-%d %H:%M}" if rungs else "—")
    if not calendar.is_workday(local.date()):
        return _say(settings, _DAY_OFF, day=local.date())
    due_on = reporting_round.due_at.astimezone(settings.site.zone).date()
    if local > reporting_round.due_at:
        days = calendar.workdays_until(due_on, local.date())
        reason = _say(settings, _AFTER, days=days, rung=rung.offset)
    elif local.date() == due_on:
        reason = _say(settings, _ON_THE_DAY, rung=rung.offset)
    else:
        # Today counts and the due day does not, so that a due day off makes no difference.
        days = calendar.workdays_until(local.date() - timedelta(days=1), due_on - timedelta(days=1))
        reason = _say(settings, _BEFORE, days=days, rung=rung.offset)
    audience = {Role.FILLER, Role.LEADER} if rung.offset > 0 else {Role.FILLER}
    return _Step(str(rung.offset), rung.at, reason, frozenset(audience))


def _parts(
    session: Session,
    settings: Settings,
    calendar: WorkCalendar,
    task_list: TaskList,
    reporting_round: ReportingRound,
    step: _Step,
    now: datetime,
) -> tuple[list[DigestPart], list[Skipped]]:
    """One part for each unit of the round with something outstanding that this rung has not told yet."""
    due_at = reporting_round.due_at.astimezone(settings.site.zone)
    rules = round_rules(reporting_round)
    period = parse_period(reporting_round.period, rules.period_type)
    outstanding = outstanding_of(session, reporting_round)
    reviews = reviews_of(session, reporting_round)
    reminded = reminded_units(session, reporting_round, step.rung)
    bound = units_in_round(session, reporting_round)
    parts, skipped = [], []
    for unit in (unit for unit in all_units(session) if key(unit) in bound):
        owed = outstanding.get(key(unit), ())
        if not owed or key(unit) in reminded:
            reason = (
                _say(settings, _ALREADY_REMINDED, rung=step.rung)
                if owed
                else _say(settings, _NOTHING_OUTSTANDING)
            )
            skipped.append(Skipped(unit.name, task_list.slug, period.key, reason))
            continue
        parts.append(
            DigestPart(
                round_id=key(reporting_round),
                unit_id=key(unit),
                unit=unit.name,
                list_slug=task_list.slug,
                list_title=task_list.title,
                period=period.key,
                period_label=period.label,
                due_at=due_at,
                is_due_on_holiday=not calendar.is_workday(due_at.date()),
                is_overdue=now > reporting_round.due_at,
                rung=step.rung,
                planned_at=step.planned_at,
                tasks=_told(owed, reviews),
                reason=step.reason,
                link=settings.site.link(f"/filing/{task_list.slug}/{period.key}"),
                mailbox=rules.mailbox or settings.mailbox.address,
            )
        )
    return parts, skipped


def _digests(
    session: Session, settings: Settings, parts: Sequence[tuple[DigestPart, frozenset[Role]]]
) -> tuple[tuple[Digest, ...], tuple[Skipped, ...]]:
    """One digest per address over all units and lists; parts that nobody can be told of are passed over."""
    contacts = contacts_by_unit(session)
    by_address: dict[str, list[DigestPart]] = defaultdict(list)
    # By address without its case: Li@ and li@ are one mailbox.
    people: dict[str, Contact] = {}
    unreachable = []
    for part, audience in parts:
        recipients = _recipients(contacts.get(part.unit_id, []), audience)
        if not recipients:
            unreachable.append(Skipped(part.unit, part.list_slug, part.period, _say(settings, _NO_CONTACT)))
        # Someone who is both filler and leader of a unit gets one mail.
        for address, contact in {contact.email.casefold(): contact for contact in recipients}.items():
            people.setdefault(address, contact)
            by_address[address].append(part)
    digests = tuple(
        Digest(people[address].name, people[address].email, tuple(found))
        for address, found in by_address.items()
    )
    return digests, tuple(unreachable)


def _recipients(contacts: Iterable[Contact], audience: frozenset[Role]) -> list[Contact]:
    """Contacts of the audience; where a unit has named no filler, its leader stands in."""
    reachable = [contact for contact in contacts if contact.role in (Role.FILLER, Role.LEADER)]
    return [contact for contact in reachable if contact.role in audience] or reachable


def _told(owed: Sequence[tuple[Obligation, Task]], reviews: dict[int, Review]) -> tuple[OutstandingTask, ...]:
    """What a mail says of each task; of a returned one also why it came back."""
    told = []
    for obligation, task in owed:
        review = reviews.get(key(obligation)) if obligation.state is ObligationState.RETURNED else None
        remark = review.reason if review else ""
        told.append(OutstandingTask(task.number, task.title, obligation.state.value, remark))
    return tuple(told)
