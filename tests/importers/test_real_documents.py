"""The real Guilin table in its three formats; runs where the documents lie beside the checkout."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.importers.document import parse_document

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.importers.parsed import ParsedTask

FILES = ("guilin-task-table.xlsx", "guilin-task-table.docx", "guilin-plan-2022-2024.txt")


def tasks_of(path: Path) -> list[ParsedTask]:
    document = parse_document(path)
    assert document.problems == ()
    return [replace(task, where="") for task in document.tasks]


def test_three_formats_give_the_same_seventy_tasks(sources: Path) -> None:
    workbook, word, text = (tasks_of(sources / name) for name in FILES)
    assert len(workbook) == 70
    assert word == workbook
    assert text == workbook


def test_leads_units_and_groups_are_those_read_by_hand(sources: Path) -> None:
    truth = json.loads((sources / "guilin-task-table.truth.json").read_text("utf-8"))
    tasks = tasks_of(sources / FILES[0])

    for expected, task in zip(truth, tasks, strict=True):
        texts = {
            role: [unit.text for unit in task.units if unit.role == role]
            for role in ("lead", "support", "group")
        }
        assert task.number == expected["seq"]
        assert task.measure == expected["measure"]
        assert texts["lead"] == [expected["lead"]]
        # The truth writes 龙胜县 with the suffix that the table leaves to its neighbour.
        names = {name for unit in task.units for name in (unit.text, unit.name)}
        assert set(expected["others"]) <= names
        assert len(texts["support"]) == len(expected["others"])
        assert texts["group"] == expected["groups"] + expected.get("groups_inherited", [])


def test_the_income_plan_has_fourteen_tasks_with_stated_leads(sources: Path) -> None:
    document = parse_document(sources / "yuxi-income-plan-2022-2024.txt")
    assert [task.number for task in document.tasks] == [str(n) for n in range(1, 15)]
    assert all(task.lead_certain for task in document.tasks)
    # A page break cuts 市农业农村局 in two.
    assert "市农业农村局" in {unit.name for unit in document.tasks[7].units}
    assert not any("34号" in unit.text for task in document.tasks for unit in task.units)
    assert len({task.measure for task in document.tasks}) == 5
    assert document.problems == ()


def test_the_town_plan_has_twenty_tasks_three_with_joint_leads(sources: Path) -> None:
    tasks = parse_document(sources / "lufeng-town-plan-2022-2024.txt").tasks
    leads = {task.number: [unit for unit in task.units if unit.role == "lead"] for task in tasks}
    assert len(tasks) == 20
    assert [number for number, units in leads.items() if len(units) == 2] == ["二", "5", "11"]
    assert ("各村<社区>", "group") in {(unit.text, unit.role) for task in tasks for unit in task.units}


def test_the_district_plan_needs_units_and_proposes_its_cadences(sources: Path) -> None:
    document = parse_document(sources / "daxiang-plan-2023-2025.txt")
    assert [(problem.code, problem.is_blocking) for problem in document.problems] == [("needs_units", False)]
    assert {cadence.words for cadence in document.cadences} == {"每季", "半月", "每月"}
    assert document.tasks
    assert document.outline


def test_the_five_year_plan_gives_its_chapters_as_outline(sources: Path) -> None:
    document = parse_document(sources / "yuxi-145-plan-2021-2025.txt")
    assert sum(item.number.endswith("章") for item in document.outline) >= 8
    assert not any(problem.is_blocking for problem in document.problems)
