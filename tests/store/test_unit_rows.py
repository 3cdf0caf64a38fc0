"""Rows that refer to units, through whatever tables there are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tracker.domain.actors import Role
from tracker.models import Contact, UnitKind, key, metadata
from tracker.store.unit_rows import (
    change_row,
    key_of,
    pack,
    references_to,
    remove_row,
    restore_row,
    row_by_key,
    rows_where,
    twins_of,
    unique_sets,
    unpack,
)
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from tracker.db import Database

CONTACT = metadata.tables["contact"]
MEMBER = metadata.tables["unit_group_member"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "文字",
        7,
        True,
        1.5,
        date(2024, 2, 29),
        datetime(2024, 2, 29, 1, 2, 3, 456, tzinfo=UTC),
        Decimal("0.10"),
    ],
)
def test_a_row_comes_back_from_json_as_it_was(value: Any) -> None:
    back = unpack(json.loads(json.dumps(pack({"value": value}))))["value"]
    assert (back, type(back)) == (value, type(value))


def test_a_number_is_no_unique_set_and_a_pair_of_references_is() -> None:
    assert unique_sets(CONTACT) == (("unit_id", "email", "role"),)
    assert unique_sets(MEMBER) == (("group_id", "unit_id"),)
    assert {column.table.name for column in references_to("obligation")} >= {"draft", "progress_update"}


def test_a_twin_is_what_a_constraint_forbids(database: Database) -> None:
    with database.transaction() as session:
        one, other = (add_unit(session, name, UnitKind.COUNTY) for name in ("甲县", "乙县"))
        for unit in (one, other):
            session.add(Contact(unit_id=key(unit), name="某人", email="a@example.org", role=Role.FILLER))
        session.add(Contact(unit_id=key(one), name="某人", email="b@example.org", role=Role.FILLER))
        session.flush()
        first, second = rows_where(session, CONTACT.c.unit_id, one.id)
        (twin,) = twins_of(session, CONTACT, first | {"unit_id": other.id}, "unit_id")
        assert (twin["unit_id"], twin["email"]) == (other.id, "a@example.org")
        assert twins_of(session, CONTACT, second | {"unit_id": other.id}, "unit_id") == []
        # To a database no unknown value equals another.
        assert twins_of(session, CONTACT, first | {"unit_id": None}, "unit_id") == []


def test_a_removed_row_is_restored_unless_something_stands_in_its_place(database: Database) -> None:
    with database.transaction() as session:
        unit = add_unit(session, "甲县", UnitKind.COUNTY)
        session.add(Contact(unit_id=key(unit), name="某人", email="a@example.org", role=Role.FILLER))
        session.flush()
        (row,) = rows_where(session, CONTACT.c.unit_id, unit.id)
        remove_row(session, CONTACT, key_of(CONTACT, row))
        assert restore_row(session, CONTACT, row)
        assert row_by_key(session, CONTACT, key_of(CONTACT, row)) == row
        # It is there: a second would be its twin.
        assert not restore_row(session, CONTACT, row)
        change_row(session, CONTACT, key_of(CONTACT, row), {"email": "b@example.org"})
        # Its number was given away meanwhile.
        assert restore_row(session, CONTACT, row)
        emails = {found["email"] for found in rows_where(session, CONTACT.c.unit_id, unit.id)}
        assert emails == {"a@example.org", "b@example.org"}


def test_a_row_whose_unit_is_gone_is_not_restored(database: Database) -> None:
    with database.transaction() as session:
        row = {"id": 5, "unit_id": 999, "name": "某人", "email": "a@example.org", "role": "filler"}
        assert not restore_row(session, CONTACT, row)
        assert rows_where(session, CONTACT.c.id, 5) == []
