"""Fixtures of the whole suite: a site in a temporary folder, and its database on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from sqlalchemy import make_url

from tests.postgres import PostgresServer, find_postgres
from tracker.config import Settings, load_settings
from tracker.db import Database, open_database
from tracker.migrations import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.golden.round import Golden

# A busy machine is slow, not wrong: examples are bounded in number, not in time.
hypothesis.settings.register_profile(
    "tracker", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tracker")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def sources() -> Path:
    """The folder of real documents that lies beside a working checkout."""
    folder = SHARED / "sources"
    if not folder.is_dir():
        pytest.skip("NOT RUN: the real source documents do not lie beside this checkout (../shared/sources)")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site with default settings in `tmp_path`."""
    config = tmp_path / "config.toml"
    config.write_text("", "utf-8")
    return load_settings(config, {})


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Debian's PostgreSQL, started as an unprivileged user for this worker and stopped at its end."""
    if (binaries := find_postgres()) is None:
        pytest.skip("NOT RUN ON POSTGRESQL: no server is installed (apt-get install postgresql)")
    with PostgresServer.started(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy: migrating anew for each test would take most of the time."""
    file = tmp_path_factory.mktemp("template") / "tracker.db"
    database = Database(make_url(f"sqlite:///{file}"))
    upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """Name of a migrated, empty PostgreSQL database to copy."""
    database = Database(postgres.create("tracker_template"))
    upgrade(database)
    database.close()
    return "tracker_template"


@pytest.fixture
def sqlite_database(settings: Settings, template_file: Path) -> Iterator[Database]:
    """The site's own SQLite database, migrated."""
    target = settings.root / "var" / "tracker.db"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(template_file.read_bytes())
    database = open_database(settings)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database; each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("postgres_template")
    name = f"test_{uuid.uuid4().hex}"
    database = Database(server.create(name, template=template))
    yield database
    database.close()
    server.drop(name)


@pytest.fixture(scope="session")
def golden_file(tmp_path_factory: pytest.TempPathFactory, template_file: Path) -> Path:
    """The golden round in a SQLite file, to copy."""
    from tests.golden.round import stage_golden  # noqa: PLC0415 - few tests need the actions it takes

    folder = tmp_path_factory.mktemp("golden")
    (folder / "config.toml").write_text("", "utf-8")
    file = folder / "var" / "tracker.db"
    file.parent.mkdir()
    file.write_bytes(template_file.read_bytes())
    settings = load_settings(folder / "config.toml", {})
    database = open_database(settings)
    stage_golden(database, settings)
    database.close()
    return file


@pytest.fixture
def golden(sqlite_database: Database, settings: Settings, golden_file: Path) -> Golden:
    """The round of which every figure was worked out by hand, in the site's own SQLite database."""
    from tests.golden.round import Golden  # noqa: PLC0415 - see golden_file

    sqlite_database.close()
    (settings.root / "var" / "tracker.db").write_bytes(golden_file.read_bytes())
    return Golden(sqlite_database, settings)
