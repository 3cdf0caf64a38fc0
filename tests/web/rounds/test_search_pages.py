"""The page that searches what was filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.actions.searching import index_all, put_on_file
from tests.example import COORDINATOR
from tests.web.places import file_one
from tracker.actions.search import search_texts as searching
from tracker.actions.units.merge_units import merge_units
from tracker.models import OrgUnit, ProgressUpdate
from tracker.web.rounds import search_pages

if TYPE_CHECKING:
    from tests.web.client import Answer
    from tests.web.conftest import Pages


def on_file(pages: Pages, unit: OrgUnit, *texts: str, task: int = 1) -> None:
    with pages.database.transaction() as session:
        put_on_file(session, pages.example, unit, pages.example.tasks[task - 1], texts)
    index_all(pages.database)


def hits(answer: Answer) -> list[str]:
    return [" ".join(node.text_content().split()) for node in answer.page.xpath("//ol[@class='hits']/li")]


def count(answer: Answer) -> str:
    (heading,) = answer.page.xpath("//h2[@id='count']")
    return " ".join(heading.text_content().split())


def test_a_hit_shows_whose_it_is_and_leads_to_it(pages_on_each: Pages) -> None:
    pages = pages_on_each
    on_file(pages, pages.example.county_a, "新建水库一座。")
    answer = pages.as_("统筹").get("/search?q=水库")
    (hit,) = answer.page.xpath("//ol[@class='hits']/li")
    said = " ".join(hit.text_content().split())
    for words in ("甲县", "第 1 项", "2024年第三季度", "新建水库一座。"):
        assert words in said
    assert hit.xpath(".//mark/text()") == ["水库"]
    obligation = pages.obligations(pages.example.county_a.id)["1"]
    assert hit.xpath(".//a/@href") == [f"/obligations/{obligation.id}"]
    assert count(answer) == "1 篇"


def test_what_was_filed_a_moment_ago_is_found(pages: Pages) -> None:
    browser = pages.as_("甲县")
    file_one(pages, browser, "刚刚报送的水库")
    assert len(hits(browser.get("/search?q=水库"))) == 1


def test_nothing_that_was_typed_is_markup(pages: Pages) -> None:
    on_file(pages, pages.example.county_a, "<script>alert(1)</script><b>水库</b>&amp;")
    answer = pages.as_("统筹").get("/search?q=<b>水库%20<script>%20%26amp;%20%22onfocus=")
    assert "<script>alert" not in answer.html
    assert hits(answer) == []
    answer = pages.as_("统筹").get("/search?q=<b>水库%20<script>%20%26amp;")
    assert "&lt;script&gt;" in answer.html
    assert "<script>alert" not in answer.html
    assert "<b>" not in answer.html
    assert answer.page.xpath("//mark/text()") == ["<script>", "<b>水库", "&amp;"]


def test_a_unit_sees_its_own_texts_counts_and_choices_only(pages_on_each: Pages) -> None:
    pages = pages_on_each
    on_file(pages, pages.example.county_a, "甲的水库")
    on_file(pages, pages.example.county_b, "乙的水库")
    answer = pages.as_("甲县").get("/search?q=水库")
    assert count(answer) == "1 篇"
    assert "甲的水库" in hits(answer)[0]
    for asked in ("q=水库", "q=乙的水库", "q=水库&old=1", "q=示例任务"):
        html = pages.as_("甲县").get(f"/search?{asked}").html
        assert "乙的" not in html.replace('value="乙的水库"', "").replace("乙的水库 ·", "")
        assert "乙县" not in html
        assert "第 3 项" not in html
    other = pages.example.county_b.id
    assert pages.as_("甲县").get(f"/search?q=水库&unit={other}").status == 404
    assert pages.as_("甲县").get("/search?q=水库&unit=999999").status == 404
    assert pages.as_("甲县").get("/search?q=水库&unit=x").status == 404
    for all_seeing in ("领导", "统筹", "管理"):
        assert count(pages.as_(all_seeing).get("/search?q=水库")) == "2 篇"


def test_filters_narrow_and_what_means_nothing_is_not_found(pages: Pages) -> None:
    on_file(pages, pages.example.county_a, "甲的水库")
    on_file(pages, pages.example.county_b, "乙的水库")
    browser = pages.as_("统筹")
    unit = pages.example.county_b.id
    assert count(browser.get(f"/search?q=水库&unit={unit}")) == "1 篇"
    assert count(browser.get("/search?q=水库&list=example&period=2024Q3")) == "2 篇"
    for wrong in ("list=none", "period=2023Q1", "unit=x", "unit=999999"):
        assert browser.get(f"/search?q=水库&{wrong}").status == 404


def test_a_unit_that_was_merged_away_means_the_other(pages: Pages) -> None:
    on_file(pages, pages.example.county_b, "乙的水库", task=3)
    with pages.database.transaction() as session:
        going, staying = (
            session.get_one(OrgUnit, unit.id) for unit in (pages.example.county_b, pages.example.county_a)
        )
        merge_units(session, COORDINATOR, pages.settings, going, staying, pages.now)
    answer = pages.as_("统筹").get(f"/search?q=水库&unit={pages.example.county_b.id}")
    assert "甲县" in hits(answer)[0]
    assert answer.page.xpath("//select[@name='unit']/option[@selected]/text()") == ["甲县"]


def test_an_old_version_is_found_when_asked_for_and_says_so(pages: Pages) -> None:
    on_file(pages, pages.example.county_a, "旧的水库", "新的公路")
    browser = pages.as_("统筹")
    nothing = browser.get("/search?q=水库")
    assert "没有找到" in nothing.text
    assert "旧版本" in nothing.text
    (hit,) = hits(browser.get("/search?q=水库&old=1"))
    assert "旧版本：第 1 版" in hit


def test_a_nil_report_is_found_by_its_reason(pages: Pages) -> None:
    browser = pages.as_("甲县")
    with pages.database.transaction() as session:
        number = put_on_file(session, pages.example, pages.example.county_a, pages.example.tasks[0], [""])
        update = session.get_one(ProgressUpdate, number)
        update.nil_reason = "项目尚未批复"
    assert "无进展，理由：项目尚未批复" in hits(browser.get("/search?q=批复"))[0]


def test_long_results_are_paged_and_bounded(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    on_file(pages, pages.example.county_a, *(f"水库第{n}座。" for n in range(7)))
    monkeypatch.setattr(search_pages, "_PAGE", 3)
    browser = pages.as_("统筹")
    address = "/search?q=水库&old=1"
    found = [hits(browser.get(f"{address}&page={page}")) for page in (1, 2, 3)]
    assert [len(part) for part in found] == [3, 3, 1]
    assert "第6座" in found[0][0]
    assert "第0座" in found[2][0]
    pages_shown = browser.get(address).page.xpath("//nav[@class='pager']/a/@href")
    assert [hits(browser.get(href)) for href in pages_shown] == found[1:]
    monkeypatch.setattr(searching, "MOST_HITS", 5)
    answer = browser.get(address)
    assert count(answer) == "5 篇以上"
    assert "缩小范围" in answer.text


def test_tasks_come_first(pages: Pages) -> None:
    answer = pages.as_("统筹").get("/search?q=示例任务2")
    assert answer.page.xpath("//section[contains(@class,'found-tasks')]//a/@href") == ["/lists/example#tasks"]
    obligation = pages.obligations(pages.example.county_a.id)["2"]
    answer = pages.as_("甲县").get("/search?q=示例任务2")
    assert answer.page.xpath("//section[contains(@class,'found-tasks')]//a/@href") == [
        f"/obligations/{obligation.id}"
    ]


@pytest.mark.parametrize("asked", ["", "%20", "%E2%80%8B"])
def test_without_words_the_page_says_what_it_is_for(pages: Pages, asked: str) -> None:
    assert "查找各单位在所有报送期报送的内容" in pages.as_("统筹").get(f"/search?q={asked}").text
    assert "查找本单位在所有报送期报送的内容" in pages.as_("甲县").get(f"/search?q={asked}").text


@pytest.mark.parametrize("asked", ["%22", "'", "*", "%FF%FE", "%ED%A0%80", "农田" * 3000, "，。", "%25_%5C"])
def test_whatever_is_typed_gets_an_answer(pages_on_each: Pages, asked: str) -> None:
    assert pages_on_each.as_("统筹").get(f"/search?q={asked}").status == 200


def test_an_index_that_lags_is_said(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_FEW", 0)
    monkeypatch.setattr(searching, "MOST_RECENT", 1)
    file_one(pages, pages.as_("甲县"), "甲的水库")
    file_one(pages, pages.as_("乙县"), "乙的水库")
    assert "另有 1 篇" in pages.as_("统筹").get("/search?q=水库").text
    assert "另有" not in pages.as_("甲县").get("/search?q=水库").text
