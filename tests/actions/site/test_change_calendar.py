"""The calendar of working days is changed by a notice, by a day, and by taking a year away."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, delete, select

from tests.domain.notices import AMENDMENT_2019, NOTICES, NUMBERS
from tests.example import COORDINATOR, SHANGHAI
from tracker.actions.site.change_calendar import plan_day, plan_forgetting, plan_notice, store_change
from tracker.actions.site.prepare_database import seed_calendar
from tracker.domain.actors import Actor, Role
from tracker.domain.notice import read_notice
from tracker.errors import BlockingProblemsError, ForbiddenError, UnknownCalendarYearError
from tracker.models import CalendarDay, CalendarYear
from tracker.store.workdays import calendar_year, work_calendar

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.calendar_change import CalendarChange
    from tracker.domain.workdays import WorkCalendar

ADMINISTRATOR = Actor(role=Role.ADMINISTRATOR, label="管理员甲", via="test")
NOW = datetime(2025, 11, 5, 9, 30, tzinfo=SHANGHAI)
# A notice as it might come: its New Year's days begin in the December before.
NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：2026年12月31日（周四）至2027年1月3日（周日）放假调休，共4天。2027年1月9日（周六）上班。
二、春节：2月5日至11日放假调休，共7天。三、清明节：4月5日（周一）放假，与周末连休。
四、劳动节：5月1日至5日放假调休，共5天。五、端午节：6月9日放假1天。
六、中秋节：9月15日放假1天。七、国庆节：10月1日至7日放假调休，共7天。10月9日（周六）上班。"""


def seeded(session: Session) -> None:
    seed_calendar(session)
    session.flush()


def store(session: Session, settings: Settings, change: CalendarChange) -> None:
    store_change(session, ADMINISTRATOR, settings, change, NOW)
    session.flush()


def days(calendar: WorkCalendar) -> tuple[frozenset[date], frozenset[date], frozenset[int]]:
    return calendar.days_off, calendar.extra_workdays, calendar.known_years


def source(session: Session, year: int) -> list[str]:
    found = calendar_year(session, year)
    return found.source.split("\n") if found else []


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025, 2026])
def test_the_notice_of_a_packaged_year_changes_nothing(
    sqlite_database: Database, settings: Settings, year: int
) -> None:
    with sqlite_database.transaction() as session:
        seeded(session)
        before = work_calendar(session)
        change = plan_notice(session, settings, read_notice(NOTICES[year]))
        assert change.differences == ()
        assert days(change.applied_to(before)) == days(before)
        store(session, settings, change)
        assert days(work_calendar(session)) == days(before)
        assert source(session, year) == [
            "chinesecalendar",
            f"2025-11-05 09:30 管理员甲：按国务院办公厅通知登记 {NUMBERS[year]}",
        ]


