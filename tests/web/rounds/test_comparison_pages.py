"""Two rounds beside each other: what changed is told from what did not, and an open round from one that is decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.web.places import file_one
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import system
from tracker.models import TaskList

if TYPE_CHECKING:
    from tests.web.conftest import Pages

COMPARE = "/lists/example/compare"


def test_a_round_before_its_due_moment_is_said_to_be_undecided(pages: Pages) -> None:
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        before = open_round(session, system("test"), pages.settings, task_list, "2024Q2", pages.now)
        before.closed_at = pages.now
        session.add(before)
    browser = pages.as_("领导")
    assert "2024年第三季度尚未截止" in browser.get(COMPARE).text
    pages.now += timedelta(days=10)
    assert "尚未截止" not in browser.get(COMPARE).text


def test_what_did_not_change_stands_once(pages: Pages) -> None:
    file_one(pages, pages.as_("甲县"))
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        open_round(session, system("test"), pages.settings, task_list, "2024Q2", pages.now)
    page = pages.as_("统筹").get(COMPARE).page
    rows = {
        row[0].text_content(): [cell.text_content().strip() for cell in row[1:]]
        for row in page.xpath("//section[h2[.='各单位']]//tbody/tr")
    }
    assert rows["甲县"][0] == "0/2 → 1/2"
    assert rows["乙县"][0] == "0/3"
    assert not any(cell.endswith("— → —") for cells in rows.values() for cell in cells)


def test_who_has_one_round_is_told_where_the_next_is_opened(pages: Pages) -> None:
    links = pages.as_("统筹").get(COMPARE).page.xpath("//p[@class='empty']/a/@href")
    assert links == ["/"]
    assert not pages.as_("领导").get(COMPARE).page.xpath("//p[@class='empty']/a")
