"""Reminders around 6 October 2024: who is told what, when, and once."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, SHANGHAI, Example, build_example
from tracker.actions.chasing.remind import ReminderPlan, plan_by_hand, plan_reminders, send_reminders
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.review.review_update import exempt, review_update
from tracker.actions.rounds.close_round import close_round, switch_chasing
from tracker.domain.actors import Actor, Role
from tracker.domain.rules import ReportingRules
from tracker.errors import ForbiddenError, RoundClosedError
from tracker.models import (
    Contact,
    Obligation,
    OrgUnit,
    OutgoingMail,
    Reminder,
    ReminderMail,
    ReviewOutcome,
    key,
)

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

# The working day before the holiday week, at the moment of the last rung before the due day.
EVE = datetime(2024, 9, 30, 9, tzinfo=SHANGHAI)
FIRST_AFTER = datetime(2024, 10, 8, 9, tzinfo=SHANGHAI)
EVERYBODY = {
    "bureau@example.org": [("市示例局", "-1", ["1", "2", "3"])],
    "a@example.org": [("甲县", "-1", ["1", "2"])],
    "b@example.org": [("乙县", "-1", ["1", "2", "3"])],
}


def told(plan: ReminderPlan) -> dict[str, list[tuple[str, str, list[str]]]]:
    """Unit, rung and task numbers by address."""
    assert len({digest.to_address for digest in plan.digests}) == len(plan.digests)
    return {
        digest.to_address: [
            (part.unit, part.rung, [task.number for task in part.tasks]) for part in digest.parts
        ]
        for digest in plan.digests
    }


def file(session: Session, example: Example, unit: OrgUnit, *numbers: int) -> None:
    filings = [Filing(example.tasks[number - 1], f"{unit.name}已完成") for number in numbers]
    outcome = submit(session, example.filer(unit), example.round, unit, filings, OPENED_AT)
    assert outcome.refused == ()
    session.flush()


def obligation(session: Session, example: Example, unit: OrgUnit, number: int) -> Obligation:
    task = example.tasks[number - 1]
    return session.exec(
        select(Obligation).where(Obligation.task_id == task.id, Obligation.unit_id == unit.id)
    ).one()


def remind(session: Session, settings: Settings, now: datetime) -> int:
    return send_reminders(session, COORDINATOR, settings, plan_reminders(session, settings, now))


def numbers_in(mail: OutgoingMail) -> list[str]:
    return re.findall(r"^ +第 (\S+) 项　", mail.text, re.MULTILINE)


def test_on_the_eve_of_the_holiday_each_contact_is_told_exactly_what_is_outstanding(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_a, 1)
        file(session, example, example.bureau, 1, 2, 3)
        plan = plan_reminders(session, settings, EVE)
        assert send_reminders(session, COORDINATOR, settings, plan) == 2
    assert told(plan) == {
        "a@example.org": [("甲县", "-1", ["2"])],
        "b@example.org": [("乙县", "-1", ["1", "2", "3"])],
    }
    assert [(skip.unit, skip.reason) for skip in plan.skipped] == [("市示例局", "本期已全部报送，不再催报")]
    with database.reading() as session:
        mails = {mail.to_address: mail for mail in session.exec(select(OutgoingMail))}
    assert {address: numbers_in(mail) for address, mail in mails.items()} == {
        "a@example.org": ["2"],
        "b@example.org": ["1", "2", "3"],
    }
    text = mails["a@example.org"].text
    assert "甲县" in text
    assert "乙县" not in text
    assert "2024年10月6日（星期日）23:59" in text
    assert "节假日" in text
    assert mails["a@example.org"].next_attempt_at == EVE


@pytest.mark.parametrize(
    ("moment", "rung", "reason"),
    [
        (datetime(2024, 9, 18, 9, tzinfo=SHANGHAI), "-10", "距截止还有 10 个工作日（第 -10 档）"),
        (datetime(2024, 9, 25, 8, 59, tzinfo=SHANGHAI), "-10", "距截止还有 5 个工作日（第 -10 档）"),
        (datetime(2024, 9, 25, 9, tzinfo=SHANGHAI), "-5", "距截止还有 5 个工作日（第 -5 档）"),
        (datetime(2024, 9, 27, 16, tzinfo=SHANGHAI), "-5", "距截止还有 3 个工作日（第 -5 档）"),
        (datetime(2024, 9, 29, 16, tzinfo=SHANGHAI), "-5", "距截止还有 2 个工作日（第 -5 档）"),
        (datetime(2024, 9, 30, 8, 59, tzinfo=SHANGHAI), "-5", "距截止还有 1 个工作日（第 -5 档）"),
        (EVE, "-1", "距截止还有 1 个工作日（第 -1 档）"),
        (datetime(2024, 10, 8, 8, 59, tzinfo=SHANGHAI), "-1", "已逾期 1 个工作日（第 -1 档）"),
        (FIRST_AFTER, "1", "已逾期 1 个工作日（第 1 档）"),
        (datetime(2024, 10, 10, 9, tzinfo=SHANGHAI), "3", "已逾期 3 个工作日（第 3 档）"),
    ],
)
def test_the_newest_rung_goes_out_and_says_how_many_working_days_are_left(
    sqlite_database: Database, settings: Settings, moment: datetime, rung: str, reason: str
) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
        plan = plan_reminders(session, settings, moment)
    parts = [part for digest in plan.digests for part in digest.parts]
    assert {(part.rung, part.reason) for part in parts} == {(rung, reason)}
    assert sorted(part.unit for part in parts) == sorted(["市示例局", "甲县", "乙县"])


def test_on_the_due_day_itself_it_is_said_to_be_today(sqlite_database: Database, settings: Settings) -> None:
    rules = '{"period_type":"quarter","due_day":8,"character_limit":300}'
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        example.round.rules = rules
        example.round.due_at = datetime(2024, 10, 8, 23, 59, 59, tzinfo=SHANGHAI)
        session.add(example.round)
        session.flush()
        plan = plan_reminders(session, settings, FIRST_AFTER)
    assert {part.reason for digest in plan.digests for part in digest.parts} == {"今天截止（第 0 档）"}


@pytest.mark.parametrize("day", range(1, 8))
def test_in_the_holiday_week_nothing_goes_out(
    sqlite_database: Database, settings: Settings, day: int
) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
        plans = [
            plan_reminders(session, settings, datetime(2024, 10, day, hour, tzinfo=SHANGHAI))
            for hour in (0, 9, 23)
        ]
    assert [plan.digests for plan in plans] == [()] * 3
    assert {skip.reason for plan in plans for skip in plan.skipped} == {
        f"2024-10-{day:02d} 不是工作日，不发催报"
    }


def test_before_the_first_rung_it_is_said_when_that_is(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        rules = ReportingRules.model_validate_json(example.round.rules)
        without_opening = rules.model_copy(update={"ladder": rules.ladder[1:]})
        example.round.rules = without_opening.model_dump_json()
        session.add(example.round)
        session.flush()
        plan = plan_reminders(session, settings, datetime(2024, 9, 18, 8, 59, tzinfo=SHANGHAI))
    assert plan.digests == ()
    assert [(skip.unit, skip.reason) for skip in plan.skipped] == [
        ("", "尚未到第一档催报时间（2024-09-18 09:00）")
    ]


def test_each_rung_goes_out_once(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        build_example(session, settings)
        assert remind(session, settings, EVE) == 3
    with database.transaction() as session:
        assert remind(session, settings, EVE) == 0
        again = plan_reminders(session, settings, EVE + timedelta(hours=5))
        assert again.digests == ()
        assert {skip.reason for skip in again.skipped} == {"本档催报（-1）已发出"}
        assert remind(session, settings, FIRST_AFTER) == 3
    with database.reading() as session:
        rows = session.exec(select(Reminder)).all()
        assert len(session.exec(select(ReminderMail)).all()) == 6
    assert sorted((row.rung, row.outstanding) for row in rows) == [
        ("-1", 2),
        ("-1", 3),
        ("-1", 3),
        ("1", 2),
        ("1", 3),
        ("1", 3),
    ]
    assert {row.planned_at for row in rows} == {EVE, FIRST_AFTER}


def test_of_several_processes_with_one_plan_only_one_sends(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        build_example(session, settings)
    with database.reading() as session:
        plan = plan_reminders(session, settings, EVE)
    gate = threading.Barrier(4)
    queued: list[int] = []

    def send() -> None:
        gate.wait(timeout=30)
        with database.transaction() as session:
            queued.append(send_reminders(session, COORDINATOR, settings, plan))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(queued) == [0, 0, 0, 3]
    with database.reading() as session:
        assert len(session.exec(select(OutgoingMail)).all()) == 3


def test_after_downtime_only_the_newest_rung_is_sent(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        build_example(session, settings)
        # Rungs -10, -5 and -1 passed while the process was down.
        assert remind(session, settings, EVE + timedelta(hours=7)) == 3
        assert {row.rung for row in session.exec(select(Reminder))} == {"-1"}
        assert remind(session, settings, EVE + timedelta(hours=8)) == 0


def test_after_filing_nothing_is_sent_and_a_return_is_named_with_its_reason(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_a, 1, 2)
        file(session, example, example.county_b, 1, 2, 3)
        file(session, example, example.bureau, 1, 2, 3)
        assert plan_reminders(session, settings, EVE).digests == ()
        review_update(
            session,
            COORDINATOR,
            obligation(session, example, example.county_b, 2),
            example.tasks[1],
            ReviewOutcome.RETURNED,
            EVE,
            reason="请补充数字",
        )
        session.flush()
        plan = plan_reminders(session, settings, EVE)
        send_reminders(session, COORDINATOR, settings, plan)
        (mail,) = session.exec(select(OutgoingMail)).all()
    assert told(plan) == {"b@example.org": [("乙县", "-1", ["2"])]}
    assert numbers_in(mail) == ["2"]
    assert "退回意见：请补充数字" in mail.text


def test_drafts_are_outstanding_and_exempt_tasks_are_not(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        save_draft(
            session,
            example.filer(example.county_a),
            example.round,
            example.county_a,
            example.tasks[0],
            "写了一半",
            OPENED_AT,
        )
        county_b = obligation(session, example, example.county_b, 3)
        exempt(session, COORDINATOR, county_b, example.tasks[2], "本期没有")
        session.flush()
        plan = plan_reminders(session, settings, EVE)
    assert told(plan) == EVERYBODY | {"b@example.org": [("乙县", "-1", ["1", "2"])]}
    states = {
        task.number: task.state for digest in plan.digests if digest.to_address == "a@example.org"
        for task in digest.parts[0].tasks
    }  # fmt: skip
    assert states == {"1": "draft", "2": "pending"}


@pytest.mark.parametrize("address", ["b@example.org", "B@Example.org"])
def test_one_person_for_two_units_gets_one_mail(database: Database, settings: Settings, address: str) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        session.add(Contact(unit_id=key(example.county_a), name="同一人", email=address, role=Role.FILLER))
        session.flush()
        plan = plan_reminders(session, settings, EVE)
        assert send_reminders(session, COORDINATOR, settings, plan) == 3
        mails = session.exec(select(OutgoingMail)).all()
    (digest,) = [digest for digest in plan.digests if digest.to_address.casefold() == "b@example.org"]
    assert [part.unit for part in digest.parts] == ["甲县", "乙县"]
    (mail,) = [mail for mail in mails if mail.to_address.casefold() == "b@example.org"]
    assert numbers_in(mail) == ["1", "2", "1", "2", "3"]
    # 甲县 keeps its own contact, who is told of 甲县 only.
    assert told(plan)["a@example.org"] == EVERYBODY["a@example.org"]


def test_a_units_leader_is_told_only_after_the_due_day(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        session.add(
            Contact(unit_id=key(example.county_a), name="领导", email="leader@example.org", role=Role.LEADER)
        )
        # Filler and leader in one person: still one mail.
        session.add(
            Contact(unit_id=key(example.county_a), name="甲", email="a@example.org", role=Role.LEADER)
        )
        session.flush()
        before, after = (plan_reminders(session, settings, moment) for moment in (EVE, FIRST_AFTER))
    assert told(before) == EVERYBODY
    assert told(after)["leader@example.org"] == [("甲县", "1", ["1", "2"])]
    assert told(after)["a@example.org"] == [("甲县", "1", ["1", "2"])]
    assert len(after.digests) == 4


def test_where_a_unit_has_named_no_filler_its_leader_stands_in(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        filler = session.exec(select(Contact).where(Contact.unit_id == example.county_a.id)).one()
        filler.role = Role.LEADER
        session.add(filler)
        session.flush()
        assert told(plan_reminders(session, settings, EVE)) == EVERYBODY


def test_a_unit_without_contact_is_named_and_told_once_it_has_one(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        contact = session.exec(select(Contact).where(Contact.unit_id == example.county_a.id)).one()
        # A coordinator of the unit is nobody to chase.
        contact.role = Role.COORDINATOR
        session.add(contact)
        session.flush()
        plan = plan_reminders(session, settings, EVE)
        send_reminders(session, COORDINATOR, settings, plan)
        assert [(skip.unit, skip.reason) for skip in plan.skipped] == [
            ("甲县", "没有可以催报的联系人，请先登记")
        ]
        assert sorted(told(plan)) == ["b@example.org", "bureau@example.org"]
        session.add(
            Contact(unit_id=key(example.county_a), name="新", email="new@example.org", role=Role.FILLER)
        )
        session.flush()
        later = plan_reminders(session, settings, EVE + timedelta(hours=1))
    assert told(later) == {"new@example.org": [("甲县", "-1", ["1", "2"])]}


def test_reminders_by_hand_are_counted_and_wait_for_nothing(database: Database, settings: Settings) -> None:
    holiday = datetime(2024, 10, 3, 20, tzinfo=SHANGHAI)
    with database.transaction() as session:
        example = build_example(session, settings)
        switch_chasing(session, COORDINATOR, example.round, OPENED_AT, is_chasing=False)
        file(session, example, example.bureau, 1, 2, 3)
        rungs = []
        for hours in range(3):
            now = holiday + timedelta(hours=hours)
            plan = plan_by_hand(session, settings, example.task_list, example.round, now)
            assert send_reminders(session, COORDINATOR, settings, plan) == 2
            session.flush()
            rungs.append({part.rung for digest in plan.digests for part in digest.parts})
            reasons = {part.reason for digest in plan.digests for part in digest.parts}
            assert reasons == {f"统筹人手动催报（H{hours + 1}）"}
        assert rungs == [{"H1"}, {"H2"}, {"H3"}]
        assert len(session.exec(select(OutgoingMail)).all()) == 6


def test_a_reminder_by_hand_can_be_for_chosen_units_and_leaves_the_ladder_alone(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        plan = plan_by_hand(
            session, settings, example.task_list, example.round, OPENED_AT, unit_ids=[key(example.county_b)]
        )
        assert told(plan) == {"b@example.org": [("乙县", "H1", ["1", "2", "3"])]}
        send_reminders(session, COORDINATOR, settings, plan)
        session.flush()
        assert told(plan_reminders(session, settings, EVE)) == EVERYBODY


def test_a_closed_round_is_not_chased(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        close_round(session, COORDINATOR, example.round, OPENED_AT)
        session.flush()
        assert plan_reminders(session, settings, EVE) == ReminderPlan(EVE, (), ())
        with pytest.raises(RoundClosedError):
            plan_by_hand(session, settings, example.task_list, example.round, EVE)


def test_a_round_opened_late_chases_nobody_but_still_shows_what_would_have_been_sent(
    database: Database, settings: Settings
) -> None:
    opened_at = datetime(2024, 10, 21, 8, tzinfo=SHANGHAI)
    with database.transaction() as session:
        build_example(session, settings, now=opened_at)
        now = plan_reminders(session, settings, opened_at + timedelta(hours=2))
        then = plan_reminders(session, settings, EVE)
    assert now.digests == ()
    assert [(skip.unit, skip.reason) for skip in now.skipped] == [("", "本期催报已关闭")]
    assert told(then) == EVERYBODY


def test_chasing_switched_on_again_sends_the_newest_rung(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        switch_chasing(session, COORDINATOR, example.round, OPENED_AT, is_chasing=False)
        session.flush()
        assert plan_reminders(session, settings, EVE).digests == ()
        switch_chasing(session, COORDINATOR, example.round, EVE, is_chasing=True)
        session.flush()
        assert told(plan_reminders(session, settings, EVE)) == EVERYBODY


def test_the_hour_of_the_site_holds_unless_the_list_names_its_own(
    sqlite_database: Database, settings: Settings
) -> None:
    early = settings.model_copy(
        update={"jobs": settings.jobs.model_copy(update={"remind_at": datetime(2024, 1, 1, 8).time()})}  # noqa: DTZ001
    )
    eight = EVE.replace(hour=8)
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        assert {
            part.rung for digest in plan_reminders(session, early, eight).digests for part in digest.parts
        } == {"-1"}
        example.round.rules = example.round.rules.replace('"remind_at":null', '"remind_at":"10:30:00"')
        session.add(example.round)
        session.flush()
        for settings_at_work in (settings, early):
            before = plan_reminders(session, settings_at_work, EVE.replace(hour=10, minute=29))
            after = plan_reminders(session, settings_at_work, EVE.replace(hour=10, minute=30))
            rungs = [
                {part.rung for digest in plan.digests for part in digest.parts} for plan in (before, after)
            ]
            assert rungs == [{"-5"}, {"-1"}]


@pytest.mark.parametrize("role", [Role.FILLER, Role.LEADER])
def test_only_coordinators_send_reminders(sqlite_database: Database, settings: Settings, role: Role) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        plan = plan_reminders(session, settings, EVE)
        actor = Actor(role, "某人", "test", unit_id=key(example.county_a))
        with pytest.raises(ForbiddenError):
            send_reminders(session, actor, settings, plan)
        assert session.exec(select(Reminder)).all() == []


def test_a_plan_alone_writes_nothing(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
    with sqlite_database.transaction() as session:
        plan_reminders(session, settings, EVE)
        assert not session.new
        assert not session.dirty
    with sqlite_database.reading() as session:
        assert session.exec(select(Reminder)).all() == []
        assert session.exec(select(OutgoingMail)).all() == []
