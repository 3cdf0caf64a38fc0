"""Reminders: who would be told what at a moment, and the writing of it into the queue.

Planning reads only, so that a dry run, the preview on a page and the job see the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.actions.chasing.due_events import due_events
from tracker.actions.chasing.read_chasing import read_chasing, send_window
from tracker.actions.chasing.reminder_parts import RoundParts, read_parts
from tracker.domain.actors import Role
from tracker.domain.ladder import OPENING
from tracker.errors import RoundClosedError
from tracker.i18n import mark
from tracker.mail.channels import MAIL, by_channel
from tracker.mail.digest import Digest, DigestPart
from tracker.mail.messages import reminder
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import key
from tracker.store.contacts import chat_addresses, contacts_by_unit
from tracker.store.reminders import link_mail, next_hand_rung, record_reminder
from tracker.store.rounds import open_rounds, units_in_round
from tracker.store.units import all_units

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.domain.ladder import Rung
    from tracker.domain.send_window import SendWindow
    from tracker.mail.letter import Attachment
    from tracker.models import Contact, OrgUnit, ReportingRound, TaskList

_NOTHING_OUTSTANDING = mark("本期已全部报送，不再催报")
_ALREADY_REMINDED = mark("本档催报（{rung}）已发出")
_ALREADY_OPENED = mark("开启通知已发出")
_NO_CONTACT = mark("没有可以催报的联系人，请先登记")
_NOT_YET = mark("尚未到第一档催报时间（{at}）")
_NOT_YET_EXTENDED = mark("已延期至 {due}，尚未到下一档催报时间（{at}）")
_CHASING_OFF = mark("本期催报已关闭")
_DAY_OFF = mark("{day} 不是工作日，不发催报")
_OUT_OF_HOURS = mark("现在不是自动发信时间（工作日 {opens}—{ends}），到 {at} 再按当时情况发")
_PAUSED = mark("已暂停催报：{reason}")
_RETURNED_AFTER = mark("只有本档催报之后退回的事项，由退回通知告知，下一档再催")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody who gets no reminder now. `unit` is "" where the whole round is meant."""

    unit: str
    list_slug: str
    period: str
    why: Why

    @property
    def reason(self) -> str:
        return self.worded(str)

    def worded(self, gettext: Callable[[str], str]) -> str:
        """The reason in the language of `gettext`: a page and the queue may speak different ones."""
        text, fields = self.why
        return gettext(text).format(**dict(fields))


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """Who would get what at `at`, one digest per address, and who gets nothing and why."""

    at: datetime
    digests: tuple[Digest, ...]
    skipped: tuple[Skipped, ...]

    @property
    def parts(self) -> tuple[DigestPart, ...]:
        """Each unit's once, however many people are told."""
        return tuple({_place(part): part for digest in self.digests for part in digest.parts}.values())


# A source text, and its fields by name.
Why = tuple[str, tuple[tuple[str, object], ...]]
# A part, and which roles of its unit are told.
_Addressed = tuple[DigestPart, frozenset[str]]


def plan_reminders(session: Session, settings: Settings, now: datetime) -> ReminderPlan:
    """The reminders that are due at `now` over all open rounds (DESIGN: rules 7 and 10)."""
    window = send_window(session, settings)
    parts: list[_Addressed] = []
    skipped: list[Skipped] = []
    for reporting_round, task_list in open_rounds(session):
        chasing = read_chasing(session, settings, window, reporting_round)
        held = _why(_CHASING_OFF) if chasing.is_off(now) else _held(window, now)
        if held:
            skipped.append(Skipped("", task_list.slug, reporting_round.period, held))
            continue
        read = read_parts(session, settings, chasing, task_list, reporting_round)
        for found in _scheduled(session, read, now):
            if isinstance(found, Skipped):
                skipped.append(found)
            else:
                parts.append(found)
    digests, unreachable = _digests(session, parts)
    return ReminderPlan(now, digests, (*dict.fromkeys(skipped), *unreachable))


def plan_by_hand(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
    *,
    unit_ids: Collection[int] | None = None,
    is_opening: bool = False,
) -> ReminderPlan:
    """A reminder at the coordinator's word, to all units with something outstanding or to `unit_ids`.

    It waits for no hour, nor for chasing to be on. With `is_opening` it is what the opening of the round tells,
    and goes to those that were not told. Raises RoundClosedError.
    """
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)
    name = OPENING if is_opening else next_hand_rung(session, reporting_round)
    chasing = read_chasing(session, settings, send_window(session, settings), reporting_round)
    read = read_parts(session, settings, chasing, task_list, reporting_round)
    parts: list[_Addressed] = []
    skipped: list[Skipped] = []
    for unit in _units(session, reporting_round):
        if reason := _needless(read, unit, name):
            skipped.append(Skipped(unit.name, task_list.slug, reporting_round.period, reason))
        elif unit_ids is None or key(unit) in unit_ids:
            parts.append((read.part_of(unit, name, now, now), frozenset({Role.FILLER})))
    digests, unreachable = _digests(session, parts)
    return ReminderPlan(now, digests, (*skipped, *unreachable))


