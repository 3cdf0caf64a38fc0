"""The site that a command works on: its settings and its database."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli.terminal import gettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.actors import Actor

_config = Path("config.toml")


def use_config(path: Path | None) -> None:
    """Which file the commands of this run read: --config, else TRACKER_CONFIG, else ./config.toml."""
    global _config  # noqa: PLW0603 - set once, by the root command, before any other runs
    _config = path or Path(os.environ.get("TRACKER_CONFIG", "config.toml"))


def settings() -> Settings:
    """Raises SettingsError."""
    from tracker.config import load_settings

    return load_settings(_config)


def settings_or_defaults() -> Settings:
    """For commands that need no site: the defaults where there is no config file."""
    from tracker.config import Settings, load_settings

    return load_settings(_config) if _config.exists() else Settings(root=Path.cwd())


@contextmanager
def opened(current: Settings) -> Iterator[Database]:
    """The site's database. Raises DatabaseNotReadyError unless it is migrated."""
    from tracker.db import open_database
    from tracker.migrations import head

    database = open_database(current)
    try:
        database.require_revision(head())
        yield database
    finally:
        database.close()


@contextmanager
def changing(current: Settings) -> Iterator[Session]:
    """One transaction on the site's database."""
    with opened(current) as database, database.transaction() as session:
        yield session


@contextmanager
def reading(current: Settings) -> Iterator[Session]:
    """One snapshot of the site's database."""
    with opened(current) as database, database.reading() as session:
        yield session


def actor() -> Actor:
    """Whoever may run commands on this machine is its administrator."""
    from tracker.domain.actors import Actor, Role

    return Actor(role=Role.ADMINISTRATOR, label=gettext("命令行"), via="cli")
