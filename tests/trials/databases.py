"""Databases of trials that run outside pytest: SQLite files, and the PostgreSQL server of the tests."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from tests.postgres import PostgresServer, find_postgres
from tracker.db import Database
from tracker.migrations import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Databases:
    """Makes migrated, empty databases of one kind."""

    def __init__(self, folder: Path, server: PostgresServer | None = None) -> None:
        self.name = "PostgreSQL" if server else "SQLite"
        self._folder = folder
        self._server = server
        self._template = f"template_{uuid.uuid4().hex}"
        url = server.create(self._template) if server else make_url(f"sqlite:///{folder}/{self._template}")
        template = Database(url)
        upgrade(template)
        template.close()

    def new(self) -> Database:
        name = f"trial_{uuid.uuid4().hex}"
        if self._server:
            return Database(self._server.create(name, template=self._template))
        (self._folder / name).write_bytes((self._folder / self._template).read_bytes())
        return Database(make_url(f"sqlite:///{self._folder}/{name}"))


@contextmanager
def databases_of_each_kind(folder: Path) -> Iterator[list[Databases]]:
    """SQLite, and PostgreSQL where a server is installed."""
    found = [Databases(folder)]
    if (binaries := find_postgres()) is None:
        print("NOT RUN ON POSTGRESQL: no server is installed (apt-get install postgresql)")
        yield found
        return
    with PostgresServer.started(binaries) as server:
        yield [*found, Databases(folder, server)]
