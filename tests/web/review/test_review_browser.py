"""A queue worked off in a real browser: with the keyboard, on a telephone, and without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.web.conftest import NOW, ROUND, Pages
from tests.web.server import CHROMIUM, chromium, serving
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.domain.states import ObligationState
from tracker.models import ReportingRound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT RUN: no chromium (apt-get install chromium)"),
]

QUEUE = f"{ROUND}/review"
STOCK = "高度重视，加强领导，扎实推进各项工作，取得阶段性成效。"


class Office:
    """A coordinator's window over four texts; every address it asked for is kept."""

    def __init__(self, pages: Pages, browser: Browser, address: str) -> None:
        self.pages, self.browser, self.address = pages, browser, address
        self.asked: list[str] = []
        self.faults: list[str] = []

    def open(self, *, width: int, english: bool = False, javascript: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=javascript, base_url=self.address
        )
        context.add_cookies([{"name": "duban", "value": self.pages.session_of("统筹"), "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on(
            "console", lambda message: self.faults.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(f"/language/en?next={QUEUE}" if english else QUEUE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        return page

    def states(self) -> list[ObligationState]:
        """Of 甲县 1 and 2 and 乙县 1 and 2."""
        example = self.pages.example
        found = [self.pages.obligations(unit.id) for unit in (example.county_a, example.county_b)]
        return [states[number].state for states in found for number in ("1", "2")]


@pytest.fixture
def office(pages: Pages) -> Iterator[Office]:
    example = pages.example
    with pages.database.transaction() as session:
        found = session.get_one(ReportingRound, example.round.id)
        place = 0
        for unit in (example.county_a, example.county_b):
            for task in example.tasks[:2]:
                text = STOCK if place == 2 else f"建成示范点{place + 3}个。"
                at = NOW - timedelta(hours=9 - place)
                submit(session, example.filer(unit), found, unit, [Filing(task, text)], at)
                place += 1
    with serving(pages.app) as address, chromium() as browser:
        opened = Office(pages, browser, address)
        yield opened
        assert {urlsplit(url).netloc for url in opened.asked} == {urlsplit(address).netloc}
        assert opened.faults == []


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.name || ''"))


def cards(page: Page) -> list[str]:
    return [str(card.get_attribute("id")) for card in page.locator(".review-card").all()]


@pytest.mark.parametrize("english", [False, True], ids=["zh-CN", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_queue_is_worked_off_without_a_mouse(office: Office, width: int, *, english: bool) -> None:
    page = office.open(width=width, english=english)
    first, second, third, fourth = cards(page)
    page.keyboard.press("j")
    assert focused(page) == first
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == second
    with page.expect_navigation():
        page.keyboard.press("a")
    # The next card has the focus, and what was done is said above it.
    assert focused(page) == third
    assert page.locator(f"#{third} [role='status']").is_visible()
    assert cards(page) == [first, third, fourth]

    page.keyboard.press("r")
    box = page.locator(f"#{third} textarea[data-reason]")
    assert focused(page) == box.get_attribute("name")
    # Letters typed into a reason are letters.
    page.keyboard.type("akjr?")
    page.keyboard.press("Escape")
    assert focused(page) == third
    assert box.input_value() == "akjr?"
    page.locator(f"#{third} .phrases label").first.click()
    with page.expect_navigation():
        page.locator(f"#{third} .send-back button.danger").press("Enter")
    assert focused(page) == fourth
    returned, accepted = ObligationState.RETURNED, ObligationState.ACCEPTED
    waiting = ObligationState.SUBMITTED
    assert office.states() == [waiting, accepted, returned, waiting]

    if width > 1000:
        page.keyboard.press("Shift+?")
        assert page.locator("#keys li").first.is_visible()
    page.keyboard.press("x")
    assert page.locator(f"#{fourth} input[name='tick']").is_checked()


def test_an_empty_reason_leads_back_to_the_box(office: Office) -> None:
    page = office.open(width=1440)
    second = cards(page)[1]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("r")
    with page.expect_navigation():
        page.locator(f"#{second} .send-back button.danger").click()
    assert focused(page) == page.locator(f"#{second} textarea[data-reason]").get_attribute("name")
    assert page.locator(f"#{second} .error").is_visible()
    # The page of an answer that was refused is a 422, which the browser says too.
    office.faults = [fault for fault in office.faults if "422" not in fault]


@pytest.mark.parametrize("width", [1440, 390])
def test_everything_but_the_keys_works_without_javascript(office: Office, width: int) -> None:
    page = office.open(width=width, javascript=False)
    first, second, third, fourth = cards(page)
    assert not page.locator("#keys").is_visible()
    page.locator(f"#{third} summary", has_text="退回").click()
    page.locator(f"#{third} .phrases label").first.click()
    page.locator(f"#{third} .send-back button.danger").click()
    page.wait_for_url(f"**#{fourth}")
    assert cards(page) == [first, second, fourth]
    page.locator(f"#{first} input[name='tick']").check()
    page.get_by_role("button", name="通过勾选的").click()
    assert "确认通过以下 1 项？" in page.locator("h1").inner_text()
    assert office.states()[0] is ObligationState.SUBMITTED
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="确认，通过 1 项").click()
    page.get_by_role("button", name="通过本页没有提示的 2 项").click()
    page.get_by_role("button", name="确认，通过 2 项").click()
    assert "没有等待审核的报送" in page.locator("main").inner_text()
    accepted, returned = ObligationState.ACCEPTED, ObligationState.RETURNED
    assert office.states() == [accepted, accepted, returned, accepted]
