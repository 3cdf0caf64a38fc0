"""tracker mailbox …"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.cli.conftest import NOW
from tests.mail.letters import fill_form, posted
from tracker.actions.filing.issue_form import issue_form
from tracker.config import load_settings
from tracker.domain.actors import system
from tracker.models import OrgUnit, ProgressUpdate, ReportingRound, TaskList

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database

STRANGER = "someone@example.net"


@pytest.fixture
def form(site: Path, stored: Database) -> bytes:
    """甲县's, with task 1 filled in."""
    settings = load_settings(site / "config.toml", {})
    with stored.transaction() as session:
        task_list = session.exec(select(TaskList)).one()
        current = session.exec(select(ReportingRound)).one()
        unit = session.exec(select(OrgUnit).where(OrgUnit.name == "甲县")).one()
        issued = issue_form(session, system("test"), settings, task_list, current, unit, NOW)
    return fill_form(issued.content, {"1": "命令行导入。"})


@pytest.fixture
def waiting(tracker: Command, site: Path, form: bytes) -> int:
    """A form of 甲县 from an address that nobody knows."""
    (site / "one.eml").write_bytes(posted(STRANGER, ("f.xlsx", form)))
    tracker.ok("mailbox", "import", "one.eml")
    return int(tracker.ok("mailbox", "list", "--state", "quarantined", "--json").json[0]["number"])


def texts(stored: Database) -> list[str]:
    with stored.reading() as session:
        return [update.text for update in session.exec(select(ProgressUpdate))]


def test_a_folder_of_mails_is_imported_once(
    tracker: Command, site: Path, form: bytes, stored: Database
) -> None:
    folder = site / "mails"
    folder.mkdir()
    (folder / "1.eml").write_bytes(posted("a@example.org", ("f.xlsx", form)))
    (folder / "2.eml").write_bytes(posted(STRANGER))
    assert "新收 2 封，已有 0 封，处理 2 封" in tracker.ok("mailbox", "import", folder).out
    assert "新收 0 封，已有 2 封，处理 0 封" in tracker.ok("mailbox", "import", folder).out
    assert texts(stored) == ["命令行导入。"]
    states = {row["state"] for row in tracker.ok("mailbox", "list", "--json").json}
    assert states == {"filed", "quarantined"}


def test_a_waiting_mail_is_shown_and_filed_with_a_reason(
    tracker: Command, waiting: int, stored: Database
) -> None:
    shown = tracker.ok("mailbox", "show", str(waiting)).out
    assert "命令行导入。" in shown
    assert "不是甲县的联系人" in shown
    assert "filed" in tracker.ok("mailbox", "file", str(waiting), "--reason", "电话核实").out
    assert texts(stored) == ["命令行导入。"]
    assert "处理完毕" in tracker.refused("mailbox", "file", str(waiting), "--reason", "再来")


def test_a_sender_is_bound_to_a_unit(tracker: Command, waiting: int, stored: Database) -> None:
    assert "filed" in tracker.ok("mailbox", "bind", str(waiting), "--unit", "甲县人民政府").out
    assert texts(stored) == ["命令行导入。"]
    assert STRANGER in tracker.ok("contacts", "list").out


def test_a_mail_is_discarded_and_taken_up_again(tracker: Command, waiting: int) -> None:
    assert "discarded" in tracker.ok("mailbox", "discard", str(waiting), "--reason", "重复").out
    assert "quarantined" in tracker.ok("mailbox", "again", str(waiting)).out


@pytest.mark.usefixtures("site")
def test_without_a_mailbox_nothing_is_polled(tracker: Command) -> None:
    assert "mailbox.imap.host" in tracker.refused("mailbox", "poll")
    assert "没有找到" in tracker.refused("mailbox", "show", "99")
    assert "quarantined" in tracker.refused("mailbox", "list", "--state", "lost")
