"""Finding a list by its name or its file."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tracker.actions.load_list import bundled_lists, load_list
from tracker.errors import BlockingProblemsError, SettingsError, UnknownListError, UnreadableFileError
from tracker.resources import bundled

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.config import Settings

NAME = "guilin-2022-2024"
NOTE = "备注：第一个单位为牵头单位，每季度填写（每条控制在300字以内），于每季度第一个月6日前报送。"


def table(path: Path, note: str = NOTE) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ("重点任务清单",),
        ("序号", "主要任务", "具体措施", "责任单位"),
        (1, "1．做强产业", "推动产业融合发展。", "市农业农村局、商务局"),
        (note,),
    ):
        sheet.append(line)
    book.save(path)
    return path


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


def test_a_list_file_is_read_from_its_path(settings: Settings) -> None:
    content = load_list(settings, str(bundled("tasklists") / f"{NAME}.toml"))
    assert len(content.tasks) == 70


def test_a_document_that_states_its_rules_needs_no_list_file(settings: Settings, tmp_path: Path) -> None:
    content = load_list(settings, str(table(tmp_path / "我的清单.xlsx")))
    assert (content.definition.slug, content.definition.title) == ("我的清单", "重点任务清单")
    assert content.definition.rules.due_day == 6
    assert content.note == NOTE
    assert [task.number for task in content.tasks] == ["1"]


def test_a_document_that_states_no_rules_says_what_is_missing(settings: Settings, tmp_path: Path) -> None:
    path = table(tmp_path / "无规则.xlsx", note="备注：无。")
    with pytest.raises(BlockingProblemsError, match="没有读到报送规则"):
        load_list(settings, str(path))


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
