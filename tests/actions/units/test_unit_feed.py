"""The feed of a unit's due days: what it holds, and who gets at it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from tests.example import COORDINATOR, OPENED_AT, SHANGHAI, Example, build_example
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.actions.units.unit_feed import feed_address, read_feed, renew_feed
from tracker.domain.actors import Actor, Role
from tracker.errors import ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit


def token_of(session: Session, settings: Settings, unit: OrgUnit) -> str:
    return feed_address(session, settings, unit).rpartition("/")[2].removesuffix(".ics")


def feed(session: Session, settings: Settings, unit: OrgUnit, now: datetime = OPENED_AT) -> str:
    if not unit.feed_serial:
        renew_feed(session, COORDINATOR, unit, now)
    return read_feed(session, settings, token_of(session, settings, unit), now).decode()


def days(content: str) -> dict[str, date]:
    """The due day by summary."""
    book: Any = Calendar.from_ical(content)
    return {str(event["summary"]): event.decoded("dtstart") for event in book.walk("VEVENT")}


def test_it_holds_the_open_round_and_those_to_come(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        found = days(feed(session, settings, example.county_a))
    assert found == {
        "示例任务清单 2024年第三季度报送截止（甲县）": date(2024, 10, 6),
        "示例任务清单 2024年第四季度报送截止（甲县）": date(2025, 1, 6),
    }


def test_an_extension_moves_the_day_of_its_unit_only(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        until = date(2024, 10, 12)
        grant_extension(
            session, COORDINATOR, settings, example.round, example.county_a, until, "受灾", OPENED_AT
        )
        assert date(2024, 10, 12) in days(feed(session, settings, example.county_a)).values()
        assert date(2024, 10, 6) in days(feed(session, settings, example.county_b)).values()


def test_nothing_but_dates_and_nothing_of_others(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        content = feed(session, settings, example.county_a).replace("\r\n ", "")
    for other in ("乙县", "市示例局", "示例任务1", "具体内容", "联系人", "example.org/"):
        assert other not in content


def test_a_closed_round_is_gone(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        close_round(session, COORDINATOR, example.round, datetime(2024, 10, 20, tzinfo=SHANGHAI))
        found = days(feed(session, settings, example.county_a))
    assert list(found.values()) == [date(2025, 1, 6)]


def test_a_new_address_ends_the_old_one(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        unit = example.county_a
        assert feed_address(session, settings, unit) == ""
        renew_feed(session, example.filer(unit), unit, OPENED_AT)
        old = token_of(session, settings, unit)
        renew_feed(session, example.filer(unit), unit, OPENED_AT)
        assert read_feed(session, settings, token_of(session, settings, unit), OPENED_AT)
        with pytest.raises(NotFoundError):
            read_feed(session, settings, old, OPENED_AT)


def forged(example: Example, token: str) -> list[str]:
    unit, serial, signature = token.split("-")
    return [
        f"{example.county_b.id}-{serial}-{signature}",
        f"{unit}-2-{signature}",
        f"0{unit}-{serial}-{signature}",
        f"{unit}-{serial}-{'0' * 64}",
        f"{unit}-{serial}-",
        f"{unit}-{serial}-{signature}\n",
        f"٣-{serial}-{signature}",
        "999999999-1-" + signature,
        "",
        "..",
    ]


def test_a_forged_address_finds_nothing(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(NotFoundError):
            read_feed(session, settings, f"1-1-{'0' * 64}", OPENED_AT)
        renew_feed(session, COORDINATOR, example.county_b, OPENED_AT)
        renew_feed(session, COORDINATOR, example.county_a, OPENED_AT)
        for token in forged(example, token_of(session, settings, example.county_a)):
            with pytest.raises(NotFoundError):
                read_feed(session, settings, token, OPENED_AT)


def test_only_its_own_people_and_the_office_renew_it(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(NotFoundError):
            renew_feed(session, example.filer(example.county_b), example.county_a, OPENED_AT)
        assert example.county_a.feed_serial == 0
        leader = Actor(role=Role.LEADER, label="领导", via="test")
        with pytest.raises(ForbiddenError):
            renew_feed(session, leader, example.county_a, OPENED_AT)
