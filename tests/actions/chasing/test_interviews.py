"""约谈: the draft that the coordinators get when every reminder was in vain."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tests.actions.reminding import FIRST_AFTER, at, file, remind, send_back, with_ladder
from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.chasing.interviews import interviews_of, tell_interviews
from tracker.actions.chasing.move_rung import move_rung
from tracker.actions.chasing.pause_chasing import pause_chasing
from tracker.actions.chasing.remind import plan_by_hand, send_reminders
from tracker.actions.rounds.close_round import close_round, switch_chasing
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Role
from tracker.models import Contact, MailState, OutgoingMail, ReportingRound, TaskList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.mail.digest import Interviews

THIRD_AFTER = at(10, 10, 9)


def current(session: Session, example: Example) -> ReportingRound:
    return session.get_one(ReportingRound, example.round.id)


def draft(session: Session, settings: Settings, example: Example) -> Interviews:
    session.flush()
    return interviews_of(session, settings, example.task_list, current(session, example), THIRD_AFTER)


def interview_mails(session: Session) -> Sequence[OutgoingMail]:
    return session.exec(
        select(OutgoingMail).where(OutgoingMail.kind == "interviews").order_by(col(OutgoingMail.id))
    ).all()


def test_the_coordinators_are_told_once_when_the_ladder_has_come_to_them(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.bureau, 1, 2, 3)
        file(session, example, example.county_b, 1)
        for moment in (at(9, 18, 9), at(9, 25, 9), FIRST_AFTER):
            remind(session, settings, moment)
        assert tell_interviews(session, settings, THIRD_AFTER - timedelta(minutes=1)) == 0
        remind(session, settings, THIRD_AFTER)
        session.flush()
        assert tell_interviews(session, settings, THIRD_AFTER) == 1
    with database.transaction() as session:
        assert tell_interviews(session, settings, THIRD_AFTER + timedelta(hours=1)) == 0
        (mail,) = interview_mails(session)
        assert current(session, example).interviews_told_at == THIRD_AFTER
    assert mail.to_address == "office@example.org"
    assert mail.subject == "【约谈名单草稿】示例任务清单2024年第三季度 2 个单位催报后仍未报"
    for words in (mail.text, mail.html):
        assert "草稿，只发给统筹人" in words
        assert "http://127.0.0.1:8000/rounds/example/2024Q3/interviews" in words
        assert "市示例局联系人" not in words
    assert "甲县：应报 2 项，未报 2 项（第 1、2 项）\n  已催报 4 次。此前没有报送记录。" in mail.text
    assert "乙县：应报 3 项，未报 2 项（第 2、3 项）" in mail.text
    assert "联系人：甲县联系人 <a@example.org>" in mail.text


def test_it_waits_for_office_hours_and_for_somebody_to_tell(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        build_example(session, settings)
        contact = session.exec(select(Contact).where(Contact.role == Role.COORDINATOR)).one()
        contact.role = Role.LEADER
        session.add(contact)
        session.flush()
        assert tell_interviews(session, settings, THIRD_AFTER) == 0
        contact.role = Role.COORDINATOR
        session.add(contact)
        session.flush()
        assert tell_interviews(session, settings, THIRD_AFTER.replace(hour=20)) == 0
        assert tell_interviews(session, settings, at(10, 11, 8)) == 1


def test_nobody_to_speak_to_is_no_mail(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        for unit, numbers in ((example.bureau, (1, 2, 3)), (example.county_a, (1, 2))):
            file(session, example, unit, *numbers)
        file(session, example, example.county_b, 1, 2, 3, now=at(10, 9))
        # What was filed and sent back is not missing.
        send_back(session, example, example.county_a, 1, at(10, 9))
        assert draft(session, settings, example).units == ()
        assert tell_interviews(session, settings, THIRD_AFTER) == 0
        assert current(session, example).interviews_told_at is None


def test_a_round_that_is_not_chased_or_closed_is_not_told_of(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        switch_chasing(session, COORDINATOR, current(session, example), OPENED_AT, is_chasing=False)
        session.flush()
        assert tell_interviews(session, settings, THIRD_AFTER) == 0
        switch_chasing(session, COORDINATOR, current(session, example), OPENED_AT, is_chasing=True)
        close_round(session, COORDINATOR, current(session, example), OPENED_AT)
        session.flush()
        assert tell_interviews(session, settings, THIRD_AFTER) == 0


def test_a_ladder_without_the_coordinator_brings_none_and_a_moved_rung_later(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        with_ladder(session, example, [-1, {"offset": 3, "audience": ["filler", "leader"]}])
        assert tell_interviews(session, settings, THIRD_AFTER) == 0
        with_ladder(session, example, [-1, 1, 3])
        found = current(session, example)
        move_rung(session, COORDINATOR, settings, found, "3", date(2024, 10, 11), "会期", OPENED_AT)
        assert tell_interviews(session, settings, THIRD_AFTER) == 0
        assert tell_interviews(session, settings, at(10, 11, 9)) == 1


def test_an_extended_unit_is_not_on_it_until_its_own_day_has_passed(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        found = current(session, example)
        until = date(2024, 10, 11)
        grant_extension(session, COORDINATOR, settings, found, example.county_a, until, "防汛", OPENED_AT)
        pause_chasing(session, COORDINATOR, settings, example.county_b, "换人", OPENED_AT)
        units = {unit.unit: unit.remark for unit in draft(session, settings, example).units}
        assert units == {"市示例局": "", "乙县": "已暂停催报：换人"}
        later = interviews_of(session, settings, example.task_list, found, at(10, 12))
        assert "甲县" in {unit.unit for unit in later.units}


def test_reminders_are_counted_without_openings_and_what_was_called_off(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        found = current(session, example)
        for is_opening in (True, False, False):
            plan = plan_by_hand(session, settings, example.task_list, found, OPENED_AT, is_opening=is_opening)
            send_reminders(session, COORDINATOR, settings, plan)
            session.flush()
        last = session.exec(
            select(OutgoingMail)
            .where(OutgoingMail.to_address == "a@example.org")
            .order_by(col(OutgoingMail.id).desc())
        ).first()
        assert last is not None
        last.state = MailState.CANCELLED
        session.add(last)
        counts = {unit.unit: unit.reminders for unit in draft(session, settings, example).units}
    assert counts == {"市示例局": 2, "甲县": 1, "乙县": 2}


def test_repeated_lateness_is_counted_over_the_last_rounds_of_the_list(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        task_list = session.get_one(TaskList, example.task_list.id)
        numbers = {
            "2023Q4": (),
            "2024Q1": ((example.county_a, at(4, 3)), (example.county_b, at(4, 8))),
            "2024Q2": ((example.county_a, at(7, 8)), (example.county_b, at(7, 8))),
        }
        task_list.first_period = "2023Q1"
        session.add(task_list)
        for period, filed in numbers.items():
            earlier = open_round(session, COORDINATOR, settings, task_list, period, at(1, 2))
            for unit, moment in filed:
                whole = Example(
                    task_list, earlier, example.bureau, example.county_a, example.county_b, example.tasks
                )
                owed = (1, 2) if unit is example.county_a else (1, 2, 3)
                file(session, whole, unit, *owed, now=moment)
        found = {unit.unit: unit for unit in draft(session, settings, example).units}
    assert {name: (unit.rounds, unit.late, unit.missing) for name, unit in found.items()} == {
        "市示例局": (3, 0, 3),
        "甲县": (3, 1, 1),
        "乙县": (3, 2, 1),
    }
    # Who owes most stands first.
    assert list(found) == ["市示例局", "乙县", "甲县"]
