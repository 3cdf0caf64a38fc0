"""Finding a list by its name or its file."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from tracker.actions.lists.load_list import bundled_lists, load_list, locate
from tracker.errors import SettingsError, UnknownListError, UnreadableFileError
from tracker.resources import bundled

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.config import Settings

NAME = "guilin-2022-2024"


def test_a_bundled_list_is_found_by_its_name(settings: Settings) -> None:
    content = load_list(settings, NAME)
    assert content.definition.slug == NAME
    assert len(content.tasks) == len(content.rows) == 70
    assert content.source_name == f"{NAME}.xlsx"
    source = bundled("tasklists") / f"{NAME}.xlsx"
    assert content.source_hash == hashlib.sha256(source.read_bytes()).hexdigest()


def test_the_sites_own_list_goes_before_the_bundled_one(settings: Settings) -> None:
    folder = settings.at_root(settings.paths.tasklists)
    shutil.copytree(bundled("tasklists"), folder)
    own = folder / f"{NAME}.toml"
    own.write_text(own.read_text("utf-8").replace("character_limit = 300", "character_limit = 500"), "utf-8")
    assert bundled_lists(settings)[NAME] == own
    assert load_list(settings, NAME).definition.rules.character_limit == 500


def test_a_list_file_says_whether_it_asks_for_assessments_and_gathers(settings: Settings) -> None:
    folder = settings.at_root(settings.paths.tasklists)
    shutil.copytree(bundled("tasklists"), folder)
    rules = load_list(settings, NAME).definition.rules
    assert (rules.asks_assessment, rules.gathers) == (False, False)
    own = folder / f"{NAME}.toml"
    both = "character_limit = 300\nasks_assessment = true\ngathers = true"
    own.write_text(own.read_text("utf-8").replace("character_limit = 300", both), "utf-8")
    rules = load_list(settings, NAME).definition.rules
    assert (rules.asks_assessment, rules.gathers) == (True, True)


def test_a_list_file_is_read_from_its_path(settings: Settings) -> None:
    content = load_list(settings, str(bundled("tasklists") / f"{NAME}.toml"))
    assert len(content.tasks) == 70


def test_a_name_or_a_path_is_located(settings: Settings, tmp_path: Path) -> None:
    assert locate(settings, NAME) == bundled("tasklists") / f"{NAME}.toml"
    assert locate(settings, str(tmp_path / "方案.docx")) == tmp_path / "方案.docx"
    with pytest.raises(UnknownListError):
        locate(settings, str(tmp_path / "方案.exe"))


@pytest.mark.parametrize("name", ["guilin-2022", "Guilin 2022-2024", "guilin-2022-2024.tom"])
def test_an_unknown_name_is_named_with_the_nearest(settings: Settings, name: str) -> None:
    with pytest.raises(UnknownListError) as caught:
        load_list(settings, name)
    assert caught.value.nearest[0] == NAME
    assert name in str(caught.value)


def test_a_name_like_no_list_proposes_nothing(settings: Settings) -> None:
    with pytest.raises(UnknownListError) as caught:
        load_list(settings, "完全不同")
    assert caught.value.nearest == ()


@pytest.mark.parametrize("name", ["nowhere.toml", "nowhere.xlsx"])
def test_a_missing_file_is_named(settings: Settings, tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError, match=name):
        load_list(settings, str(tmp_path / name))


def test_a_wrong_key_of_a_list_file_is_refused_by_its_path(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(bundled("tasklists"), tmp_path / "lists")
    path = tmp_path / "lists" / f"{NAME}.toml"
    path.write_text(path.read_text("utf-8").replace("due_day = 6", "due_dya = 6"), "utf-8")
    with pytest.raises(SettingsError, match="due_d"):
        load_list(settings, str(path))
