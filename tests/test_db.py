"""The engine: one snapshot for readers, all or nothing for writers, on both databases."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tracker.db import Database
from tracker.errors import DatabaseNotReadyError
from tracker.migrations import _config, head, upgrade
from tracker.models import (
    ListVersion,
    Obligation,
    OrgUnit,
    ReportingRound,
    Section,
    Task,
    UnitKind,
    key,
    metadata,
)
from tracker.models.search import has_model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        database = Database(make_url(f"sqlite:///{tmp_path}/empty.db"))
        yield database
        database.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"empty_{uuid.uuid4().hex}"
    database = Database(server.create(name))
    yield database
    database.close()
    server.drop(name)


def migrate_to(database: Database, revision: str) -> None:
    with database.rebuilding() as connection:
        command.upgrade(_config(connection), revision)


# Two lists and a round, as revision 0002 holds them.
OLD_SITE = """
INSERT INTO task_list
  (id, slug, title, note, rules, first_period, last_period, source_name, source_hash, imported_at) VALUES
  (7, 'a', '甲', '备注', '{}', '', '', 'a.xlsx', 'ff', '2024-01-02 03:04:05'),
  (8, 'b', '乙', '', '{}', '', '', 'b.docx', 'ee', '2024-01-02 03:04:05');
INSERT INTO section (id, list_id, position, title) VALUES (1, 7, 1, '板块');
INSERT INTO measure (id, list_id, section_id, position, title) VALUES (1, 7, 1, 1, '措施');
INSERT INTO task
  (id, list_id, measure_id, position, number, title, content, units_text, units_block, deadline,
   is_lead_certain, place) VALUES
  (5, 7, 1, 1, '1', '一', '一', '', 1, '', true, ''),
  (6, 7, 1, 2, '2', '二', '二', '', 2, '', true, ''),
  (9, 8, NULL, 1, '1', '一', '一', '', 1, '', true, '');
INSERT INTO org_unit (id, name, kind, position) VALUES (3, '县', 'county', 1);
INSERT INTO assignment (id, task_id, unit_id, role, position, text) VALUES (1, 5, 3, 'lead', 1, '县');
INSERT INTO reporting_round (id, list_id, period, opened_at, due_at, rules) VALUES
  (4, 7, '2024Q3', '2024-09-20 00:00:00', '2024-10-06 15:59:59', '{}');
INSERT INTO obligation (id, round_id, task_id, unit_id, role, state, version, exempt_reason) VALUES
  (2, 4, 5, 3, 'lead', 'pending', 0, '');
"""


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
    """And the index of the search, which has no model; SQLite keeps it in tables of its own."""

    def has_model_or_is_none(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or has_model(str(name))

    with database.engine.connect() as connection:
        options = {"compare_type": True, "include_name": has_model_or_is_none}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        parts = ("", "_config", "_data", "_idx") if database.is_sqlite else ("",)
        others = set(inspect(connection).get_table_names()) - set(metadata.tables) - {"alembic_version"}
        assert others == {f"text_grams{part}" for part in parts}


def test_a_list_of_an_older_site_becomes_its_first_version(unmigrated: Database) -> None:
    migrate_to(unmigrated, "0002")
    with unmigrated.engine.begin() as connection:
        for statement in OLD_SITE.strip().rstrip(";").split(";"):
            connection.exec_driver_sql(statement)
    upgrade(unmigrated)
    with unmigrated.reading() as session:
        versions = {found.list_id: found for found in session.exec(select(ListVersion))}
        assert {
            number: (found.number, found.note, found.source_name) for number, found in versions.items()
        } == {
            7: (1, "备注", "a.xlsx"),
            8: (1, "", "b.docx"),
        }
        tasks = {task.id: (task.version_id, task.lineage) for task in session.exec(select(Task))}
        first, second = key(versions[7]), key(versions[8])
        assert tasks == {5: (first, 1), 6: (first, 2), 9: (second, 1)}
        assert session.exec(select(ReportingRound)).one().version_id == first
        assert session.exec(select(Obligation)).one().task_id == 5
        assert session.exec(select(Section)).one().version_id == first
    with pytest.raises(IntegrityError), unmigrated.transaction() as session:
        session.add(Section(version_id=99, position=1, title="无主"))


def test_a_migration_that_leaves_orphans_is_taken_back(sqlite_database: Database) -> None:
    """PostgreSQL checks references at once; on SQLite that is off while tables are made anew."""
    database = sqlite_database
    with pytest.raises(IntegrityError, match="foreign_key_check"), database.rebuilding() as connection:
        connection.exec_driver_sql("INSERT INTO section (version_id, position, title) VALUES (99, 1, '无主')")
    with database.reading() as session:
        assert session.exec(select(Section)).all() == []
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_migrating_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert database.revision() == head()


def test_a_database_of_another_version_is_refused(database: Database) -> None:
    with pytest.raises(DatabaseNotReadyError, match="tracker migrate"):
        database.require_revision("9999")
