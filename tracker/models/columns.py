"""Column types and constraints that every table shares, alike on SQLite and PostgreSQL."""

from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from sqlalchemy import CheckConstraint, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Named constraints: Alembic can only change on SQLite what has a name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata


class Word(TypeDecorator[StrEnum]):
    """A StrEnum stored by value: SQLAlchemy's Enum stores names in a column as wide as today's longest."""

    impl = String(24)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        return None if value is None else self.enum(value)


class Amount(TypeDecorator[Decimal]):
    """A Decimal stored as its digits: SQLite has no exact numbers of its own."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


def one_of(column: str, enum: type[StrEnum]) -> CheckConstraint:
    """CHECK that `column` holds a value of `enum`."""
    values = ", ".join(f"'{member.value}'" for member in enum)
    return CheckConstraint(f"{column} IN ({values})", name=column)


class _Numbered(Protocol):
    id: int | None


def key(row: _Numbered) -> int:
    """The primary key of a row that the database has already numbered."""
    assert row.id is not None  # noqa: S101 - a programming mistake, not an input
    return row.id