def test_a_new_years_notice_makes_it_known_and_what_was_planned_is_what_is_stored(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        seeded(session)
        before = work_calendar(session)
        assert before.is_provisional(date(2027, 1, 1))
        change = plan_notice(session, settings, read_notice(NOTICE_2027))
        differences = {(found.day, found.is_workday, found.name) for found in change.differences}
        assert (date(2026, 12, 31), False, "元旦") in differences
        assert (date(2027, 10, 9), True, "国庆节") in differences
        assert (date(2027, 10, 2), False, "国庆节") not in differences  # a Saturday anyway
        planned = change.applied_to(before)
        store(session, settings, change)
    with database.reading() as session:
        stored = work_calendar(session)
        assert source(session, 2027) == ["2025-11-05 09:30 管理员甲：按国务院办公厅通知登记"]
    assert days(stored) == days(planned)
    assert not stored.is_provisional(date(2027, 12, 31))
    assert not stored.is_workday(date(2026, 12, 31))
    assert stored.is_workday(date(2027, 1, 9))


def test_a_year_taken_away_is_provisional_and_leaves_nothing_behind(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        seeded(session)
        before = work_calendar(session)
        store(session, settings, plan_notice(session, settings, read_notice(NOTICE_2027)))
        change = plan_forgetting(session, 2027)
        store(session, settings, change)
        assert days(work_calendar(session)) == days(before)
        with pytest.raises(UnknownCalendarYearError):
            plan_forgetting(session, 2027)


def test_a_notice_read_again_replaces_what_the_first_one_said(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        seeded(session)
        store(session, settings, plan_notice(session, settings, read_notice(NOTICE_2027)))
        corrected = NOTICE_2027.replace("9月15日放假1天", "9月15日至17日放假调休")
        change = plan_notice(session, settings, read_notice(corrected))
        assert [found.day for found in change.differences] == [date(2027, 9, 16), date(2027, 9, 17)]
        store(session, settings, change)
        assert not work_calendar(session).is_workday(date(2027, 9, 16))
        assert len(source(session, 2027)) == 2


def test_an_amendment_changes_its_festival_only(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        amendment = read_notice(AMENDMENT_2019)
        with pytest.raises(UnknownCalendarYearError):
            plan_notice(session, settings, amendment)
        store(session, settings, plan_notice(session, settings, read_notice(NOTICES[2019])))
        change = plan_notice(session, settings, amendment)
        assert [(found.day.day, found.is_workday) for found in change.differences] == [
            (28, True),
            (2, False),
            (3, False),
            (5, True),
        ]
        store(session, settings, change)
        amended = work_calendar(session)
        assert amended.is_workday(date(2019, 10, 12))
        assert source(session, 2019)[-1].endswith("按国务院办公厅通知调整劳动节 国办发明电〔2019〕3号")


def test_single_days_are_set_and_set_back(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        seeded(session)
        before = work_calendar(session)
        friday, saturday = date(2026, 4, 3), date(2026, 4, 11)
        store(session, settings, plan_day(session, settings, friday, is_workday=False, name="示例放假"))
        store(session, settings, plan_day(session, settings, saturday, is_workday=True))
        changed = work_calendar(session)
        assert not changed.is_workday(friday)
        assert changed.is_workday(saturday)
        store(session, settings, plan_day(session, settings, friday, is_workday=True))
        store(session, settings, plan_day(session, settings, saturday, is_workday=False))
        assert days(work_calendar(session)) == days(before)
        assert [line.partition("：")[2] for line in source(session, 2026)[1:]] == [
            "2026-04-03 改为放假",
            "2026-04-11 改为上班",
            "2026-04-03 改为上班",
            "2026-04-11 改为放假",
        ]


def test_a_new_years_day_in_december_is_set_back_with_the_year_it_belongs_to(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        seeded(session)
        store(session, settings, plan_notice(session, settings, read_notice(NOTICE_2027)))
        change = plan_day(session, settings, date(2026, 12, 31), is_workday=True)
        assert change.year == 2027
        store(session, settings, change)
        assert work_calendar(session).is_workday(date(2026, 12, 31))


def test_a_day_of_an_unknown_year_is_refused(sqlite_database: Database, settings: Settings) -> None:
    """Else the year would be half known, and its packaged days could not be added later."""
    with sqlite_database.reading() as session, pytest.raises(UnknownCalendarYearError):
        plan_day(session, settings, date(2030, 5, 1), is_workday=False)


def test_a_notice_with_problems_is_not_planned(sqlite_database: Database, settings: Settings) -> None:
    wrong = read_notice(NOTICES[2026].replace("共9天", "共8天"))
    with sqlite_database.reading() as session, pytest.raises(BlockingProblemsError, match="数下来是 9 天"):
        plan_notice(session, settings, wrong)


def test_only_administrators_change_the_calendar(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        change = plan_notice(session, settings, read_notice(NOTICES[2026]))
        with pytest.raises(ForbiddenError):
            store_change(session, COORDINATOR, settings, change, NOW)
        assert session.exec(select(CalendarYear)).all() == []


def test_the_package_can_be_added_around_days_that_were_loaded(
    database: Database, settings: Settings
) -> None:
    """The notice of 2019 has days in December 2018: they are there when 2018 is seeded."""
    with database.transaction() as session:
        store(session, settings, plan_notice(session, settings, read_notice(NOTICES[2019])))
        seeded(session)
        found = work_calendar(session)
        assert not found.is_workday(date(2018, 12, 31))
        assert found.is_workday(date(2018, 12, 29))
        # And the other way round: the year is there, its packaged New Year's days lie in the year before.
        session.exec(delete(CalendarDay).where(col(CalendarDay.day) >= date(2018, 12, 29)))
        session.exec(delete(CalendarYear).where(col(CalendarYear.year) >= 2019))
    with database.transaction() as session:
        seeded(session)
        assert not work_calendar(session).is_workday(date(2018, 12, 31))


def test_the_fingerprint_of_a_preview_goes_stale(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        seeded(session)
        notice = read_notice(NOTICE_2027)
        previewed = plan_notice(session, settings, notice)
        assert plan_notice(session, settings, notice).fingerprint == previewed.fingerprint
        store(session, settings, previewed)
        assert plan_notice(session, settings, notice).fingerprint != previewed.fingerprint
