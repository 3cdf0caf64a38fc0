"""What one reminder says of one unit in one round: the rung, the tasks, why it came and when the next one would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.domain.ladder import EVERY_CHANNEL, OPENING
from tracker.domain.periods import parse_period
from tracker.domain.states import ObligationState
from tracker.i18n import mark, translations
from tracker.mail.digest import DigestPart, OutstandingTask
from tracker.models import key
from tracker.store.progress import reviews_of
from tracker.store.reminders import is_by_hand, outstanding_of, told_rungs
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.chasing import Chasing
    from tracker.models import Obligation, OrgUnit, ReportingRound, Review, Task, TaskList

_OPENED = mark("本期已开启，请按期报送（开启通知）")
_BEFORE = mark("距截止还有 {days} 个工作日（第 {rung} 档）")
_ON_THE_DAY = mark("今天截止（第 {rung} 档）")
_AFTER = mark("已逾期 {days} 个工作日（第 {rung} 档）")
_BY_HAND = mark("统筹人手动催报（{rung}）")


@dataclass(frozen=True, slots=True)
class RoundParts:
    """A round read once for all its units: what each owes and has been told."""

    settings: Settings
    task_list: TaskList
    reporting_round: ReportingRound
    chasing: Chasing
    owed: dict[int, Sequence[tuple[Obligation, Task]]]
    told: dict[int, set[str]]
    _reviews: dict[int, Review]

    def owed_since(self, unit_id: int) -> datetime | None:
        """When what the unit owes came back to it, the first of it; None where it was owed from the start."""
        returned = []
        for obligation, _ in self.owed.get(unit_id, ()):
            if obligation.state is not ObligationState.RETURNED:
                return None
            returned.append(self._reviews[key(obligation)].reviewed_at)
        return min(returned, default=None)

    def next_at(self, unit_id: int, now: datetime, *, besides: Collection[str] = ()) -> datetime | None:
        """When the unit would be reminded next; `besides` names rungs that are on their way."""
        told = self.told.get(unit_id, set()).union(besides)
        return self.chasing.next_of(unit_id, told, now, self.owed_since(unit_id))

    def say(self, text: str, **fields: object) -> str:
        """In the site's language: what is said here is also mailed, so it does not follow a page's language."""
        return translations(self.settings.site.language).gettext(text).format(**fields)

    def part_of(self, unit: OrgUnit, name: str, planned_at: datetime, now: datetime) -> DigestPart:
        """What the reminder that the ledger calls `name` tells the unit at `now`."""
        unit_id, site = key(unit), self.settings.site
        rules = round_rules(self.reporting_round)
        period = parse_period(self.reporting_round.period, rules.period_type)
        due_at = self.chasing.due_of(unit_id).astimezone(site.zone)
        rung = next((rung for rung in self.chasing.rungs_of(unit_id) if rung.name == name), None)
        return DigestPart(
            round_id=key(self.reporting_round),
            unit_id=unit_id,
            unit=unit.name,
            list_slug=self.task_list.slug,
            list_title=self.task_list.title,
            period=period.key,
            period_label=period.label,
            due_at=due_at,
            is_due_on_holiday=not self.chasing.window.calendar.is_workday(due_at.date()),
            is_overdue=now > due_at,
            rung=name,
            planned_at=planned_at,
            tasks=self._tasks(unit_id),
            reason=self._reason(name, due_at, now),
            link=site.link(f"/filing/{self.task_list.slug}/{period.key}"),
            mailbox=rules.mailbox or self.settings.mailbox.address,
            sentence=rung.text if rung else "",
            next_at=self.next_at(unit_id, now, besides=(name,)),
            is_extended=unit_id in self.chasing.later,
            channels=rung.channels if rung else EVERY_CHANNEL,
        )

    def _reason(self, name: str, due_at: datetime, now: datetime) -> str:
        if name == OPENING:
            return self.say(_OPENED)
        if is_by_hand(name):
            return self.say(_BY_HAND, rung=name)
        offset = name.partition("@")[0]
        calendar, today = self.chasing.window.calendar, now.astimezone(due_at.tzinfo).date()
        if now > due_at:
            return self.say(_AFTER, days=calendar.workdays_until(due_at.date(), today), rung=offset)
        if today == due_at.date():
            return self.say(_ON_THE_DAY, rung=offset)
        # Today counts and the due day does not, so that a due day off makes no difference.
        days = calendar.workdays_until(today - timedelta(days=1), due_at.date() - timedelta(days=1))
        return self.say(_BEFORE, days=days, rung=offset)

    def _tasks(self, unit_id: int) -> tuple[OutstandingTask, ...]:
        """What a mail says of each task; of a returned one also why it came back."""
        told = []
        for obligation, task in self.owed.get(unit_id, ()):
            is_returned = obligation.state is ObligationState.RETURNED
            review = self._reviews.get(key(obligation)) if is_returned else None
            remark = review.reason if review else ""
            told.append(OutstandingTask(task.number, task.title, obligation.state.value, remark))
        return tuple(told)


def read_parts(
    session: Session,
    settings: Settings,
    chasing: Chasing,
    task_list: TaskList,
    reporting_round: ReportingRound,
    *,
    unit_ids: Collection[int] | None = None,
) -> RoundParts:
    """Of all units of the round, or of `unit_ids`."""
    owed = outstanding_of(session, reporting_round, unit_ids=unit_ids)
    is_any_returned = any(
        obligation.state is ObligationState.RETURNED for found in owed.values() for obligation, _ in found
    )
    only = next(iter(unit_ids)) if unit_ids is not None and len(unit_ids) == 1 else None
    return RoundParts(
        settings,
        task_list,
        reporting_round,
        chasing,
        owed,
        told_rungs(session, reporting_round, unit_ids=unit_ids),
        reviews_of(session, reporting_round, unit_id=only) if is_any_returned else {},
    )
