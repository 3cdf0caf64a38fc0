"""Whatever the ladder, the calendar and the units do: the promises of reminding hold in every sweep."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select

from tests.actions.reminding import at, file, numbers_in, send_back, with_ladder
from tests.example import COORDINATOR, SHANGHAI, Example, build_example
from tracker.actions.chasing.pause_chasing import pause_chasing
from tracker.actions.chasing.remind import plan_reminders, send_reminders
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.domain.actors import Role, system
from tracker.domain.states import OUTSTANDING, ObligationState
from tracker.models import (
    CalendarDay,
    Contact,
    Obligation,
    OutgoingMail,
    Reminder,
    ReminderMail,
    ReportingRound,
    Task,
    key,
)
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database

FROM, UNTIL = at(9, 15), at(10, 12, 23)
_DAYS = [(FROM + timedelta(days=n)).date() for n in range(30)]

ladders = st.lists(
    st.sampled_from(("open", -10, -7, -5, -3, -1, 0, 1, 2, 3)), unique=True, min_size=1, max_size=6
)
moments = st.integers(0, int((UNTIL - FROM).total_seconds() // 60)).map(lambda n: FROM + timedelta(minutes=n))
# What happens: a unit (by place) files a task, has one returned, gets more time, or is left in peace.
events = st.lists(
    st.tuples(moments, st.sampled_from(("file", "file", "return", "extend", "pause")), st.integers(0, 2),
              st.integers(1, 3)),
    min_size=2,
    max_size=10,
)  # fmt: skip
days_off = st.frozensets(st.sampled_from(_DAYS), max_size=8)
hours = st.tuples(st.integers(0, 20), st.integers(1, 12)).map(
    lambda t: (time(t[0]), time(min(t[0] + t[1], 23)))
)


class Round:
    """One round lived through, sweep by sweep, in a transaction that is rolled back at the end."""

    def __init__(self, session: Session, settings: Settings, ladder: list[Any]) -> None:
        self.session, self.settings = session, settings
        self.example: Example = build_example(session, settings)
        with_ladder(session, self.example, ladder)
        units = (self.example.bureau, self.example.county_a, self.example.county_b)
        self.units = {key(unit): unit for unit in units}
        # One person for all units, in other letters, and a leader who fills in for another county.
        for unit, email, role in (
            (units[0], "b@example.org", Role.FILLER),
            (units[1], "B@Example.org", Role.LEADER),
        ):
            session.add(Contact(unit_id=key(unit), name="同一人", email=email, role=role))
        session.flush()
        self.round = session.get_one(ReportingRound, self.example.round.id)
        self.paused: dict[int, tuple[datetime, date]] = {}
        self.due = dict.fromkeys(self.units, self.round.due_at)

    def do(self, now: datetime, what: str, place: int, number: int) -> None:
        unit = list(self.units.values())[place]
        owed = self.owed(key(unit))
        if what == "file":
            if number in owed:
                file(self.session, self.example, unit, number, now=now)
        elif what == "return":
            if owed.get(number) is ObligationState.SUBMITTED:
                send_back(self.session, self.example, unit, number, now)
        elif what == "extend":
            until = date(2024, 10, 6) + timedelta(days=number)
            extended = grant_extension(
                self.session, COORDINATOR, self.settings, self.round, unit, until, "理由", now
            )
            self.due[key(unit)] = extended.due_at
        else:
            last_on = now.astimezone(SHANGHAI).date() + timedelta(days=3 * number)
            pause_chasing(self.session, COORDINATOR, self.settings, unit, "理由", now, last_on=last_on)
            before = self.paused.get(key(unit), (now, last_on))
            self.paused[key(unit)] = (min(before[0], now), max(before[1], last_on))
        self.session.flush()

    def owed(self, unit_id: int) -> dict[int, ObligationState]:
        """State by task number."""
        rows = self.session.exec(
            select(Task.number, Obligation.state)
            .join(Obligation, col(Obligation.task_id) == col(Task.id))
            .where(Obligation.unit_id == unit_id)
        )
        return {int(number): ObligationState(state) for number, state in rows}

    def sweep(self, now: datetime) -> list[OutgoingMail]:
        """The new mails."""
        before = len(self.session.exec(select(OutgoingMail.id)).all())
        plan = plan_reminders(self.session, self.settings, now)
        sent = send_reminders(self.session, system("test"), self.settings, plan)
        self.session.flush()
        mails = self.session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()[before:]
        assert len(mails) == sent
        return list(mails)


@hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(ladders, events, days_off, hours, st.lists(moments, max_size=12), st.integers(0, 23))
def test_never_off_hours_never_after_filing_never_twice_and_one_mail_a_person(
    sqlite_database: Database,
    settings: Settings,
    ladder: list[Any],
    happening: list[tuple[datetime, str, int, int]],
    free: frozenset[date],
    window: tuple[time, time],
    sweeps: list[datetime],
    remind_hour: int,
) -> None:
    jobs = {"send_from": window[0], "send_until": window[1], "remind_at": time(remind_hour)}
    current = settings.model_copy(update={"jobs": settings.jobs.model_copy(update=jobs)})
    connection = sqlite_database.engine.connect().execution_options(is_writer=True)
    with connection, Session(connection, expire_on_commit=False) as session:
        lived = Round(session, current, ladder)
        for day in free:
            session.exec(delete(CalendarDay).where(col(CalendarDay.day) == day))
            session.add(CalendarDay(day=day, is_workday=False, name="示例"))
        session.flush()
        calendar = work_calendar(session)
        waiting = sorted(happening, key=lambda event: event[0])
        opening = timedelta(hours=window[0].hour)
        daily = {FROM + timedelta(days=n, minutes=n) + opening for n in range((UNTIL - FROM).days)}
        for now in sorted({*sweeps, *daily}):
            while waiting and waiting[0][0] <= now:
                lived.do(*waiting.pop(0))
            mails = lived.sweep(now)
            if not mails:
                continue
            local = now.astimezone(SHANGHAI)
            assert calendar.is_workday(local.date())
            assert window[0] <= local.time() < window[1]
            people = Counter(mail.to_address.casefold() for mail in mails)
            assert max(people.values()) == 1
            assert lived.sweep(now) == []
            for mail in mails:
                rows = session.exec(
                    select(Reminder)
                    .join(ReminderMail, col(ReminderMail.reminder_id) == col(Reminder.id))
                    .where(ReminderMail.mail_id == mail.id)
                    .order_by(col(Reminder.id))
                ).all()
                named = []
                for row in rows:
                    outstanding = [
                        str(number)
                        for number, state in lived.owed(row.unit_id).items()
                        if state in OUTSTANDING
                    ]
                    assert outstanding, "reminded after filing"
                    assert row.outstanding == len(outstanding)
                    named += outstanding
                    since, last_on = lived.paused.get(row.unit_id, (UNTIL, FROM.date()))
                    assert not since <= now or local.date() > last_on, "reminded in a pause"
                    assert ("已逾期" in mail.text) >= (now > lived.due[row.unit_id]) or row.rung == "open"
                assert sorted(numbers_in(mail)) == sorted(named)
        rungs = session.exec(select(Reminder.unit_id, Reminder.rung)).all()
        assert len(set(rungs)) == len(rungs)
        session.rollback()