def send_reminders(
    session: Session,
    actor: Actor,
    settings: Settings,
    plan: ReminderPlan,
    forms: Mapping[tuple[int, int], Attachment] | None = None,
) -> int:
    """Queues the mails of `plan` and records its rungs; the number of mails. `forms` travel with their parts.

    A rung that another process recorded meanwhile is left out: each goes out once.
    """
    actor.require_coordinating()
    templates = mail_templates(session, settings)
    reminder_ids: dict[tuple[int, int, str], int] = {}
    for part in plan.parts:
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
    robots = chat_addresses(session)
    events = due_events(session, settings, plan.parts, plan.at)
    for digest in plan.digests:
        mine = tuple(part for part in digest.parts if _place(part) in reminder_ids)
        if not mine:
            continue
        for told in by_channel(replace(digest, parts=mine), robots):
            places = [(part.round_id, part.unit_id) for part in told.parts if told.channel == MAIL]
            letter = reminder(
                replace(digest, parts=told.parts),
                at=plan.at,
                templates=templates,
                site=settings.site,
                forms=tuple(forms[place] for place in places if forms and place in forms),
                events=tuple(events[place] for place in places if place in events),
            )
            if mail := enqueue(session, told.addressed(letter), plan.at, sender=settings.mail.sender):
                for part in told.parts:
                    link_mail(session, reminder_ids[_place(part)], mail)
                queued += told.channel == MAIL
    return queued


def _why(text: str, **fields: object) -> Why:
    return text, tuple(fields.items())


def _place(part: DigestPart) -> tuple[int, int, str]:
    return part.round_id, part.unit_id, part.rung


def _held(window: SendWindow, now: datetime) -> Why | None:
    """Why nothing may leave by itself at `now`; None where it may."""
    if window.is_open(now):
        return None
    local = now.astimezone(window.zone)
    if not window.calendar.is_workday(local.date()):
        return _why(_DAY_OFF, day=local.date())
    return _why(
        _OUT_OF_HOURS,
        opens=f"{window.opens:%H:%M}",
        ends=f"{window.ends:%H:%M}",
        at=f"{window.next_open(now):%Y-%m-%d %H:%M}",
    )


def _scheduled(session: Session, read: RoundParts, now: datetime) -> Iterator[_Addressed | Skipped]:
    """One part for each unit of the round with something outstanding that its newest rung has not told yet."""
    slug, period = read.task_list.slug, read.reporting_round.period
    for unit in _units(session, read.reporting_round):
        rung = read.chasing.newest_of(key(unit), now)
        if rung is None:
            yield _not_yet(read, unit)
        elif reason := _needless(read, unit, rung.name) or _unwanted(read, unit, rung, now):
            yield Skipped(unit.name, slug, period, reason)
        else:
            yield read.part_of(unit, rung.name, rung.at, now), rung.audience


def _not_yet(read: RoundParts, unit: OrgUnit) -> Skipped:
    """Said once of all units that are due together."""
    slug, period = read.task_list.slug, read.reporting_round.period
    rungs = read.chasing.rungs_of(key(unit))
    at = f"{rungs[0].at:%Y-%m-%d %H:%M}" if rungs else "—"
    if key(unit) not in read.chasing.later:
        return Skipped("", slug, period, _why(_NOT_YET, at=at))
    due_on = read.chasing.due_of(key(unit)).astimezone(read.settings.site.zone).date()
    return Skipped(unit.name, slug, period, _why(_NOT_YET_EXTENDED, due=due_on, at=at))


def _needless(read: RoundParts, unit: OrgUnit, name: str) -> Why | None:
    if not read.owed.get(key(unit)):
        return _why(_NOTHING_OUTSTANDING)
    if name in read.told.get(key(unit), ()):
        text = _ALREADY_OPENED if name == OPENING else _ALREADY_REMINDED
        return _why(text, rung=name)
    return None


def _unwanted(read: RoundParts, unit: OrgUnit, rung: Rung, now: datetime) -> Why | None:
    if pause := read.chasing.pause_of(key(unit), now):
        return _why(_PAUSED, reason=pause.reason)
    if read.chasing.is_before(rung, read.owed_since(key(unit))):
        return _why(_RETURNED_AFTER)
    return None


def _units(session: Session, reporting_round: ReportingRound) -> list[OrgUnit]:
    bound = units_in_round(session, reporting_round)
    return [unit for unit in all_units(session) if key(unit) in bound]


def _digests(session: Session, parts: Sequence[_Addressed]) -> tuple[tuple[Digest, ...], tuple[Skipped, ...]]:
    """One digest per address over all units and lists; parts that nobody can be told of are passed over."""
    contacts = contacts_by_unit(session)
    # By address without its case: Li@ and li@ are one mailbox.
    people: dict[str, Contact] = {}
    by_address: dict[str, list[DigestPart]] = {}
    unreachable = []
    for part, audience in parts:
        recipients = recipients_of(contacts.get(part.unit_id, []), audience)
        if not recipients:
            unreachable.append(Skipped(part.unit, part.list_slug, part.period, _why(_NO_CONTACT)))
        # Someone who is both filler and leader of a unit gets one mail.
        for address, contact in {contact.email.casefold(): contact for contact in recipients}.items():
            people.setdefault(address, contact)
            by_address.setdefault(address, []).append(part)
    digests = tuple(
        Digest(people[address].name, people[address].email, tuple(found))
        for address, found in by_address.items()
    )
    return digests, tuple(unreachable)


def recipients_of(contacts: Iterable[Contact], audience: frozenset[str]) -> list[Contact]:
    """Contacts of the audience; where a unit has named no filler, its leader stands in."""
    reachable = [contact for contact in contacts if contact.role in (Role.FILLER, Role.LEADER)]
    return [contact for contact in reachable if contact.role in audience] or reachable
