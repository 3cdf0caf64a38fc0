"""A year run through the real jobs: every mail that goes out is one that the calendar of the list had announced."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import SHANGHAI
from tests.trials.year import OFFICE, Told, files, live, mails, staged
from tracker.actions.chasing.read_chasing import send_window
from tracker.domain.year_plan import EventKind
from tracker.mail.document_message import PREVIEW
from tracker.models import OutgoingMail, ReportingRound

if TYPE_CHECKING:
    from tests.trials.year import Year
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.year_plan import PlannedEvent

_UPWARD = {
    EventKind.MISSING: "missing_units",
    EventKind.INTERVIEWS: "interviews",
    EventKind.REPORT: "round_closed",
}


def announced(year: Year) -> set[Told]:
    """What the plan of New Year's Day says will be told, given when each unit filed its last text."""
    found = set()
    for planned in year.plan:
        period = planned.period.key
        owing = {unit for unit in year.units if (period, unit) in year.filed or (period, unit) in year.silent}
        for event in planned.events:
            if not year.starts_at <= event.at < year.ends_at:
                continue
            if event.kind in _UPWARD:
                found |= _told_upward(year, event, period, owing)
            elif event.rung:
                kind = "round_opened" if event.rung.is_opening else "reminder"
                found |= {
                    Told(event.at, kind, year.units[unit], period, event.rung.name)
                    for unit in owing
                    if year.owes(period, unit, event.at)
                }
    return found


def _told_upward(year: Year, event: PlannedEvent, period: str, owing: set[int]) -> set[Told]:
    # Whom to speak to is told only where there is anybody.
    if event.kind is EventKind.INTERVIEWS and not any(year.owes(period, unit, event.at) for unit in owing):
        return set()
    told = {Told(event.at, _UPWARD[event.kind], OFFICE, period)}
    if event.kind is EventKind.MISSING:
        told.add(Told(event.at, PREVIEW, OFFICE, period))
    # The list goes to the end of the year: its first half is summed up when the second quarter is closed.
    if event.kind is EventKind.REPORT and period == f"{year.year}Q2":
        told.add(Told(event.at, PREVIEW, OFFICE, f"{year.year}H1"))
    return told


def check(year: Year) -> None:
    told = mails(year)
    assert Counter(told) == Counter(announced(year)), "what went out is not what was announced"
    with year.database.reading() as session:
        window = send_window(session, year.settings)
        rounds = {found.period: found for found in session.exec(select(ReportingRound))}
        ids = [mail.message_id for mail in session.exec(select(OutgoingMail)) if mail.sent_at]
    assert sorted(files(year)) == sorted(ids)
    for mail in told:
        assert window.calendar.is_workday(mail.at.date()), f"on a day off: {mail}"
        assert window.is_open(mail.at), f"outside the hours: {mail}"
    _check_last_before_the_holiday(year, told)
    _check_openings_and_closings(year, rounds)


def _check_last_before_the_holiday(year: Year, told: list[Told]) -> None:
    """Due on 6 October, in the holiday: the last reminder comes on the last working day before it begins."""
    due_at = datetime(year.year, 10, 6, 23, 59, 59, tzinfo=SHANGHAI)
    period = f"{year.year}Q3"
    before = [mail for mail in told if mail.period == period and mail.at <= due_at]
    assert max(mail.at for mail in before).date() == date(year.year, 9, 30)
    # Whoever owes anything on that day is reached: also who files only on the due day itself.
    owing = {address for unit, address in year.units.items() if year.owes(period, unit, before[-1].at)}
    assert owing
    assert {mail.to for mail in before if mail.at.date() == date(year.year, 9, 30)} == owing


def _check_openings_and_closings(year: Year, rounds: dict[str, ReportingRound]) -> None:
    for planned in year.plan:
        opened = rounds.pop(planned.period.key)
        (opening,) = [event.at for event in planned.events if event.kind is EventKind.OPENING]
        (closing,) = [event.at for event in planned.events if event.kind is EventKind.CLOSING]
        assert opened.opened_at == opening
        if closing >= year.ends_at:
            assert opened.closed_at is None
        else:
            # At midnight, the first sweep after its last second.
            assert opened.closed_at == closing + timedelta(seconds=1)
    assert rounds == {}


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_year_of_a_small_list_goes_as_announced(
    sqlite_database: Database, settings: Settings, year: int
) -> None:
    lived = staged(sqlite_database, settings, year, is_whole=False, seed=year)
    live(lived)
    check(lived)


@pytest.mark.trial
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("year", [2024, 2026])
def test_a_year_of_the_whole_list_goes_as_announced(
    sqlite_database: Database, settings: Settings, year: int, seed: int
) -> None:
    """70 tasks, 1,215 texts a round: `make trial-year`."""
    lived = staged(sqlite_database, settings, year, is_whole=True, seed=seed)
    live(lived)
    check(lived)
