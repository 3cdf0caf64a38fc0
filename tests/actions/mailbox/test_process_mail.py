"""Whose turn it is, and what a mail that breaks the program does to the others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from tests.example import OPENED_AT, build_example
from tests.mail.letters import blank_form, fill_form, posted
from tracker.actions.mailbox import process_mail as module
from tracker.actions.mailbox.process_mail import process_mail, process_one, turns
from tracker.actions.mailbox.receive_mail import store_mail
from tracker.mail.attached_forms import read_mail
from tracker.models import IncomingMail, IncomingState, OutgoingMail, ProgressUpdate

if TYPE_CHECKING:
    import pytest

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.mail.attached_forms import MailReading


def test_senders_take_turns_each_up_to_its_share() -> None:
    waiting = [(1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "c"), (6, "b")]
    assert turns(waiting, {}, 2) == [1, 4, 5, 2, 6]
    assert turns(waiting, {"a": 2, "b": 1}, 2) == [4, 5]


@given(st.lists(st.sampled_from("abc")), st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)))
def test_nobody_gets_more_than_a_share_and_nothing_twice(senders: list[str], settled: dict[str, int]) -> None:
    found = turns(list(enumerate(senders)), settled, 3)
    assert len(set(found)) == len(found)
    for sender in set(senders):
        served = sum(senders[number] == sender for number in found)
        assert served == min(senders.count(sender), max(3 - settled.get(sender, 0), 0))


def test_two_nodes_that_settle_one_mail_at_once_file_and_answer_it_once(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        form = fill_form(blank_form(session, settings, example, example.county_a), {"1": "一次。"})
        number = store_mail(session, posted("a@example.org", ("f.xlsx", form)), OPENED_AT)
    assert number is not None
    gate = threading.Barrier(3)

    def settle() -> bool:
        gate.wait(timeout=30)
        return process_one(database, settings, number, OPENED_AT)

    with ThreadPoolExecutor(3) as pool:
        done = [run.result(timeout=60) for run in [pool.submit(settle) for _ in range(3)]]
    assert sorted(done) == [False, False, True]
    with database.reading() as session:
        assert len(session.exec(select(ProgressUpdate)).all()) == 1
        assert len(session.exec(select(OutgoingMail)).all()) == 1


def test_a_mail_that_breaks_the_program_waits_for_a_person_and_the_others_go_on(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fragile(content: bytes) -> MailReading:
        if b"poison" in content:
            raise RuntimeError("broken")
        return read_mail(content)

    monkeypatch.setattr(module, "read_mail", fragile)
    with database.transaction() as session:
        store_mail(session, posted("a@example.org", text="poison"), OPENED_AT)
        store_mail(session, posted("b@example.org", headers={"Precedence": "bulk"}), OPENED_AT)
    assert process_mail(database, settings, OPENED_AT) == 2
    with database.reading() as session:
        first, second = session.exec(select(IncomingMail).order_by(IncomingMail.id)).all()  # type: ignore[arg-type]
    assert (first.state, second.state) == (IncomingState.QUARANTINED, IncomingState.IGNORED)
    assert "程序出错" in first.reason
    assert process_mail(database, settings, OPENED_AT) == 0
