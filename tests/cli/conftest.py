"""The command, run in this process as a shell would: arguments in, exit code, stdout and stderr out."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import structlog

from tests.example import SHANGHAI, build_example
from tracker import cli, clock
from tracker.config import load_settings
from tracker.db import open_database
from tracker.migrations import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tracker.db import Database

# What the clock says while a command runs: the example's round is open and not yet due.
NOW = datetime(2024, 9, 20, 10, tzinfo=SHANGHAI)
NOTE = "备注：第一个单位为牵头单位，每季度填写（每条控制在300字以内），于每季度第一个月6日前报送。"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout, which has to be JSON and nothing else."""
        return json.loads(self.out)


class Command:
    """`tracker`, in the folder that the test stands in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *arguments: str | Path, stdin: bytes = b"") -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["tracker", *map(str, arguments)])
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        self._capfd.readouterr()
        code: object = None
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
        captured = self._capfd.readouterr()
        return Ran(code if isinstance(code, int) else 0, captured.out, captured.err)

    def ok(self, *arguments: str | Path, stdin: bytes = b"") -> Ran:
        ran = self(*arguments, stdin=stdin)
        assert ran.code == 0, ran.err
        return ran

    def refused(self, *arguments: str | Path, stdin: bytes = b"") -> str:
        """What stderr says of a mistake of the user's; stdout stays empty."""
        ran = self(*arguments, stdin=stdin)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("错误：")
        return ran.err


@pytest.fixture
def tracker(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    """In an empty folder, at NOW, without any of the machine's own TRACKER_ variables."""
    for variable in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.chdir(tmp_path)
    yield Command(monkeypatch, capfd)
    # Some commands send logs to a stderr that ends with this test.
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def example_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the example list and its open round."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "config.toml").write_text("", "utf-8")
    settings = load_settings(folder / "config.toml", {})
    database = open_database(settings)
    upgrade(database)
    with database.transaction() as session:
        build_example(session, settings)
    database.close()
    return folder / "var" / "tracker.db"


@pytest.fixture
def empty_site(tmp_path: Path, template_file: Path) -> Path:
    """A site with default settings and a migrated, empty database."""
    return _site(tmp_path, template_file)


@pytest.fixture
def site(tmp_path: Path, example_file: Path) -> Path:
    """A site with default settings and the example."""
    return _site(tmp_path, example_file)


def _site(folder: Path, database: Path) -> Path:
    (folder / "config.toml").write_text("", "utf-8")
    (folder / "var").mkdir()
    (folder / "var" / "tracker.db").write_bytes(database.read_bytes())
    return folder


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    """The database of the site in this folder."""
    database = open_database(load_settings(tmp_path / "config.toml", {}))
    yield database
    database.close()


@pytest.fixture
def write_table(tmp_path: Path) -> Callable[..., Path]:
    """A task table as xlsx; merges are ranges as Excel writes them."""

    def write(
        header: Sequence[str | None], rows: Sequence[Sequence[str | int]], merges: Sequence[str] = ()
    ) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "清单"
        for line in (("重点任务清单",), header, *rows, (NOTE,)):
            sheet.append(list(line))
        for merge in merges:
            sheet.merge_cells(merge)
        path = tmp_path / "table.xlsx"
        book.save(path)
        return path

    return write
