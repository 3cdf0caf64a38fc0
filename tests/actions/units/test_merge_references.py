"""Every reference to a unit, of whatever table there is or will be: a merge takes it along, an undoing brings it back.

The rows are made up from the tables' own definitions: a table added later is tried without a word here.
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    String,
    insert,
    select,
)
from sqlalchemy.types import TypeDecorator

from tests.actions.merge_sites import snapshot
from tests.example import COORDINATOR
from tracker.actions.units.merge_units import merge_units
from tracker.actions.units.undo_unit_change import undo_unit_change
from tracker.models import UnitKind
from tracker.models.columns import Amount, Word
from tracker.store.unit_rows import key_of, references_to, unique_sets
from tracker.store.units import add_unit
from tracker.web.units.unit_words import ROW_LABELS

if TYPE_CHECKING:
    from sqlalchemy import Column, Table
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

NOW = datetime(2024, 9, 20, 2, tzinfo=UTC)
# What was done to a unit stays with it, and what a unit was merged into is said by merging it.
REFERENCES = {
    f"{column.table.name}.{column.name}": column
    for column in references_to("org_unit")
    if column.table.name != "unit_change"
}
_numbers = itertools.count(1)


def invented(session: Session, table: Table, given: dict[str, Any]) -> dict[str, Any]:
    """A stored row with `given` and as little else as the table suffers; what it refers to is invented before."""
    values = dict(given)
    for column in table.columns:
        if column.name in values or column.nullable or column is table.autoincrement_column:
            continue
        (reference, *_more) = [*column.foreign_keys, None]
        if reference is None:
            values[column.name] = _value(column)
        else:
            parent = invented(session, reference.column.table, {})
            values[column.name] = parent[reference.column.name]
    session.execute(insert(table).values(**values))
    conditions = [table.c[name] == value for name, value in values.items()]
    found = session.execute(select(table).where(*conditions).order_by(*table.primary_key)).mappings().all()
    return dict(found[-1])


def _value(column: Column[Any]) -> object:
    number = next(_numbers)
    kind = column.type
    if isinstance(kind, Word):
        return next(iter(kind.enum))
    if isinstance(kind, Amount):
        return 1
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    by_type: list[tuple[Any, object]] = [
        (Boolean, False),
        (Integer, number),
        (Numeric, 1),
        (DateTime, NOW),
        (Date, date(2024, 9, 20)),
        (LargeBinary, b"x"),
        (String, f"x{number}"),
    ]
    return next((value for types, value in by_type if isinstance(kind, types)))


@pytest.mark.parametrize("place", REFERENCES)
def test_a_row_goes_along_and_comes_back(database: Database, settings: Settings, place: str) -> None:
    column = REFERENCES[place]
    with database.transaction() as session:
        unit, into = (add_unit(session, name, UnitKind.COUNTY) for name in ("甲县", "乙县"))
        row = invented(session, column.table, {column.name: unit.id})
        before = snapshot(session)
        change = merge_units(session, COORDINATOR, settings, unit, into, NOW)
        assert _named(session, column, row) == into.id
        undo_unit_change(session, COORDINATOR, change, NOW)
        assert _named(session, column, row) == unit.id
        assert snapshot(session) == before


@pytest.mark.parametrize(
    "place",
    [
        place
        for place, column in REFERENCES.items()
        if any(column.name in names for names in unique_sets(column.table))
    ],
)
def test_where_only_one_of_two_can_stand_both_come_back(
    database: Database, settings: Settings, place: str
) -> None:
    column = REFERENCES[place]
    names = next(names for names in unique_sets(column.table) if column.name in names)
    with database.transaction() as session:
        unit, into = (add_unit(session, name, UnitKind.COUNTY) for name in ("甲县", "乙县"))
        row = invented(session, column.table, {column.name: unit.id})
        for name in names:
            # Unknown values are never equal: a nullable column of the constraint gets one that is known.
            if row[name] is None:
                row = invented(session, column.table, {column.name: unit.id, name: "x"})
        invented(session, column.table, {name: row[name] for name in names} | {column.name: into.id})
        before = snapshot(session)
        change = merge_units(session, COORDINATOR, settings, unit, into, NOW)
        assert snapshot(session) != before
        undo_unit_change(session, COORDINATOR, change, NOW)
        assert snapshot(session) == before


def test_the_confirmation_has_words_for_each() -> None:
    assert set(REFERENCES) == set(ROW_LABELS)


def _named(session: Session, column: Column[Any], row: dict[str, Any]) -> int | None:
    """Which unit the row names now; where the reference is part of its key, the row is found without it."""
    table = column.table
    conditions = [
        part == value
        for part, value in zip(table.primary_key, key_of(table, row), strict=True)
        if part.name != column.name
    ]
    found: int | None = session.execute(select(column).where(*conditions)).scalars().one()
    return found
