"""The feed of due days by its address, and the address on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.conftest import Pages


def test_a_filler_gets_an_address_that_works_without_signing_in(pages: Pages) -> None:
    browser = pages.as_("甲县")
    unit_id = pages.example.county_a.id
    assert "生成订阅地址" in browser.get("/").text
    answer = browser.post(f"/units/{unit_id}/feed")
    assert answer.location == "/?done=feed_renewed"
    address = browser.get("/").page.get_element_by_id("feed").get("value")
    path = address.removeprefix("http://127.0.0.1:8000")
    found = pages.browser().get(path)
    assert found.status == 200
    assert found.headers["content-type"].startswith("text/calendar")
    assert found.headers["cache-control"] == "private, max-age=3600"
    assert "set-cookie" not in found.headers
    assert found.body.startswith(b"BEGIN:VCALENDAR")
    browser.post(f"/units/{unit_id}/feed")
    assert pages.browser().get(path).status == 404


def test_the_office_renews_it_on_the_page_of_the_unit(pages: Pages) -> None:
    browser = pages.as_("统筹")
    unit_id = pages.example.county_a.id
    assert browser.post(f"/units/{unit_id}/feed").location == f"/units/{unit_id}?done=feed_renewed"
    assert "/calendar/feed/" in browser.get(f"/units/{unit_id}").page.get_element_by_id("feed").get("value")
