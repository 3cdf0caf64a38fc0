"""Exit codes, where errors go, and options that hold for every command."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import typer

from tests.example import PERIOD, SLUG
from tracker import __version__
from tracker.actions.rounds import summarise_round
from tracker.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Command


def command_lines(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from command_lines(below, (*path, name))


LINES = list(command_lines(typer.main.get_command(app)))
PROMISED = (
    *(("init",), ("migrate",), ("doctor",), ("serve",), ("worker",), ("demo",), ("parse",), ("import",)),
    *(("submit",), ("remind",), ("deliver",), ("report",)),
    *(("round", word) for word in ("open", "show", "close")),
    *(("units", word) for word in ("list", "import", "add", "alias")),
    *(("contacts", word) for word in ("list", "import", "add")),
    *(("users", word) for word in ("list", "add")),
)


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_every_command_has_a_help_page(tracker: Command, line: tuple[str, ...]) -> None:
    ran = tracker.ok(*line, "--help")
    assert ran.out.splitlines()[0].startswith(" ".join(("Usage: tracker", *line)).rstrip())
    assert ran.err == ""


def test_every_promised_command_is_there() -> None:
    assert set(PROMISED) <= set(LINES)


def test_the_version_is_shown(tracker: Command) -> None:
    assert tracker.ok("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    "line",
    [
        ("nonsense",),
        ("round", "show"),
        ("round", "show", SLUG, PERIOD, "--nonsense"),
        ("submit", SLUG, PERIOD, "--unit", "甲县"),
        ("parse",),
    ],
)
@pytest.mark.usefixtures("site")
def test_wrong_usage_exits_with_2(tracker: Command, line: tuple[str, ...]) -> None:
    ran = tracker(*line)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: tracker" in ran.err


@pytest.mark.usefixtures("site")
def test_a_fault_of_ours_exits_with_3_and_no_traceback(
    tracker: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(summarise_round, "summarise_round", fail)
    ran = tracker("round", "show", SLUG, PERIOD)
    assert (ran.code, ran.out) == (3, "")
    assert "RuntimeError" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("TRACKER_DEBUG", "1")
    with pytest.raises(RuntimeError, match="broken"):
        tracker("round", "show", SLUG, PERIOD)


@pytest.mark.parametrize(
    "place",
    [
        ("--config", "{}", "round", "show", SLUG, PERIOD, "--json"),
        ("--config={}", "round", "show", SLUG, PERIOD, "--json"),
        ("round", "show", "--config", "{}", SLUG, PERIOD, "--json"),
        ("round", "show", SLUG, PERIOD, "--json", "--config", "{}"),
        ("round", "show", SLUG, PERIOD, "--json", "--config={}"),
    ],
)
def test_the_config_may_be_named_before_and_after_the_command(
    tracker: Command, site: Path, monkeypatch: pytest.MonkeyPatch, place: tuple[str, ...]
) -> None:
    elsewhere = site / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    ran = tracker.ok(*(argument.format(site / "config.toml") for argument in place))
    assert ran.json["list"] == SLUG


def test_the_config_may_be_named_by_the_environment_and_the_option_goes_first(
    tracker: Command, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = site / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("TRACKER_CONFIG", str(site / "config.toml"))
    assert tracker.ok("round", "show", SLUG, PERIOD, "--json").json["list"] == SLUG
    nowhere = str(site / "nowhere.toml")
    assert nowhere in tracker.refused("round", "show", SLUG, PERIOD, "--config", nowhere)


def test_without_a_site_the_way_to_one_is_said(tracker: Command) -> None:
    assert "tracker init" in tracker.refused("round", "show", SLUG, PERIOD)


def test_a_broken_config_names_the_path_of_the_key(tracker: Command, site: Path) -> None:
    (site / "config.toml").write_text("[site]\nbase_ulr = 'x'", "utf-8")
    assert "site.base_ulr" in tracker.refused("round", "show", SLUG, PERIOD)


@pytest.mark.usefixtures("site")
def test_a_variable_overrides_the_config_of_a_command(
    tracker: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_SITE_TIME_ZONE", "UTC")
    assert tracker.ok("round", "show", SLUG, PERIOD, "--json").json["due_at"] == "2024-10-06T15:59:59+00:00"
    monkeypatch.setenv("TRACKER_SITE_TIMEZONE", "UTC")
    assert "TRACKER_SITE_TIMEZONE" in tracker.refused("round", "show", SLUG, PERIOD)


def test_the_real_process_keeps_to_the_same_codes(site: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tracker", *arguments],
            cwd=site,
            capture_output=True,
            text=True,
            check=False,
        )

    shown = run("round", "show", SLUG, PERIOD, "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    unknown = run("round", "show", "exampel", PERIOD)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "您是不是要找：example" in unknown.stderr
    assert run("nonsense").returncode == 2
