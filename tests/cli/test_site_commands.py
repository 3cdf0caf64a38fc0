"""Laying out a site and making its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example import PERIOD, SLUG
from tracker.config import Settings, load_settings
from tracker.resources import bundled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_init_lays_out_everything_that_may_be_edited(tracker: Command, tmp_path: Path) -> None:
    tracker.ok("init", "mine/site")
    folder = tmp_path / "mine" / "site"
    assert {path.name for path in folder.iterdir()} == {"config.toml", "templates", "tasklists"}
    assert load_settings(folder / "config.toml", {}) == Settings(root=folder.resolve())
    assert files_below(folder / "templates") == files_below(bundled("templates"))
    assert "guilin-2022-2024.toml" in files_below(folder / "tasklists")
    assert "guilin-2022-2024.xlsx" in files_below(folder / "tasklists")


@pytest.mark.parametrize("taken", ["config.toml", "templates", "tasklists"])
def test_init_never_overwrites(tracker: Command, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine", "utf-8")
    before = files_below(tmp_path)
    assert taken in tracker.refused("init", ".")
    assert files_below(tmp_path) == before


def test_init_where_no_folder_can_be_made_is_a_mistake_and_no_fault(tracker: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    tracker.refused("init", "file/site")


def test_a_new_site_is_migrated_once_and_again(tracker: Command) -> None:
    tracker.ok("init", ".")
    first = tracker.ok("migrate").out
    assert tracker.ok("migrate").out == first
    assert tracker.ok("units", "list", "--json").json == []


@pytest.mark.parametrize(
    "line",
    [
        ("units", "list"),
        ("contacts", "list"),
        ("users", "list"),
        ("import", "guilin-2022-2024"),
        ("round", "show", SLUG, PERIOD),
        ("round", "open", SLUG, PERIOD),
        ("remind", "--dry-run"),
        ("deliver",),
        ("serve",),
        ("worker",),
    ],
    ids=" ".join,
)
def test_before_migrating_every_command_says_to_migrate(
    tracker: Command, tmp_path: Path, line: tuple[str, ...]
) -> None:
    (tmp_path / "config.toml").write_text("", "utf-8")
    assert "tracker migrate" in tracker.refused(*line)


def test_the_doctor_finds_a_fresh_site_well_and_an_unmigrated_one_not(tracker: Command, site: Path) -> None:
    well = tracker.ok("doctor")
    assert "✗" not in well.out
    assert "✓ 数据库" in well.out
    (site / "var" / "tracker.db").unlink()
    ill = tracker("doctor")
    assert ill.code == 1
    assert "✗ 数据库：" in ill.out
    assert "tracker migrate" in ill.out


def test_the_doctor_names_a_template_that_an_edit_has_broken(tracker: Command, site: Path) -> None:
    broken = site / "templates" / "mail" / "reminder"
    broken.mkdir(parents=True)
    (broken / "body.txt").write_text("{% if %}", "utf-8")
    ran = tracker("doctor")
    assert ran.code == 1
    assert "✗ 邮件模板：mail/reminder/body.txt" in ran.out
