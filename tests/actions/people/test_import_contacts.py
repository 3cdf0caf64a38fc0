"""Contacts from a file: all rows or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example import COORDINATOR, build_example
from tracker.actions.people.import_contacts import ContactImport, import_contacts
from tracker.domain.actors import Actor, Role
from tracker.errors import BlockingProblemsError, ForbiddenError
from tracker.importers.contacts import ContactRow
from tracker.importers.problem import Problem
from tracker.models import Contact
from tracker.store.contacts import all_contacts

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database


def row(unit: str, name: str, email: str, role: Role = Role.FILLER, number: int = 2) -> ContactRow:
    return ContactRow(unit, name, email, role, f"第 {number} 行")


def stored(database: Database) -> set[tuple[str, str, str, str]]:
    with database.reading() as session:
        return {
            (unit.name if unit else "", contact.name, contact.email, contact.role.value)
            for contact, unit in all_contacts(session)
        }


def test_contacts_are_added_renamed_or_left_as_they_are(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        build_example(session, settings)
    before = stored(database)
    rows = [
        row("甲县人民政府", "新联系人", "A@Example.org"),
        row("乙县", "乙县联系人", "b@example.org"),
        row("乙县", "乙县领导", "b@example.org", Role.LEADER),
        row("乙县", "第二联系人", "b2@example.org"),
        row("", "统筹办公室", "office@example.org", Role.COORDINATOR),
    ]
    with database.transaction() as session:
        assert import_contacts(session, COORDINATOR, rows, ()) == ContactImport(
            added=2, renamed=1, unchanged=2
        )
    assert stored(database) == before - {("甲县", "甲县联系人", "a@example.org", "filler")} | {
        ("甲县", "新联系人", "a@example.org", "filler"),
        ("乙县", "乙县领导", "b@example.org", "leader"),
        ("乙县", "第二联系人", "b2@example.org", "filler"),
    }


def test_importing_the_same_rows_twice_changes_nothing(database: Database, settings: Settings) -> None:
    rows = [row("甲县", "新联系人", "new@example.org"), row("", "办公室", "o@example.org", Role.COORDINATOR)]
    with database.transaction() as session:
        build_example(session, settings)
        import_contacts(session, COORDINATOR, rows, ())
    before = stored(database)
    with database.transaction() as session:
        assert import_contacts(session, COORDINATOR, rows, ()) == ContactImport(
            added=0, renamed=0, unchanged=2
        )
    assert stored(database) == before


def test_one_bad_row_keeps_every_row_out_and_all_bad_rows_are_named(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        build_example(session, settings)
    before = stored(database)
    rows = [
        row("甲县", "新联系人", "new@example.org", number=2),
        row("甲线", "写错", "x@example.org", number=3),
        row("示例局", "也写错", "y@example.org", number=5),
    ]
    problems = [
        Problem("第 4 行", "bad_address", "邮箱“@”无效"),
        Problem("第 6 行", "contact_repeated", "只读入一次", is_blocking=False),
    ]
    with pytest.raises(BlockingProblemsError) as caught, database.transaction() as session:
        import_contacts(session, COORDINATOR, rows, problems)
    assert [problem.partition("：")[0] for problem in caught.value.problems] == [
        "第 4 行",
        "第 3 行",
        "第 5 行",
    ]
    assert "您是不是要找：市示例局" in caught.value.problems[2]
    assert "只读入一次" not in str(caught.value)
    assert stored(database) == before


def test_a_warning_alone_keeps_nothing_out(sqlite_database: Database, settings: Settings) -> None:
    warning = Problem("第 3 行", "contact_repeated", "只读入一次", is_blocking=False)
    with sqlite_database.transaction() as session:
        build_example(session, settings)
        rows = [row("甲县", "新联系人", "new@example.org")]
        assert import_contacts(session, COORDINATOR, rows, [warning]).added == 1


def test_only_coordinators_change_contacts(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        for actor in (example.filer(example.bureau), Actor(Role.LEADER, "领导", "test")):
            with pytest.raises(ForbiddenError):
                import_contacts(session, actor, [row("甲县", "我", "me@example.org")], ())
        assert session.get(Contact, 5) is None
