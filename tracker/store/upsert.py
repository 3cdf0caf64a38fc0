"""Writing a row that may be there already, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session, SQLModel


def insert_if_absent(
    session: Session, model: type[SQLModel], values: Mapping[str, Any]
) -> tuple[Any, ...] | None:
    """Inserts one row and returns its primary key; None where a unique constraint already holds such a row.

    `values` names every column without a database default: SQLModel's own defaults are not applied. Of two
    transactions that insert the same row at once the later waits for the earlier, and gets None if that
    commits.
    """
    table = model.__table__  # type: ignore[attr-defined]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    row = session.exec(statement).first()
    return None if row is None else tuple(row)
