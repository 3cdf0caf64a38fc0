"""A reminder in the queue, judged anew before it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.reminding import EVE, at, file, numbers_in, remind, with_ladder
from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.chasing.pause_chasing import pause_chasing
from tracker.actions.chasing.refresh_reminder import Cancelled, Held, Rewritten, refresh_reminder
from tracker.actions.chasing.remind import plan_by_hand, send_reminders
from tracker.actions.chasing.send_due_reminders import send_due_reminders
from tracker.actions.rounds.close_round import close_round, switch_chasing
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.domain.actors import Role, system
from tracker.models import Contact, OutgoingMail, ReportingRound, key

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

LATER = EVE + timedelta(hours=2)
NIGHT = EVE.replace(hour=22)


def mail_to(session: Session, address: str) -> OutgoingMail:
    return session.exec(select(OutgoingMail).where(OutgoingMail.to_address == address)).one()


def refreshed(
    session: Session, settings: Settings, address: str, now: datetime = LATER
) -> Cancelled | Held | Rewritten | None:
    session.flush()
    return refresh_reminder(session, settings, mail_to(session, address), now)


def reminded(session: Session, settings: Settings, now: datetime = EVE) -> Example:
    example = build_example(session, settings)
    remind(session, settings, now)
    return example


def current(session: Session, example: Example) -> ReportingRound:
    return session.get_one(ReportingRound, example.round.id)


def test_a_mail_that_is_still_true_goes_as_it_is(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        reminded(session, settings)
        assert refreshed(session, settings, "a@example.org", EVE) is None
        assert refreshed(session, settings, "a@example.org", LATER) is None


def test_when_all_was_filed_it_is_called_off(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = reminded(session, settings)
        file(session, example, example.county_a, 1, 2)
        assert refreshed(session, settings, "a@example.org") == Cancelled("发出前已全部报送，不再催报")
        # Also at night: there is nothing to wait for.
        assert isinstance(refreshed(session, settings, "a@example.org", NIGHT), Cancelled)


def test_what_was_filed_meanwhile_is_not_asked_for(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = reminded(session, settings)
        file(session, example, example.county_a, 1)
        found = refreshed(session, settings, "a@example.org")
        assert isinstance(found, Rewritten)
        assert found.subject == "【催报】示例任务清单2024年第三季度 1 项未报（10月6日截止）"
        mail = mail_to(session, "a@example.org")
        mail.text = found.text
        assert numbers_in(mail) == ["2"]
        assert "示例任务1" not in found.html


def test_of_two_units_the_one_that_has_filed_leaves_the_mail(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        for unit in (example.county_a, example.county_b):
            session.add(Contact(unit_id=key(unit), name="两县", email="both@example.org", role=Role.FILLER))
        session.flush()
        remind(session, settings, EVE)
        assert "乙县" in mail_to(session, "both@example.org").text
        file(session, example, example.county_b, 1, 2, 3)
        found = refreshed(session, settings, "both@example.org")
        assert isinstance(found, Rewritten)
        assert "乙县" not in found.text
        assert "甲县" in found.text


def test_a_mail_that_waited_over_the_due_day_says_what_is_true_now(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = reminded(session, settings)
        found = refreshed(session, settings, "a@example.org", at(10, 8, 8))
        assert isinstance(found, Rewritten)
        assert "已逾期 1 个工作日" in found.text
        until = at(10, 10).date()
        grant_extension(
            session, COORDINATOR, settings, current(session, example), example.county_a, until, "台风", EVE
        )
        found = refreshed(session, settings, "a@example.org", at(10, 8, 8))
        assert isinstance(found, Rewritten)
        assert "请于2024年10月10日（星期四）23:59前报送。（已延期）" in found.text


@pytest.mark.parametrize("ending", ["closed", "off", "paused"])
def test_it_is_called_off_when_the_round_closes_or_chasing_ends(
    database: Database, settings: Settings, ending: str
) -> None:
    with database.transaction() as session:
        example = reminded(session, settings)
        if ending == "closed":
            close_round(session, COORDINATOR, current(session, example), LATER)
        elif ending == "off":
            switch_chasing(session, COORDINATOR, current(session, example), LATER, is_chasing=False)
        else:
            pause_chasing(session, COORDINATOR, settings, example.county_a, "换人", LATER)
        reasons = {
            "closed": "发出前报送期已关闭",
            "off": "发出前本期催报已关闭",
            "paused": "发出前已暂停催报",
        }
        assert refreshed(session, settings, "a@example.org") == Cancelled(reasons[ending])


def test_what_a_server_held_until_night_waits_for_the_morning(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        reminded(session, settings)
        assert refreshed(session, settings, "a@example.org", NIGHT) == Held(at(10, 8, 8))


def test_a_mail_by_hand_waits_for_nothing_and_stops_for_filing_alone(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        found = current(session, example)
        switch_chasing(session, COORDINATOR, found, OPENED_AT, is_chasing=False)
        pause_chasing(session, COORDINATOR, settings, example.county_a, "换人", OPENED_AT)
        plan = plan_by_hand(session, settings, example.task_list, found, NIGHT)
        assert send_reminders(session, COORDINATOR, settings, plan) == 3
        assert refreshed(session, settings, "a@example.org", NIGHT) is None
        file(session, example, example.county_a, 1, 2)
        assert isinstance(refreshed(session, settings, "a@example.org", NIGHT), Cancelled)


@pytest.mark.parametrize("has_rung", [True, False])
def test_an_opening_by_hand_of_a_round_opened_late_goes_out_at_any_hour(
    database: Database, settings: Settings, has_rung: bool
) -> None:
    night = at(10, 21, 22)
    with database.transaction() as session:
        example = build_example(session, settings, now=at(10, 21, 10))
        with_ladder(session, example, ["open", -1] if has_rung else [-1])
        found = current(session, example)
        plan = plan_by_hand(session, settings, example.task_list, found, night, is_opening=True)
        assert send_reminders(session, COORDINATOR, settings, plan) == 3
        assert refreshed(session, settings, "a@example.org", night) is None
        file(session, example, example.county_a, 1, 2, now=night)
        assert isinstance(refreshed(session, settings, "a@example.org", night), Cancelled)


def test_an_opening_of_the_ladder_waits_for_the_morning(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings, now=at(9, 13))
        with_ladder(session, example, ["open", -1])
        remind(session, settings, at(9, 13, 9))
        assert refreshed(session, settings, "a@example.org", at(9, 13, 19)) == Held(at(9, 14, 8))


def test_an_opening_keeps_its_kind_and_says_that_a_form_is_attached(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings, now=at(9, 13))
        with_ladder(session, example, ["open", -1])
    send_due_reminders(database, system("test"), settings, at(9, 13, 9))
    with database.transaction() as session:
        assert refreshed(session, settings, "a@example.org", at(9, 13, 9)) is None
        file(session, example, example.county_a, 2)
        found = refreshed(session, settings, "a@example.org", at(9, 13, 9))
    assert isinstance(found, Rewritten)
    assert found.subject == "【报送通知】示例任务清单2024年第三季度 1 项待报（10月6日截止）"
    assert "附件是报送表" in found.text


def test_a_mail_that_carries_no_reminder_is_left_alone(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        reminded(session, settings)
        other = mail_to(session, "a@example.org")
        copied = OutgoingMail(
            **other.model_dump(exclude={"id", "cause", "message_id"}), cause="other", message_id="<other@x>"
        )
        session.add(copied)
        session.flush()
        assert refresh_reminder(session, settings, copied, NIGHT) is None
