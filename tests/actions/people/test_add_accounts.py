"""Many accounts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, SLUG, build_example
from tracker.actions.people import add_accounts as module
from tracker.actions.people.accounts import add_account, new_password
from tracker.actions.people.add_accounts import Slip, import_accounts, invite_units
from tracker.domain.actors import Actor, Role, system
from tracker.errors import BlockingProblemsError, ForbiddenError, NameTakenError
from tracker.importers.accounts import AccountRow
from tracker.models import Account
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from tracker.actions.people.accounts import NewPassword
    from tracker.config import Settings
    from tracker.db import Database

ROWS = (AccountRow("一", Role.LEADER, "", "第 2 行"), AccountRow("二", Role.FILLER, "甲县", "第 3 行"))


@pytest.fixture
def site(database: Database, settings: Settings) -> Database:
    with database.transaction() as session:
        build_example(session, settings)
    return database


def names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(Account.username)))


def test_passwords_are_hashed_while_nobody_is_kept_from_writing(
    site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer: hashing within its transaction would keep every unit from filing."""
    written: list[str] = []

    def writing_meanwhile(plain: str | None = None) -> NewPassword:
        with site.transaction() as session:
            name = f"meanwhile {len(written)}"
            session.add(Account(username=name, password_hash="-", role=Role.LEADER, created_at=OPENED_AT))
        written.append(name)
        return new_password(plain)

    monkeypatch.setattr(module, "new_password", writing_meanwhile)
    slips = import_accounts(site, COORDINATOR, ROWS, (), OPENED_AT)
    assert len(written) == 2
    assert names(site) == {"一", "二", *written}
    assert [(slip.username, slip.unit) for slip in slips] == [("一", ""), ("二", "甲县")]


def test_a_password_is_not_printed_with_its_slip() -> None:
    assert "secret" not in repr(Slip("一", "领导", "", "secret"))
    assert "a long secret" not in repr(new_password("a long secret"))


def test_a_role_that_is_not_the_actors_to_give_is_a_bad_row(site: Database) -> None:
    rows = (*ROWS, AccountRow("三", Role.ADMINISTRATOR, "", "第 4 行"))
    with pytest.raises(BlockingProblemsError) as caught:
        import_accounts(site, COORDINATOR, rows, (), OPENED_AT)
    assert [problem[:7] for problem in caught.value.problems] == ["第 4 行：您"]
    assert names(site) == set()
    import_accounts(site, system("test"), rows, (), OPENED_AT)
    assert names(site) == {"一", "二", "三"}


def test_one_name_written_in_two_ways_is_one_name(site: Database) -> None:
    rows = (*ROWS, AccountRow("一 ", Role.LEADER, "", "第 4 行"))
    with pytest.raises(BlockingProblemsError, match="写了不止一次"):
        import_accounts(site, COORDINATOR, rows, (), OPENED_AT)
    assert names(site) == set()


def test_a_unit_whose_only_account_is_switched_off_is_not_invited(site: Database) -> None:
    with site.transaction() as session:
        unit = unit_by_name(session, "甲县")
        account, _ = add_account(session, COORDINATOR, "甲县填报", Role.FILLER, OPENED_AT, unit=unit)
        account.is_active = False
        session.add(account)
    assert [slip.unit for slip in invite_units(site, COORDINATOR, SLUG, OPENED_AT)] == ["市示例局", "乙县"]


def test_units_are_invited_all_or_none(site: Database) -> None:
    with site.transaction() as session:
        add_account(session, COORDINATOR, "乙县", Role.LEADER, OPENED_AT)
    with pytest.raises(NameTakenError):
        invite_units(site, COORDINATOR, SLUG, OPENED_AT)
    assert names(site) == {"乙县"}


@pytest.mark.parametrize("role", [Role.FILLER, Role.LEADER])
def test_only_who_coordinates_adds_many(site: Database, role: Role) -> None:
    actor = Actor(role, "某人", "test", unit_id=1)
    with pytest.raises(ForbiddenError):
        import_accounts(site, actor, (), (), OPENED_AT)
    with pytest.raises(ForbiddenError):
        invite_units(site, actor, SLUG, OPENED_AT)
