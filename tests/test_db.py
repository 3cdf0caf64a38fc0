"""The engine: one snapshot for readers, all or nothing for writers, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tracker.errors import DatabaseNotReadyError
from tracker.migrations import head, upgrade
from tracker.models import OrgUnit, UnitKind, metadata

if TYPE_CHECKING:
    from tracker.db import Database


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError, match="cut"), database.transaction() as session:  # noqa: PT012
        session.add(OrgUnit(name="甲", kind=UnitKind.OTHER))
        session.flush()
        raise RuntimeError("cut")
    with database.reading() as session:
        assert session.exec(select(OrgUnit)).all() == []


def test_reading_never_writes(database: Database) -> None:
    with database.reading() as session:
        session.add(OrgUnit(name="甲", kind=UnitKind.OTHER))
        session.flush()
    with database.reading() as session:
        assert session.exec(select(OrgUnit)).all() == []


def test_words_outside_an_enumeration_are_refused_by_the_database(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO org_unit (name, kind, position) VALUES ('甲', 'planet', 0)"
        )


def test_the_migrations_build_exactly_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert database.revision() == head()


def test_a_database_of_another_version_is_refused(database: Database) -> None:
    with pytest.raises(DatabaseNotReadyError, match="tracker migrate"):
        database.require_revision("9999")
