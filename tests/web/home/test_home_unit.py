"""A unit's first page: what was published about its lists, and what counts against it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.actions.publishing import publish_plainly
from tests.example import COORDINATOR
from tests.web.conftest import ROUND
from tests.web.filing.test_filing_pages import sheet
from tests.web.places import begin_circular
from tests.web.rounds.test_board import watched
from tracker.models import CircularKind

if TYPE_CHECKING:
    from tests.web.conftest import Pages


def published(pages: Pages, kind: CircularKind = CircularKind.CIRCULAR) -> str:
    circular_id = begin_circular(pages, kind)
    publish_plainly(pages.database, pages.settings, COORDINATOR, circular_id, pages.now)
    return f"/circulars/{circular_id}"


def news(pages: Pages, username: str = "甲县") -> list[str]:
    """Addresses of the accounts that the first page speaks of."""
    page = pages.as_(username).get("/").page
    return [
        str(href) for href in page.xpath("//p[@class='note']//a[starts-with(@href, '/circulars/')]/@href")
    ]


def held(pages: Pages) -> list[tuple[str, str]]:
    links = pages.as_("甲县").get("/").page.xpath("//a[contains(@href, '#conduct')]")
    return [(link.text_content(), link.get("href")) for link in links]


def test_a_unit_is_led_to_the_newest_circular_of_its_list(pages_on_each: Pages) -> None:
    pages = pages_on_each
    published(pages, CircularKind.REPORT)
    assert news(pages) == []
    first = published(pages)
    assert news(pages) == [first]
    assert "新通报：" in pages.as_("甲县").get("/").text
    assert pages.as_("甲县").get(first).status == 200
    pages.now += timedelta(hours=1)
    second = published(pages)
    assert news(pages) == [second]


def test_after_forty_five_days_a_circular_is_no_news(pages: Pages) -> None:
    address = published(pages)
    pages.now += timedelta(days=45)
    assert news(pages) == [address]
    pages.now += timedelta(minutes=1)
    assert news(pages) == []


def test_leaders_are_led_to_each_kind_and_coordinators_go_on_with_their_work(pages: Pages) -> None:
    report, circular = published(pages, CircularKind.REPORT), published(pages)
    assert news(pages, "领导") == [circular, report]
    assert news(pages, "统筹") == []


def test_what_counts_against_a_unit_is_counted_and_each_leads_to_where_it_may_appeal(
    pages_on_each: Pages,
) -> None:
    pages = pages_on_each
    sheet(pages, "甲县").send("one-1", {"1": "高度重视。"})
    assert held(pages) == []
    own = pages.obligations(pages.example.county_a.id)["1"].id
    office = pages.as_("统筹")
    office.post(f"/obligations/{own}/finding", {"reason": "没有数字", "version": "1", "form": "finding"})
    pages.now += timedelta(days=5)
    sheet(pages, "甲县").send("one-2", {"2": "迟报"})
    late = pages.obligations(pages.example.county_a.id)["2"].id
    assert held(pages) == [
        ("第 1 项", f"/obligations/{own}#conduct"),
        ("第 2 项", f"/obligations/{late}#conduct"),
    ]
    assert "已报的有 2 项计入扣分" in pages.as_("甲县").get("/").text
    assert pages.as_("甲县").get(f"/obligations/{own}").page.xpath("//section[@id='conduct']")
    # Others see nothing of it, and what is excused does not count.
    assert not pages.as_("乙县").get("/").page.xpath("//a[contains(@href, '#conduct')]")
    office.post(f"/obligations/{late}/excuse", {"fault": "late", "reason": "停电", "form": "excuse"})
    assert [number for number, _ in held(pages)] == ["第 1 项"]
    office.post(f"/obligations/{own}/finding/withdraw", {})
    assert held(pages) == []


def test_what_was_returned_and_filed_again_still_counts(pages: Pages) -> None:
    sheet(pages, "甲县").send("one-1", {"1": "推进中"})
    own = pages.obligations(pages.example.county_a.id)["1"].id
    pages.as_("统筹").post(f"/obligations/{own}/return", {"version": "1", "reason": "请补数据"})
    sheet(pages, "甲县").send("one-1", {"1": "已建成 2 个"})
    assert [number for number, _ in held(pages)] == ["第 1 项"]


def test_a_closed_round_holds_nothing_against_anybody_here(pages: Pages) -> None:
    pages.now += timedelta(days=5)
    sheet(pages, "甲县").send("one-1", {"1": "迟报"})
    assert held(pages)
    office = pages.as_("统筹")
    office.post(f"{ROUND}/close", office.get(f"{ROUND}/close").fields(action=f"{ROUND}/close"))
    assert held(pages) == []


def test_the_first_page_of_a_unit_asks_little(pages: Pages) -> None:
    """News are one statement; what counts against the unit is asked for only where it has filed something."""
    browser = pages.as_("甲县")
    browser.get("/")
    with watched(pages.database) as statements:
        browser.get("/")
    assert sum("FROM circular" in said for said in statements) == 1
    assert not [said for said in statements if "FROM finding" in said]
    sheet(pages, "甲县").send("one-1", {"1": "推进中"})
    with watched(pages.database) as again:
        browser.get("/")
    assert len(again) <= len(statements) + 1
