"""A document that changes a list: the preview shows how, and a person may say which tasks are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.lists.test_import_pages import RULES, form_of, settle, store, uploaded
from tracker.store.lists import list_by_slug, tasks_of, versions_of

if TYPE_CHECKING:
    from tests.web.conftest import Pages

HEADER = "序号,具体措施,责任单位\n"
FIRST = (
    HEADER + "1,建设县级养老服务中心，完善居家养老服务网络。,市新设局、市示例局\n"
    "2,新建和改造农村公路三百公里。,市示例局\n"
    "3,开展种业振兴行动。,市新设局\n"
)
# Task 1 reworded, task 2 gone, task 3 now 2, one more.
SECOND = (
    HEADER + "1,建设区域性养老服务中心，完善居家养老服务网络。,市新设局、市示例局\n"
    "2,开展种业振兴行动。,市新设局\n"
    "3,修通乡村道路，逐村落实管护。,市示例局\n"
)


@pytest.fixture
def address(pages: Pages) -> str:
    """The preview of the second document, with the first one stored."""
    browser = pages.as_("统筹")
    assert store(browser, uploaded(browser, "一.csv", FIRST.encode()), **RULES).status == 303
    found = uploaded(browser, "二.csv", SECOND.encode())
    assert settle(browser, found, **RULES, replaces="1").status == 303
    return found


def lineages(pages: Pages) -> list[dict[str, int]]:
    """By task number, of each version from the first on."""
    with pages.database.reading() as session:
        versions = reversed(versions_of(session, list_by_slug(session, "shiyan")))
        return [
            {task.number: task.lineage for task in tasks_of(session, version.id or 0)} for version in versions
        ]


def test_the_preview_shows_what_would_change(pages: Pages, address: str) -> None:
    page = pages.as_("统筹").get(address)
    assert "修改 1 项，新增 1 项，删除 1 项，移动 1 项，不变 0 项。" in page.text
    assert "<del>县级</del><ins>区域性</ins>" in page.html
    assert len(lineages(pages)) == 1


def test_the_import_joins_what_the_preview_has_joined(pages: Pages, address: str) -> None:
    assert store(pages.as_("统筹"), address).status == 303
    assert lineages(pages) == [{"1": 1, "2": 2, "3": 3}, {"1": 1, "2": 3, "3": 4}]


def test_a_person_may_part_and_join_tasks(pages: Pages, address: str) -> None:
    browser = pages.as_("统筹")
    word = {"continues-1": "new", "continues-3": "2"}
    assert settle(browser, address, **word).status == 303
    page = browser.get(address).text
    assert "修改 1 项，新增 1 项，删除 1 项，移动 1 项，不变 0 项。" in page
    assert form_of(browser, address)["continues-1"] == ["new"]
    assert store(browser, address).status == 303
    assert lineages(pages)[1] == {"1": 4, "2": 3, "3": 2}


@pytest.mark.parametrize("word", [{"continues-1": "9"}, {"continues-8": "1"}])
def test_a_word_about_a_task_that_is_not_there_is_refused(
    pages: Pages, address: str, word: dict[str, str]
) -> None:
    answer = store(pages.as_("统筹"), address, **word)
    assert answer.status == 422
    assert len(lineages(pages)) == 1


def test_a_new_list_is_compared_with_nothing(pages: Pages) -> None:
    browser = pages.as_("统筹")
    page = browser.get(uploaded(browser, "一.csv", FIRST.encode())).text
    assert "与已导入的清单比较" not in page
