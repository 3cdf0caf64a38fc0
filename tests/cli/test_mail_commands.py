"""Reminding and delivering from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import PERIOD, SLUG
from tracker.models import MailState, OutgoingMail, Reminder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database

EVE = "2024-09-30T09:00+08:00"
PART_KEYS = {"unit", "list", "period", "rung", "outstanding", "reason"}


def counts(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        return len(session.exec(select(Reminder)).all()), len(session.exec(select(OutgoingMail)).all())


@pytest.mark.usefixtures("site")
def test_a_dry_run_prints_the_promised_shape_and_writes_nothing(tracker: Command, stored: Database) -> None:
    tracker.ok("submit", SLUG, PERIOD, "--unit", "甲县", "--task", "1", "--text", "已完成")
    for task in "123":
        tracker.ok("submit", SLUG, PERIOD, "--unit", "市示例局", "--task", task, "--text", "已完成")
    ran = tracker.ok("remind", "--at", EVE, "--dry-run", "--json")
    plan = ran.json
    assert set(plan) == {"at", "mails", "skipped"}
    assert all(set(mail) == PART_KEYS | {"to", "also"} for mail in plan["mails"])
    assert all(set(skip) == {"unit", "list", "period", "reason"} for skip in plan["skipped"])
    assert plan["at"] == "2024-09-30T09:00:00+08:00"
    assert plan["mails"] == [
        {
            "to": address,
            "unit": unit,
            "list": "example",
            "period": "2024Q3",
            "rung": -1,
            "outstanding": outstanding,
            "reason": "距截止还有 1 个工作日（第 -1 档）",
            "also": [],
        }
        for address, unit, outstanding in (
            ("a@example.org", "甲县", ["2"]),
            ("b@example.org", "乙县", ["1", "2", "3"]),
        )
    ]
    assert [(skip["unit"], skip["reason"]) for skip in plan["skipped"]] == [
        ("市示例局", "本期已全部报送，不再催报")
    ]
    assert ran.err == ""
    assert counts(stored) == (0, 0)


@pytest.mark.usefixtures("site")
def test_one_person_for_two_units_is_one_mail_with_the_other_part_beside_it(tracker: Command) -> None:
    tracker.ok("contacts", "add", "b@example.org", "--unit", "甲县")
    mails = tracker.ok("remind", "--at", EVE, "--dry-run", "--json").json["mails"]
    (mail,) = [mail for mail in mails if mail["to"] == "b@example.org"]
    assert mail["unit"] == "甲县"
    (other,) = mail["also"]
    assert set(other) == PART_KEYS
    assert (other["unit"], other["outstanding"]) == ("乙县", ["1", "2", "3"])


@pytest.mark.usefixtures("site")
def test_reminding_queues_once_and_says_so_on_stderr(tracker: Command, stored: Database) -> None:
    first = tracker.ok("remind", "--at", EVE, "--json")
    assert len(first.json["mails"]) == 3
    assert "已放入待发队列 3 封" in first.err
    second = tracker.ok("remind", "--at", EVE, "--json")
    assert second.json["mails"] == []
    assert {skip["reason"] for skip in second.json["skipped"]} == {"本档催报（-1）已发出"}
    assert counts(stored) == (3, 3)


@pytest.mark.usefixtures("site")
def test_without_a_moment_now_counts_and_one_without_a_zone_is_the_sites(tracker: Command) -> None:
    assert tracker.ok("remind", "--dry-run", "--json").json["at"] == "2024-09-20T10:00:00+08:00"
    plan = tracker.ok("remind", "--at", "2024-09-30T08:59", "--dry-run", "--json").json
    assert plan["at"] == "2024-09-30T08:59:00+08:00"
    assert {mail["rung"] for mail in plan["mails"]} == {-5}


@pytest.mark.usefixtures("site")
def test_people_see_who_gets_what_and_who_does_not(tracker: Command) -> None:
    ran = tracker.ok("remind", "--at", EVE, "--dry-run")
    assert "a@example.org\t甲县\texample\t2024Q3\t-1\t2\t距截止还有 1 个工作日（第 -1 档）" in ran.out
    holiday = tracker.ok("remind", "--at", "2024-10-03T09:00+08:00", "--dry-run")
    assert "不是工作日" in holiday.err
    assert len(holiday.out.splitlines()) == 1


@pytest.mark.parametrize("moment", ["tomorrow", "2024-13-01", "09:00"])
@pytest.mark.usefixtures("site")
def test_a_moment_that_is_none_is_refused(tracker: Command, moment: str) -> None:
    assert "2024-09-30T09:00+08:00" in tracker.refused("remind", "--at", moment, "--dry-run")


def test_queued_mails_are_delivered_to_the_folder_once(tracker: Command, site: Path) -> None:
    tracker.ok("remind", "--at", "2024-09-18T09:00+08:00")
    assert "送出 3 封" in tracker.ok("deliver").out
    files = sorted(site.glob("var/mail/*.eml"))
    assert len(files) == 3
    assert "送出 0 封" in tracker.ok("deliver").out
    assert sorted(site.glob("var/mail/*.eml")) == files


def test_parked_mails_are_queued_again_once(tracker: Command, site: Path, stored: Database) -> None:
    tracker.ok("remind", "--at", "2024-09-18T09:00+08:00")
    with stored.transaction() as session:
        for mail in session.exec(select(OutgoingMail)):
            mail.state, mail.attempts = MailState.PARKED, 12
    assert "送出 0 封" in tracker.ok("deliver").out
    assert tracker.ok("mail", "resend", "--parked", "--kind", "interviews").out == "已重新列入待发 0 封。\n"
    assert tracker.ok("mail", "resend", "--parked", "--kind", "reminder").out == "已重新列入待发 3 封。\n"
    assert tracker.ok("mail", "resend", "--parked").out == "已重新列入待发 0 封。\n"
    assert list(site.glob("var/mail/*.eml")) == []


@pytest.mark.usefixtures("site")
def test_what_to_send_again_is_not_guessed(tracker: Command) -> None:
    ran = tracker("mail", "resend")
    assert (ran.code, ran.out) == (2, "")
    assert "--parked" in ran.err


def test_a_kind_of_mail_is_previewed(tracker: Command, site: Path) -> None:
    assert site.is_dir()
    ran = tracker.ok("mail", "preview", "reminder")
    assert ran.out.startswith("【催报】")
    assert "示例任务清单 2024Q3" in ran.err
    invented = tracker.ok("mail", "preview", "form_receipt")
    assert "虚构数据" in invented.err
    assert tracker("mail", "preview", "nothing").code != 0
