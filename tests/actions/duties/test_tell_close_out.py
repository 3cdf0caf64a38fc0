"""Mails about 销号: whom they go to, when they leave, and that what became untrue does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.reminding import at
from tests.example import COORDINATOR, Example, build_example
from tracker.actions.chasing.refresh_reminder import Cancelled, Held, refresh_reminder
from tracker.actions.duties.ask_close_out import ask_close_out
from tracker.actions.duties.close_out import close_asked, close_directly, refuse_close_out, reopen_close_out
from tracker.domain.actors import Role
from tracker.errors import InvalidValueError
from tracker.models import CloseOut, Contact, OutgoingMail, key

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

NOON, NIGHT, MORNING = at(9, 20, 12), at(9, 20, 23), at(9, 23, 9)


def ask(session: Session, settings: Settings, example: Example) -> CloseOut:
    unit = example.county_a
    return ask_close_out(
        session,
        example.filer(unit),
        settings,
        example.task_list,
        example.tasks[0],
        unit,
        "已验收<b>",
        NOON,
    )


def mails(session: Session, kind: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id)  # type: ignore[arg-type]
    return list(session.exec(query))


def test_the_coordinators_learn_what_is_asked_and_the_unit_what_was_decided(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        # The same mailbox twice is told once.
        session.add(Contact(name="处长", email="OFFICE@example.org", role=Role.COORDINATOR))
        session.flush()
        asked = ask(session, settings, example)
        (mail,) = mails(session, "closeout_asked")
        assert mail.to_address.casefold() == "office@example.org"
        assert mail.subject == "【销号申请】甲县：第 1 项 示例任务1"
        for said in ("甲县申请将以下任务销号", "已验收<b>", "甲县填报人", "/lists/example/closeouts"):
            assert said in mail.text
        assert "已验收&lt;b&gt;" in mail.html
        close_asked(session, COORDINATOR, settings, key(asked), "材料齐全", NOON)
        reopen_close_out(session, COORDINATOR, settings, key(asked), "又有新要求", NOON)
        closed, reopened = mails(session, "closeout_decided")
    assert {closed.to_address, reopened.to_address} == {"a@example.org"}
    assert closed.subject == "【销号】已销号：第 1 项 示例任务1"
    for said in ("不再要求报送", "材料齐全", "统筹人", "/duties"):
        assert said in closed.text
    assert "又要报送这项任务" in reopened.text
    assert "又有新要求" in reopened.text


def test_a_refusal_says_why_and_a_refused_refusal_tells_nobody(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        asked = ask(session, settings, example)
        with pytest.raises(InvalidValueError):
            refuse_close_out(session, COORDINATOR, settings, key(asked), " ", NOON)
        assert mails(session, "closeout_decided") == []
        refuse_close_out(session, COORDINATOR, settings, key(asked), "请附验收文件", NOON)
        (mail,) = mails(session, "closeout_decided")
    assert "未同意" in mail.subject
    assert "请附验收文件" in mail.text
    assert "可以再次申请" in mail.text


def test_the_office_is_not_told_of_its_own_act_and_a_unit_is_of_what_was_closed_unasked(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        task_list, (first, second, _third) = example.task_list, example.tasks
        ask_close_out(session, COORDINATOR, settings, task_list, first, example.county_a, "代为申请", NOON)
        close_directly(
            session, COORDINATOR, settings, task_list, second, example.county_b, "已全部完成", NOON
        )
        assert mails(session, "closeout_asked") == []
        (mail,) = mails(session, "closeout_decided")
        close_directly(session, COORDINATOR, settings, task_list, example.tasks[2], None, "都完成了", NOON)
        assert mails(session, "closeout_decided") == [mail]
    assert mail.to_address == "b@example.org"
    assert "已全部完成" in mail.text


def test_they_wait_for_the_hours_of_the_site_and_what_is_settled_meanwhile_is_cancelled(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        asked = ask(session, settings, example)
        (told,) = mails(session, "closeout_asked")
        assert refresh_reminder(session, settings, told, NOON) is None
        held = refresh_reminder(session, settings, told, NIGHT)
        assert isinstance(held, Held)
        assert refresh_reminder(session, settings, told, held.until) is None
        close_asked(session, COORDINATOR, settings, key(asked), "", NOON)
        assert refresh_reminder(session, settings, told, NOON) == Cancelled(
            "发出前销号申请已办理或已另作决定"
        )
        (decided,) = mails(session, "closeout_decided")
        assert refresh_reminder(session, settings, decided, MORNING) is None
        reopen_close_out(session, COORDINATOR, settings, key(asked), "又有新要求", NOON)
        assert isinstance(refresh_reminder(session, settings, decided, MORNING), Cancelled)
