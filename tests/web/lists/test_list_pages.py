"""A list's page: its versions, and what each changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.example import COORDINATOR
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list
from tracker.actions.rounds.open_round import open_round
from tracker.store.lists import list_by_slug

if TYPE_CHECKING:
    from tests.web.conftest import Pages
    from tracker.actions.lists.list_content import ListContent

NAME = "guilin-2022-2024"


@pytest.fixture
def content(pages: Pages) -> ListContent:
    """The bundled list, imported and with one round open."""
    found = load_list(pages.settings, NAME)
    with pages.database.transaction() as session:
        import_list(session, COORDINATOR, found, pages.now)
        open_round(session, COORDINATOR, pages.settings, list_by_slug(session, NAME), "2024Q3", pages.now)
    return found


def change(pages: Pages, content: ListContent) -> None:
    """Task 1 asks for more, task 3 is gone."""
    first = replace(content.tasks[0], content=content.tasks[0].content + "每年不少于两次。")
    changed = replace(
        content,
        tasks=(first, content.tasks[1], *content.tasks[3:]),
        rows=(*content.rows[:2], *content.rows[3:]),
    )
    with pages.database.transaction() as session:
        import_list(session, COORDINATOR, changed, pages.now)


def test_a_list_shows_its_rules_and_tasks(pages: Pages, content: ListContent) -> None:
    page = pages.as_("领导").get(f"/lists/{NAME}").text
    assert "任务：70 项" in page
    assert content.tasks[69].content[:20] in page
    assert "每季度" in page
    assert "导入新版本" not in page
    assert "导入新版本" in pages.as_("统筹").get(f"/lists/{NAME}").text


def test_the_round_stays_with_the_version_it_was_opened_on(pages: Pages, content: ListContent) -> None:
    change(pages, content)
    browser = pages.as_("统筹")
    page = browser.get(f"/lists/{NAME}").text
    assert "版本：2 个" in page
    assert "任务：69 项" in page
    old = browser.get(f"/lists/{NAME}?version=1").text
    assert "第 1 版的任务：70 项" in old
    assert content.tasks[2].content[:20] in old
    assert content.tasks[2].content[:20] not in page
    assert content.tasks[2].title in browser.get(f"/rounds/{NAME}/2024Q3?view=tasks").text


def test_the_comparison_shows_what_was_added_and_what_is_gone(pages: Pages, content: ListContent) -> None:
    browser = pages.as_("统筹")
    assert "只有一版" in browser.get(f"/lists/{NAME}/changes").text
    change(pages, content)
    page = browser.get(f"/lists/{NAME}/changes?to=2").html
    assert "修改 1 项，删除 1 项，不变 68 项。" in page
    assert "<ins>每年不少于两次。</ins>" in page
    assert "<del>" + content.tasks[2].content[:20] in page
    back = browser.get(f"/lists/{NAME}/changes?from=2&to=1").html
    assert "<del>每年不少于两次。</del>" in back
    assert "新增 1 项" in back


@pytest.mark.parametrize("query", ["?version=2", "?version=x", "/changes?to=7", "/changes?from=0"])
def test_a_version_that_is_not_there_is_not_found(pages: Pages, content: ListContent, query: str) -> None:
    assert content.tasks
    assert pages.as_("统筹").get(f"/lists/{NAME}{query}").status == 404
