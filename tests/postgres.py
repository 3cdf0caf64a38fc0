"""Debian's PostgreSQL server for tests: its own data folder and socket, gone with the test run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import URL

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSIONS = Path("/usr/lib/postgresql")


def find_postgres() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = sorted(_VERSIONS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server that is reached through a socket in `folder`; no port is opened."""

    folder: Path
    user: str

    @classmethod
    @contextmanager
    def started(cls, binaries: Path) -> Iterator[PostgresServer]:
        # The server refuses to run as root; pytest's own folders are closed to other users, and a socket's
        # path may not be longer than 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        owner = pwd.getpwuid(os.getuid())
        as_user: list[str] = []
        if owner.pw_uid == 0:
            owner = pwd.getpwnam("postgres")
            as_user = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
            shutil.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"

        def run(*command: str) -> None:
            subprocess.run([*as_user, *command], check=True, capture_output=True, cwd=folder, timeout=60)

        run(f"{binaries}/initdb", "-D", str(data), "-A", "trust", "-U", owner.pw_name, "-E", "UTF8", "--no-sync",
            "--no-locale")  # fmt: skip
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=40"
        run(f"{binaries}/pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield cls(folder, owner.pw_name)
        finally:
            run(f"{binaries}/pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
            shutil.rmtree(folder)

    def create(self, name: str, template: str = "template0") -> URL:
        """A new database, copied from `template`."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return URL.create("postgresql+psycopg", self.user, database=name, query={"host": str(self.folder)})

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}"')

    def _execute(self, statement: str) -> None:
        address = f"host={self.folder} user={self.user} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())
