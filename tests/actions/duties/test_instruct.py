"""批示: registered, told, answered, closed; and the mails about it, which end with the answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from tests.actions.reminding import at
from tests.example import COORDINATOR, Example, build_example
from tracker.actions.chasing.pause_chasing import pause_chasing
from tracker.actions.duties.answer_instruction import ask_further, close_instruction, reply_to_instruction
from tracker.actions.duties.instruct import instruct
from tracker.actions.duties.read_instructions import instructions_of_unit
from tracker.actions.duties.tell_instruction import remind_instructions
from tracker.actions.mailing.deliver import deliver_all
from tracker.actions.units.merge_units import merge_units
from tracker.domain.actors import Actor, Role
from tracker.domain.instructions import InstructionState
from tracker.errors import (
    ForbiddenError,
    InputError,
    InstructionClosedError,
    InstructionUnansweredError,
    NotFoundError,
    UnknownInstructionError,
)
from tracker.models import Contact, Instruction, InstructionReply, MailState, OutgoingMail, key
from tracker.store.instructions import count_instructions

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

NOW = at(9, 20, 10)
# The Sunday in the holiday week that the example's round is due on, too.
DUE_ON = date(2024, 10, 6)
EVE, AFTER = at(9, 30, 9), at(10, 8, 9)


def give(session: Session, settings: Settings, example: Example, **values: Any) -> list[Instruction]:
    given: dict[str, Any] = {
        "text": "请加快进度，按期完成。",
        "instructed_by": "示例市长",
        "instructed_on": date(2024, 9, 19),
        "due_on": DUE_ON,
        "units": [example.county_a],
        "now": NOW,
        "actor": COORDINATOR,
    } | values
    actor = given.pop("actor")
    return instruct(session, actor, settings, **given)


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.exec(select(OutgoingMail).order_by(OutgoingMail.id)))  # type: ignore[arg-type]


def subjects(session: Session) -> list[str]:
    return [mail.subject for mail in mails(session)]


def test_every_unit_has_its_own_and_is_told_at_once(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        about = (example.task_list, example.tasks[0])
        given = give(
            session,
            settings,
            example,
            units=[example.county_a, example.bureau, example.county_a],
            about=about,
        )
        assert [(one.unit_id, one.lineage) for one in given] == [
            (example.county_a.id, 1),
            (example.bureau.id, 1),
        ]
        assert [mail.to_address for mail in mails(session)] == ["a@example.org", "bureau@example.org"]
        mail = mails(session)[0]
        assert mail.kind == "instruction"
        assert mail.subject == "【批示】请于10月6日前答复：请加快进度，按期完成。"
        for words in (
            "示例市长2024年9月19日批示",
            "示例任务清单 1 示例任务1",
            "请于2024年10月6日当天结束前答复",
        ):
            assert words in mail.text
            assert words in mail.html


def test_a_unit_without_a_filler_is_told_by_its_leader_and_li_is_one_mailbox(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        unit_id = key(example.county_a)
        session.add(Contact(unit_id=unit_id, name="Li", email="A@example.org", role=Role.FILLER))
        session.add(Contact(unit_id=unit_id, name="负责人", email="boss@example.org", role=Role.LEADER))
        for contact in session.exec(select(Contact).where(Contact.unit_id == example.county_b.id)):
            contact.role = Role.LEADER
            session.add(contact)
        session.flush()
        give(session, settings, example, units=[example.county_a, example.county_b])
        assert sorted(mail.to_address.lower() for mail in mails(session)) == [
            "a@example.org",
            "b@example.org",
        ]


@pytest.mark.parametrize(
    "values",
    [
        {"text": " "},
        {"text": "字" * 1001},
        {"instructed_by": " "},
        {"instructed_by": "字" * 101},
        {"units": []},
        {"due_on": date(2024, 9, 19)},
        {"instructed_on": date(2024, 9, 21)},
    ],
)
def test_what_is_no_instruction_is_refused(
    sqlite_database: Database, settings: Settings, values: dict[str, Any]
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(InputError):
            give(session, settings, example, **values)
        assert mails(session) == []


def test_who_registers_answers_and_closes(sqlite_database: Database, settings: Settings) -> None:
    leader = Actor(Role.LEADER, "领导", "test")
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        mine, other = example.filer(example.county_a), example.filer(example.county_b)
        for actor in (leader, mine):
            with pytest.raises(ForbiddenError):
                give(session, settings, example, actor=actor)
        number = key(give(session, settings, example)[0])
        with pytest.raises(NotFoundError):
            reply_to_instruction(session, other, number, "冒答", NOW)
        with pytest.raises(ForbiddenError):
            reply_to_instruction(session, leader, number, "代答", NOW)
        reply_to_instruction(session, mine, number, "正在办理", NOW)
        for actor in (leader, mine):
            with pytest.raises(ForbiddenError):
                close_instruction(session, actor, number, NOW)
            with pytest.raises(ForbiddenError):
                ask_further(session, actor, settings, number, "再问", DUE_ON, NOW)
        with pytest.raises(UnknownInstructionError):
            close_instruction(session, COORDINATOR, 99, NOW)


def test_answers_are_added_and_the_last_one_closes_it(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        number = key(give(session, settings, example)[0])
        with pytest.raises(InstructionUnansweredError):
            close_instruction(session, COORDINATOR, number, NOW)
        mine = example.filer(example.county_a)
        for text in ("正在办理", "已经办结"):
            reply_to_instruction(session, mine, number, text, NOW)
        (row,) = instructions_of_unit(session, settings, key(example.county_a), NOW)
        assert [entry.text for entry in row.entries] == ["正在办理", "已经办结"]
        assert row.state is InstructionState.ANSWERED
        closed = close_instruction(session, COORDINATOR, number, NOW)
        assert (closed.closed_by, closed.closed_at) == ("统筹人", NOW)
        assert instructions_of_unit(session, settings, key(example.county_a), NOW) == []
        for again in (
            lambda: close_instruction(session, COORDINATOR, number, NOW),
            lambda: reply_to_instruction(session, mine, number, "再答", NOW),
        ):
            with pytest.raises(InstructionClosedError, match="统筹人"):
                again()
        assert len(session.exec(select(InstructionReply)).all()) == 2


def test_asked_further_it_waits_again_with_its_new_day(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        number = key(give(session, settings, example)[0])
        reply_to_instruction(session, example.filer(example.county_a), number, "正在办理", NOW)
        close_instruction(session, COORDINATOR, number, NOW)
        with pytest.raises(InputError):
            ask_further(session, COORDINATOR, settings, number, "请补充数字", date(2024, 9, 1), NOW)
        ask_further(session, COORDINATOR, settings, number, "请补充数字", date(2024, 10, 18), NOW)
        (row,) = instructions_of_unit(session, settings, key(example.county_a), NOW)
        assert (row.state, row.due_on) == (InstructionState.OPEN, date(2024, 10, 18))
        with pytest.raises(InstructionUnansweredError):
            close_instruction(session, COORDINATOR, number, NOW)
        assert "请补充数字" in mails(session)[-1].text
        assert subjects(session)[-1].startswith("【批示】请于10月18日前答复")


def test_the_counts_are_those_of_the_lists(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        units = [example.county_a, example.county_b, example.bureau]
        first, second, third = give(session, settings, example, units=units)
        give(session, settings, example, due_on=date(2024, 12, 31))
        reply_to_instruction(session, COORDINATOR, key(second), "已答", NOW)
        reply_to_instruction(session, COORDINATOR, key(third), "已答", NOW)
        close_instruction(session, COORDINATOR, key(third), NOW)
        states = InstructionState
        counts = count_instructions(session, date(2024, 10, 7))
        assert counts == {states.OPEN: 1, states.OVERDUE: 1, states.ANSWERED: 1, states.CLOSED: 1}
        assert count_instructions(session, DUE_ON)[states.OVERDUE] == 0
        own = count_instructions(session, date(2024, 10, 7), unit_id=first.unit_id)
        assert own == {states.OPEN: 1, states.OVERDUE: 1, states.ANSWERED: 0, states.CLOSED: 0}


def test_reminders_come_around_the_due_day_once_each(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        give(session, settings, example)
        assert remind_instructions(session, settings, at(9, 29, 17)) == 0
        assert remind_instructions(session, settings, EVE) == 1
        assert remind_instructions(session, settings, at(9, 30, 10)) == 0
        # Nothing leaves in the holidays, nor out of hours.
        for quiet in (at(10, 7, 9), at(10, 8, 7), at(10, 8, 19)):
            assert remind_instructions(session, settings, quiet) == 0
        assert remind_instructions(session, settings, AFTER) == 1
        assert remind_instructions(session, settings, at(10, 25, 9)) == 0
        assert [subject.partition("】")[0] for subject in subjects(session)] == [
            "【批示",
            "【批示提醒",
            "【批示逾期",
        ]


def test_after_downtime_only_the_newest_goes_out(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        give(session, settings, example)
        assert remind_instructions(session, settings, at(10, 9, 9)) == 1
        assert subjects(session)[-1].startswith("【批示逾期】")
        assert remind_instructions(session, settings, at(10, 9, 10)) == 0


@pytest.mark.parametrize("is_closed", [False, True])
def test_nothing_is_sent_after_the_answer(
    sqlite_database: Database, settings: Settings, is_closed: bool
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        number = key(give(session, settings, example)[0])
        reply_to_instruction(session, example.filer(example.county_a), number, "已办", NOW)
        if is_closed:
            close_instruction(session, COORDINATOR, number, NOW)
        assert remind_instructions(session, settings, EVE) == 0
        assert remind_instructions(session, settings, AFTER) == 0


def test_asked_further_its_reminders_come_anew(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        number = key(give(session, settings, example)[0])
        assert remind_instructions(session, settings, EVE) == 1
        reply_to_instruction(session, example.filer(example.county_a), number, "正在办", EVE)
        # Of the same day: the reminder of that day went out before.
        ask_further(session, COORDINATOR, settings, number, "请补充", DUE_ON, at(9, 30, 11))
        assert remind_instructions(session, settings, at(9, 30, 12)) == 0
        ask_further(session, COORDINATOR, settings, number, "请再补充", date(2024, 10, 10), at(9, 30, 13))
        assert remind_instructions(session, settings, at(10, 8, 9)) == 0
        assert remind_instructions(session, settings, at(10, 9, 9)) == 1


def test_a_unit_paused_everywhere_is_not_reminded(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        give(session, settings, example, units=[example.county_a, example.county_b])
        pause_chasing(
            session, COORDINATOR, settings, example.county_a, "新换人", NOW, last_on=date(2024, 10, 1)
        )
        assert remind_instructions(session, settings, EVE) == 1
        assert mails(session)[-1].to_address == "b@example.org"
        assert remind_instructions(session, settings, AFTER) == 2


def deliver(database: Database, settings: Settings, now: datetime) -> dict[str, MailState]:
    deliver_all(database, settings, clock=lambda: now)
    with database.reading() as session:
        return {mail.subject.partition("】")[0]: mail.state for mail in mails(session)}


def test_a_mail_that_waited_is_looked_at_once_more(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        number = key(give(session, settings, example)[0])
    # What somebody asked by hand leaves at any hour.
    assert deliver(sqlite_database, settings, at(9, 21, 23)) == {"【批示": MailState.SENT}
    with sqlite_database.transaction() as session:
        assert remind_instructions(session, settings, at(9, 30, 17)) == 1
    # The server was away until night.
    assert deliver(sqlite_database, settings, at(9, 30, 22))["【批示提醒"] is MailState.QUEUED
    with sqlite_database.transaction() as session:
        reply_to_instruction(session, example.filer(example.county_a), number, "已办", at(9, 30, 22))
    assert deliver(sqlite_database, settings, at(10, 8, 9))["【批示提醒"] is MailState.CANCELLED
    with sqlite_database.reading() as session:
        assert mails(session)[-1].last_error == "发出前已答复或已办结"


def test_a_mail_of_a_day_that_was_changed_is_not_sent(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        number = key(give(session, settings, example)[0])
        ask_further(session, COORDINATOR, settings, number, "可以晚些", date(2024, 10, 18), NOW)
    with sqlite_database.reading() as session:
        first, second = mails(session)
    deliver_all(sqlite_database, settings, clock=lambda: NOW)
    with sqlite_database.reading() as session:
        states = [session.get_one(OutgoingMail, mail.id).state for mail in (first, second)]
    assert states == [MailState.CANCELLED, MailState.SENT]


def test_it_follows_its_unit_through_a_merge(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        give(session, settings, example)
        merge_units(session, COORDINATOR, settings, example.county_a, example.county_b, NOW)
        (row,) = instructions_of_unit(session, settings, key(example.county_b), NOW)
        assert row.unit == "乙县"
        # And what is asked of a unit that is gone is asked of the one that stays.
        (given,) = give(session, settings, example)
        assert given.unit_id == example.county_b.id
