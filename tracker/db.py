"""The engine, and the ways to use it: `reading()`, `transaction()`, and `rebuilding()` for schema changes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, inspect, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from tracker.domain.texts import one_line
from tracker.errors import DatabaseNotReadyError, DatabaseUnreachableError, SettingsError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy.engine import URL, Connection

    from tracker.config import Settings

# How long a SQLite writer waits for another before it fails (milliseconds).
_BUSY_TIMEOUT = 60_000


def database_url(settings: Settings) -> URL:
    """The address of the database: a relative SQLite file lies below the configuration's folder.

    Raises SettingsError when the folder of a SQLite file cannot be made.
    """
    url = make_url(settings.database.url)
    if url.get_backend_name() == "sqlite":
        file = settings.root / (url.database or "")
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(path="database.url", reason=f"无法建立目录 {file.parent}：{error}") from error
        return url.set(database=str(file))
    if settings.database.password:
        url = url.set(password=settings.database.password.get_secret_value())
    return url.set(drivername="postgresql+psycopg")


class Database:
    """One database and its connections. `close()` when done with it."""

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, bool] = {} if self.is_sqlite else {"pool_pre_ping": True}
        self.engine = create_engine(url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent snapshot that is never committed."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with (
            self.engine.connect().execution_options(**options) as connection,
            Session(connection, autoflush=False) as session,
        ):
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls all of it back on an exception.

        On SQLite it takes the write lock at once: a transaction that reads first and writes later would fail
        without waiting when another has written in between.
        """
        with (
            self.engine.connect().execution_options(is_writer=True) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """A connection for schema changes: one transaction, all or nothing.

        SQLite changes a table by making it anew; rows that refer to it would be orphans meanwhile. References are
        checked at the end instead. Raises IntegrityError.
        """
        with self.engine.connect().execution_options(is_writer=True) as connection:
            if not self.is_sqlite:
                yield connection
                connection.commit()
                return
            # Within a transaction the pragma does nothing: it goes past SQLAlchemy, which would begin one.
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA foreign_keys=OFF")
            try:
                yield connection
                if orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(orphans[:5]))
                connection.commit()
            finally:
                connection.rollback()
                cursor.execute("PRAGMA foreign_keys=ON")

    def revision(self) -> str | None:
        """The migration the database stands at; None for an empty one. Raises DatabaseUnreachableError."""
        try:
            with self.engine.connect() as connection:
                if not inspect(connection).has_table("alembic_version"):
                    return None
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except OperationalError as error:
            raise DatabaseUnreachableError(reason=one_line(str(error.orig))) from error

    def require_revision(self, expected: str) -> None:
        """Raises DatabaseNotReadyError unless the database stands at `expected`."""
        if (current := self.revision()) != expected:
            raise DatabaseNotReadyError(current=current or "空", expected=expected)

    def close(self) -> None:
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    return Database(database_url(settings))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would open transactions by itself, and only before writes; _begin_sqlite does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT}",  # first: switching to WAL already needs the lock
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",  # an acknowledged submission survives a power cut
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
