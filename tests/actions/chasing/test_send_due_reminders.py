"""What a sweep sends: openings with their forms, one mail a person, hours, and nothing twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, select

from tests.actions.reminding import EVE, at, file, numbers_in, send_back, with_ladder
from tests.example import COORDINATOR, OPENED_AT, PERIOD, Example, build_example
from tracker.actions.chasing.remind import plan_by_hand, plan_reminders, send_reminders
from tracker.actions.chasing.send_due_reminders import send_due_reminders
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Role, system
from tracker.mail.due_event import is_calendar
from tracker.models import (
    Assignment,
    AssignmentRole,
    Contact,
    ListVersion,
    MailAttachment,
    OutgoingMail,
    Reminder,
    ReportingRound,
    Task,
    TaskList,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

ACTOR = system("test")
MIDNIGHT = at(9, 13)
MORNING = at(9, 13, 9)


def opened(session: Session, settings: Settings, now: datetime = MIDNIGHT) -> Example:
    """The round opened at midnight, as the sweep does it, with an opening on its ladder."""
    example = build_example(session, settings, now)
    with_ladder(session, example, [{"offset": "open", "text": "请按新口径填写。"}, -10, -1, 1])
    return example


def mails(database: Database) -> Sequence[OutgoingMail]:
    with database.reading() as session:
        return session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()


def sweep(database: Database, settings: Settings, now: datetime) -> int:
    return send_due_reminders(database, ACTOR, settings, now)[1]


def form_names(session: Session, mail: OutgoingMail) -> list[str]:
    """Attachments of `mail` but for the entries of due days."""
    found = session.exec(select(MailAttachment).where(MailAttachment.mail_id == mail.id)).all()
    return [attached.file_name for attached in found if not is_calendar(attached.media_type)]


def second_list(session: Session, settings: Settings, unit: OrgUnit, now: datetime) -> TaskList:
    """Another list with one task of `unit`, opened at `now` for the same period."""
    example_list = session.exec(select(TaskList)).one()
    task_list = TaskList(slug="other", title="另一清单", rules=example_list.rules)
    session.add(task_list)
    session.flush()
    version = ListVersion(list_id=key(task_list), number=1, imported_at=now)
    session.add(version)
    session.flush()
    task = Task(
        version_id=key(version),
        lineage=1,
        position=1,
        number="甲1",
        title="另一任务",
        content="内容",
        units_text=unit.name,
        units_block=1,
        is_lead_certain=True,
        place="第 1 行",
    )
    session.add(task)
    session.flush()
    session.add(
        Assignment(task_id=key(task), unit_id=key(unit), role=AssignmentRole.LEAD, position=1, text=unit.name)
    )
    session.flush()
    open_round(session, ACTOR, settings, task_list, PERIOD, now)
    session.flush()
    return task_list


def test_an_opening_tells_what_is_expected_by_when_and_brings_the_form(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        opened(session, settings)
    assert sweep(database, settings, at(9, 13)) == 0
    assert sweep(database, settings, MORNING - timedelta(minutes=1)) == 0
    assert sweep(database, settings, MORNING) == 3
    assert sweep(database, settings, MORNING + timedelta(minutes=1)) == 0
    found = {mail.to_address: mail for mail in mails(database)}
    mail = found["a@example.org"]
    assert {one.kind for one in found.values()} == {"round_opened"}
    assert mail.subject == "【报送通知】示例任务清单2024年第三季度 2 项待报（10月6日截止）"
    assert numbers_in(mail) == ["1", "2"]
    for words in (mail.text, mail.html):
        assert "请于2024年10月6日（星期日）23:59前报送。" in words
        assert "请按新口径填写。" in words
        assert "http://127.0.0.1:8000/filing/example/2024Q3" in words
        assert "附件是报送表，可离线填写，" in words
        assert "请将报送表发送至 duban@example.org" in words
        assert "本期已开启" in words
        assert "2024年9月18日（星期三）09:00再发" in words
    with database.reading() as session:
        rungs = session.exec(select(Reminder.rung)).all()
        forms = session.exec(select(MailAttachment).where(MailAttachment.mail_id == mail.id)).all()
    assert rungs == ["open"] * 3
    form, entry = forms
    assert is_calendar(entry.media_type)
    assert form.file_name.startswith("报送表 甲县")
    assert form.content.startswith(b"PK")


def test_each_unit_has_its_own_form_in_the_mail_of_one_person(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = opened(session, settings)
        session.add(
            Contact(unit_id=key(example.county_a), name="乙", email="b@example.org", role=Role.FILLER)
        )
    assert sweep(sqlite_database, settings, MORNING) == 3
    (mail,) = [mail for mail in mails(sqlite_database) if mail.to_address == "b@example.org"]
    with sqlite_database.reading() as session:
        names = form_names(session, mail)
    assert sorted(name.split()[1] for name in names) == ["乙县", "甲县"]


def test_a_round_opened_after_office_hours_is_told_of_the_next_working_morning(
    database: Database, settings: Settings
) -> None:
    # A Friday evening; the Saturday after it is worked.
    with database.transaction() as session:
        opened(session, settings, now=at(9, 13, 20))
    assert sweep(database, settings, at(9, 13, 20)) == 0
    assert sweep(database, settings, at(9, 14, 7, 59)) == 0
    assert sweep(database, settings, at(9, 14, 8)) == 3


def test_a_round_opened_late_is_told_of_by_hand_alone(database: Database, settings: Settings) -> None:
    late = at(10, 21, 9)
    with database.transaction() as session:
        example = opened(session, settings, now=late)
    assert sweep(database, settings, late + timedelta(hours=1)) == 0
    with database.transaction() as session:
        found = session.get_one(ReportingRound, example.round.id)
        plan = plan_by_hand(session, settings, example.task_list, found, late, is_opening=True)
        assert send_reminders(session, COORDINATOR, settings, plan) == 3
        again = plan_by_hand(session, settings, example.task_list, found, late, is_opening=True)
        assert again.digests == ()
        assert {skip.reason for skip in again.skipped} == {"开启通知已发出"}
    assert {mail.kind for mail in mails(database)} == {"round_opened"}


def test_after_downtime_the_opening_gives_way_to_the_newest_rung(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        opened(session, settings)
    assert sweep(database, settings, EVE + timedelta(hours=1)) == 3
    assert {mail.kind for mail in mails(database)} == {"reminder"}
    with database.reading() as session:
        assert set(session.exec(select(Reminder.rung)).all()) == {"-1"}


def test_openings_of_one_day_are_one_mail_over_all_lists(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = opened(session, settings)
        second_list(session, settings, example.county_a, at(9, 13))
    assert sweep(database, settings, MORNING) == 3
    (mail,) = [mail for mail in mails(database) if mail.to_address == "a@example.org"]
    assert mail.kind == "round_opened"
    assert numbers_in(mail) == ["1", "2", "甲1"]
    assert mail.subject == "【报送通知】示例任务清单2024年第三季度等 3 项待报（最早10月6日截止）"


def test_an_opening_and_a_reminder_of_one_moment_are_one_reminder(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = opened(session, settings)
    assert sweep(database, settings, MORNING) == 3
    with database.transaction() as session:
        second_list(session, settings, example.county_a, at(9, 18))
    assert sweep(database, settings, at(9, 18, 9)) == 3
    (mail,) = [mail for mail in mails(database)[3:] if mail.to_address == "a@example.org"]
    assert mail.kind == "reminder"
    assert numbers_in(mail) == ["1", "2", "甲1"]
    assert "另一清单　2024年第三季度（本期新开启）" in mail.text
    assert "示例任务清单　2024年第三季度\n" in mail.text
    with database.reading() as session:
        names = form_names(session, mail)
    assert len(names) == 1


def test_filler_of_one_unit_and_leader_of_another_in_one_person_is_one_mail(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        session.add(
            Contact(unit_id=key(example.county_a), name="乙", email="B@Example.org", role=Role.LEADER)
        )
    assert sweep(database, settings, at(10, 8, 9)) == 3
    (mail,) = [mail for mail in mails(database) if mail.to_address.casefold() == "b@example.org"]
    assert numbers_in(mail) == ["1", "2", "1", "2", "3"]


@pytest.mark.parametrize("hour", [0, 7, 18, 21])
def test_outside_office_hours_nothing_leaves_and_it_is_said_why(
    sqlite_database: Database, settings: Settings, hour: int
) -> None:
    moment = EVE.replace(hour=hour)
    with sqlite_database.transaction() as session:
        build_example(session, settings)
        plan = plan_reminders(session, settings, moment)
    then = "2024-09-30 08:00" if hour < 8 else "2024-10-08 08:00"
    assert plan.digests == ()
    assert [(skip.unit, skip.reason) for skip in plan.skipped] == [
        ("", f"现在不是自动发信时间（工作日 08:00—18:00），到 {then} 再按当时情况发")
    ]


def test_what_is_planned_in_the_evening_is_judged_anew_in_the_morning(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        found = session.get_one(ReportingRound, example.round.id)
        found.rules = found.rules.replace('"remind_at":null', '"remind_at":"19:00:00"')
        session.add(found)
    assert sweep(database, settings, at(9, 18, 19)) == 0
    with database.transaction() as session:
        file(session, example, example.county_a, 1, 2, now=at(9, 18, 22))
        file(session, example, example.bureau, 1, now=at(9, 18, 22))
    assert sweep(database, settings, at(9, 19, 8)) == 2
    assert {mail.to_address: numbers_in(mail) for mail in mails(database)} == {
        "bureau@example.org": ["2", "3"],
        "b@example.org": ["1", "2", "3"],
    }


@pytest.mark.parametrize("hour", [10, 17, 20])
def test_a_text_returned_after_the_rung_brings_no_reminder_until_the_next_one(
    database: Database, settings: Settings, hour: int
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_a, 1, 2)
    assert sweep(database, settings, at(9, 25, 9)) == 2
    returned_at = at(9, 25, hour)
    with database.transaction() as session:
        send_back(session, example, example.county_a, 2, returned_at)
        plan = plan_reminders(session, settings, at(9, 26, 9))
    reasons = {skip.unit: skip.reason for skip in plan.skipped}
    assert reasons["甲县"] == "只有本档催报之后退回的事项，由退回通知告知，下一档再催"
    quiet = [returned_at + timedelta(minutes=1), at(9, 26, 8), at(9, 26, 9), at(9, 29, 17)]
    assert [sweep(database, settings, moment) for moment in quiet] == [0, 0, 0, 0]
    assert sweep(database, settings, EVE) == 3
    (mail,) = [mail for mail in mails(database) if mail.to_address == "a@example.org"]
    assert numbers_in(mail) == ["2"]
    assert "退回意见：请补充数字" in mail.text


def test_what_else_is_outstanding_is_not_held_back_by_a_return(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_a, 1)
        send_back(session, example, example.county_a, 1, at(9, 25, 10))
    assert sweep(database, settings, at(9, 25, 11)) == 3
    (mail,) = [mail for mail in mails(database) if mail.to_address == "a@example.org"]
    assert numbers_in(mail) == ["1", "2"]


def test_every_reminder_says_when_the_next_one_comes_and_the_last_that_none_does(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        build_example(session, settings)
    for moment in (at(9, 18, 9), at(9, 25, 9), EVE, at(10, 8, 9), at(10, 10, 9)):
        assert sweep(database, settings, moment) == 3
    texts = [mail.text for mail in mails(database) if mail.to_address == "a@example.org"]
    assert len(texts) == 5
    announced = [
        "2024年9月25日（星期三）",
        "2024年9月30日（星期一）",
        "2024年10月8日（星期二）",
        "2024年10月10日（星期四）",
    ]
    for text, day in zip(texts, announced, strict=False):
        assert f"下一次：届时仍有未报送的，{day}09:00再发。" in text
    assert "下一次：本期不再自动催报。" in texts[-1]
    assert all("怎样不再收到：以上各项全部提交后即不再催报" in text for text in texts)


def test_of_two_processes_at_once_one_sends(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        opened(session, settings, now=OPENED_AT)
    gate = threading.Barrier(3)
    queued: list[int] = []

    def run() -> None:
        gate.wait(timeout=30)
        queued.append(sweep(database, settings, at(9, 18, 8)))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(queued) == [0, 0, 3]
    assert len(mails(database)) == 3
    with database.reading() as session:
        attached = session.exec(select(MailAttachment)).all()
    assert len([found for found in attached if not is_calendar(found.media_type)]) == 3
