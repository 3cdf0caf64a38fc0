"""The rows of any table that refer to a unit, found through the tables' own foreign keys and unique constraints.

Rows are dictionaries by column name, without the contents of files; a key is the list of a row's primary key values,
in the table's order.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import LargeBinary, UniqueConstraint, and_, delete, func, insert, select, update

from tracker.models import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Column, ColumnElement, Select, Table
    from sqlmodel import Session

Row = dict[str, Any]
Key = list[Any]

UNITS: Final = "org_unit"
# What was done to a unit stays with it: the record is what an undoing reads.
_KEPT: Final = frozenset({"unit_change"})


@cache
def references_to(table: str) -> tuple[Column[Any], ...]:
    """Every column of any table that is a foreign key to `table`."""
    return tuple(
        column
        for found in metadata.sorted_tables
        for column in found.columns
        if any(reference.column.table.name == table for reference in column.foreign_keys)
    )


def unit_references() -> tuple[Column[Any], ...]:
    """Every column that says which unit a row is about, the record of changes aside."""
    return tuple(column for column in references_to(UNITS) if column.table.name not in _KEPT)


def rows_where(session: Session, column: Column[Any], value: object) -> list[Row]:
    """In the order of their keys."""
    table = column.table
    found = session.execute(_rows(table).where(column == value).order_by(*table.primary_key))
    return [dict(row) for row in found.mappings()]


def row_by_key(session: Session, table: Table, key: Key) -> Row | None:
    found = session.execute(_rows(table).where(_is(table, key))).mappings().first()
    return None if found is None else dict(found)


def key_of(table: Table, row: Mapping[str, Any]) -> Key:
    return [row[column.name] for column in table.primary_key]


def twins_of(session: Session, table: Table, row: Mapping[str, Any], column: str = "") -> list[Row]:
    """The stored rows that a unique constraint does not suffer beside `row`, whatever number it has.

    For a stored row that is to have another value in `column`, only constraints with that column count: the others
    it fulfils already.
    """
    found: dict[tuple[Any, ...], Row] = {}
    for names in unique_sets(table):
        if column and column not in names:
            continue
        values = {name: row[name] for name in names}
        # To a database, unknown values are never equal.
        if None in values.values():
            continue
        condition = and_(*(table.c[name] == value for name, value in values.items()))
        for twin in session.execute(_rows(table).where(condition)).mappings():
            found[tuple(key_of(table, dict(twin)))] = dict(twin)
    return list(found.values())


@cache
def unique_sets(table: Table) -> tuple[tuple[str, ...], ...]:
    """The sets of columns that no two rows of `table` may share: constraints, unique indexes, and its key where
    that is made of references (as a membership's) and no mere number."""
    sets = set()
    if table.autoincrement_column is None:
        sets.add(tuple(column.name for column in table.primary_key))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            sets.add(tuple(column.name for column in constraint.columns))
    for index in table.indexes:
        if index.unique:
            sets.add(tuple(column.name for column in index.columns))
    return tuple(sorted(sets))


def referring_rows(session: Session, table: Table, row: Mapping[str, Any]) -> dict[str, int]:
    """How many rows refer to `row`, by table and column ("draft.obligation_id"); those with none are left out."""
    (name,) = (column.name for column in table.primary_key)
    counts = {}
    for column in references_to(table.name):
        found = session.scalar(select(func.count()).where(column == row[name]))
        if found:
            counts[f"{column.table.name}.{column.name}"] = found
    return counts


def change_row(session: Session, table: Table, key: Key, values: Mapping[str, Any]) -> None:
    session.execute(update(table).where(_is(table, key)).values(**values))


def remove_row(session: Session, table: Table, key: Key) -> None:
    session.execute(delete(table).where(_is(table, key)))


def restore_row(session: Session, table: Table, row: Mapping[str, Any]) -> bool:
    """Puts a removed row back; False where another stands in its place or what it refers to has gone.

    It keeps its number unless SQLite has given that to another row meanwhile.
    """
    values = dict(row)
    for column in table.columns:
        for reference in column.foreign_keys:
            target = reference.column
            if values[column.name] is not None and not rows_where(session, target, values[column.name]):
                return False
    if twins_of(session, table, row):
        return False
    if table.autoincrement_column is not None and row_by_key(session, table, key_of(table, row)):
        values.pop(table.autoincrement_column.name)
    session.execute(insert(table).values(**values))
    return True


def pack(row: Mapping[str, Any]) -> Row:
    """`row` with values that JSON can hold; `unpack` gives back the same."""
    return {name: _packed(value) for name, value in row.items()}


def unpack(row: Mapping[str, Any]) -> Row:
    return {name: _unpacked(value) for name, value in row.items()}


def _rows(table: Table) -> Select[Any]:
    return select(*(column for column in table.columns if not isinstance(column.type, LargeBinary)))


def _is(table: Table, key: Sequence[Any]) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(table.primary_key, key, strict=True)))


def _packed(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    match value:
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case None | bool() | int() | float():
            return value
        case _:
            return str(value)


def _unpacked(value: Any) -> Any:  # noqa: ANN401 - likewise
    match value:
        case {"datetime": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"decimal": text}:
            return Decimal(text)
        case _:
            return value
