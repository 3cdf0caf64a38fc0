"""List files, and the Guilin list that is bundled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.domain.names import normalise_name
from tracker.errors import SettingsError, UnreadableFileError
from tracker.importers.document import parse_document
from tracker.importers.listfile import GroupEntry, ListFile, UnitEntry, read_list_file
from tracker.resources import bundled

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """
title = "清单"
document = "表.xlsx"
first_period = "2022Q1"
last_period = "2024Q4"
[rules]
period_type = "quarter"
due_day = 6
[[units]]
name = "市财政局"
kind = "department"
[[units]]
name = "资源县"
kind = "county"
aliases = ["资源县人民政府"]
[[groups]]
name = "各县人民政府"
kind = "county"
[[groups]]
name = "成员单位"
members = ["市财政局"]
[[groups]]
name = "各有关部门"
"""


def write(tmp_path: Path, text: str) -> Path:
    (tmp_path / "表.xlsx").write_bytes(b"-")
    path = tmp_path / "small.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def guilin() -> ListFile:
    return read_list_file(bundled("tasklists") / "guilin-2022-2024.toml")


def test_a_list_takes_its_slug_from_the_file_and_its_document_from_beside_it(tmp_path: Path) -> None:
    read = read_list_file(write(tmp_path, SMALL))
    assert (read.slug, read.document) == ("small", tmp_path / "表.xlsx")


def test_members_are_named_or_of_a_kind_or_not_known(tmp_path: Path) -> None:
    read = read_list_file(write(tmp_path, SMALL))
    assert [read.members_of(group) for group in read.groups] == [("资源县",), ("市财政局",), ()]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('title = "清单"', 'title = "清单"\ncolour = "red"', "small.toml.colour"),
        ("due_day = 6", "due_day = 31", "small.toml.rules.due_day"),
        ("due_day = 6", "due_day = 6\ndue_hour = 3", "small.toml.rules.due_hour"),
        ('kind = "department"', 'kind = "bureau"', "small.toml.units.1.kind"),
        ('title = "清单"\n', "", "small.toml.title"),
        ('document = "表.xlsx"', 'document = "../表.xlsx"', "small.toml.document"),
        ('title = "清单"', 'title = "清单"\nslug = "x"', "small.toml.slug"),
        ('members = ["市财政局"]', 'members = ["市财政局"]\nkind = "county"', "small.toml.groups.2"),
    ],
)
def test_a_wrong_key_is_named_by_its_path(tmp_path: Path, old: str, new: str, path: str) -> None:
    assert old in SMALL
    with pytest.raises(SettingsError) as caught:
        read_list_file(write(tmp_path, SMALL.replace(old, new, 1)))
    assert caught.value.fields["path"] == path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('aliases = ["资源县人民政府"]', 'aliases = ["市 财政局"]', "不止一次"),
        ('members = ["市财政局"]', 'members = ["市教育局"]', "市教育局"),
        ('kind = "department"', 'kind = "department"\nparent = "市政府"', "市政府"),
        ('first_period = "2022Q1"', 'first_period = "2025Q1"', "晚于"),
        ('first_period = "2022Q1"', 'first_period = "2022M01"', "2022M01"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SMALL
    with pytest.raises(SettingsError, match=words):
        read_list_file(write(tmp_path, SMALL.replace(old, new, 1)))


def test_a_missing_document_and_broken_toml_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"无\.xlsx"):
        read_list_file(write(tmp_path, SMALL.replace("表.xlsx", "无.xlsx")))
    with pytest.raises(UnreadableFileError, match="TOML"):
        read_list_file(write(tmp_path, "title = "))


def _entries(read: ListFile) -> dict[str, str]:
    """Full name by every known name."""
    entries: list[UnitEntry | GroupEntry] = [*read.units, *read.groups]
    return {normalise_name(name): entry.name for entry in entries for name in (entry.name, *entry.aliases)}


def test_the_guilin_table_has_its_35_measures_70_tasks_17_leads_and_17_counties(guilin: ListFile) -> None:
    document = parse_document(guilin.document)
    known = _entries(guilin)
    named = [unit for task in document.tasks for unit in task.units]

    assert document.problems == ()
    assert [unit.name for unit in named if normalise_name(unit.name) not in known] == []
    assert [task.number for task in document.tasks] == [str(number) for number in range(1, 71)]
    assert len({task.measure for task in document.tasks}) == 35
    assert len({known[normalise_name(unit.name)] for unit in named if unit.role == "lead"}) == 17
    assert sum(unit.kind == "county" for unit in guilin.units) == 17


def test_the_rules_of_the_guilin_list_are_those_of_its_note(guilin: ListFile) -> None:
    rules = parse_document(guilin.document).rules
    assert rules is not None
    # The note says nothing of reminders: those are the list file's own.
    assert rules.model_copy(update={"ladder": guilin.rules.ladder}) == guilin.rules


def test_guilin_tasks_8_to_10_bind_only_longsheng_and_ziyuan(guilin: ListFile) -> None:
    known = _entries(guilin)
    counties = {unit.name for unit in guilin.units if unit.kind == "county"}
    groups: dict[str, GroupEntry] = {group.name: group for group in guilin.groups}
    bound: dict[str, set[str]] = {}
    for task in parse_document(guilin.document).tasks:
        names = [known[normalise_name(unit.name)] for unit in task.units]
        members = [set(guilin.members_of(groups[name])) for name in names if name in groups]
        bound[task.number] = (set(names) | set().union(*members)) & counties

    two = {"龙胜各族自治县", "资源县"}
    assert [number for number, names in bound.items() if names == two] == ["8", "9", "10"]
    assert sum(map(len, bound.values())) == 1145


def test_guilin_task_22_has_the_units_of_task_20_and_one_bureau_has_one_entry(guilin: ListFile) -> None:
    tasks = {task.number: task for task in parse_document(guilin.document).tasks}
    known = _entries(guilin)

    assert [unit.name for unit in tasks["22"].units] == [unit.name for unit in tasks["20"].units]
    assert all(unit.inherited for unit in tasks["22"].units)
    written = {unit.text for number in ("17", "37") for unit in tasks[number].units if "市场" in unit.text}
    assert written == {"市场监督管理局", "市场监管局"}
    full = {
        known[normalise_name(unit.name)]
        for number in ("17", "37")
        for unit in tasks[number].units
        if unit.text in written
    }
    assert full == {"市市场监督管理局"}
