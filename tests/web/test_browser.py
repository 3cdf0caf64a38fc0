"""The walk of the first quarter in a real browser: board, filing, refusal, board again, workbook.

On the real list where the checkout has it; nothing may be asked of another host.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook

from tests.example import SHANGHAI
from tests.web.server import CHROMIUM, chromium, serving
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list
from tracker.actions.people.accounts import add_account
from tracker.actions.rounds.open_round import open_round
from tracker.actions.site.prepare_database import seed_calendar
from tracker.app import create_app
from tracker.domain.actors import Role, system
from tracker.domain.texts import count_characters
from tracker.store.lists import list_by_slug
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet
    from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page

    from tracker.config import Settings
    from tracker.db import Database

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT RUN: no chromium (apt-get install chromium)"),
]

LIST, PERIOD, EXPECTED = "guilin-2022-2024", "2024Q3", 1215
BOARD, FILING = f"/rounds/{LIST}/{PERIOD}", f"/filing/{LIST}/{PERIOD}"
COUNTY, PASSWORD = "龙胜各族自治县", "a long enough password"
NOW = datetime(2024, 9, 27, 9, 30, tzinfo=SHANGHAI)
# What a text area can hold and what counts differently in naive counting.
TEXTS = (
    "",
    "  前后空格不计  ",
    "两行\n各算一字",
    "\n\n开头的空行",
    "表情👍🏽与𠀀",
    "e\u0301 与 é",
    "가 与 \u1100\u1161",
    "\u3000全角空格\u3000",
    "\ufeff零宽\u200b空格\ufeff",
    "制表\t符",
    "\u2028行分隔\u2029",
    "进" * 300 + "\u00a0",
)


@dataclass(slots=True)
class Desk:
    """One person's window; every address it asked for is kept."""

    page: Page
    context: BrowserContext
    asked: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Site:
    address: str
    browser: Browser
    desks: list[Desk] = field(default_factory=list)

    def desk(self, *, width: int = 1440, javascript: bool = True) -> Desk:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, base_url=self.address
        )
        desk = Desk(context.new_page(), context)
        desk.page.on("request", lambda request: desk.asked.append(request.url))
        desk.page.set_default_timeout(15_000)
        self.desks.append(desk)
        return desk

    def signed_in(
        self, username: str, *, wanted: str = "/", width: int = 1440, javascript: bool = True
    ) -> Page:
        page = self.desk(width=width, javascript=javascript).page
        page.goto(wanted)
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        return page


@pytest.fixture
def site(sqlite_database: Database, settings: Settings) -> Iterator[Site]:
    actor = system("test")
    with sqlite_database.transaction() as session:
        seed_calendar(session)
        import_list(session, actor, load_list(settings, LIST), NOW)
        open_round(session, actor, settings, list_by_slug(session, LIST), PERIOD, NOW)
        add_account(session, actor, "coordinator", Role.COORDINATOR, NOW, password=PASSWORD)
        county = unit_by_name(session, COUNTY)
        add_account(session, actor, COUNTY, Role.FILLER, NOW, unit=county, password=PASSWORD)
    app = create_app(settings, database=sqlite_database, now=lambda: NOW, run_jobs=False)
    with serving(app) as address, chromium() as browser:
        found = Site(address, browser)
        yield found
        own = urlsplit(address).netloc
        asked = [url for desk in found.desks for url in desk.asked]
        assert asked
        # Pages, style, script and icon: all of it from here.
        assert {urlsplit(url).netloc for url in asked if urlsplit(url).scheme != "about"} == {own}


def figure(page: Page, label: str) -> int:
    """The number over `label` on the board."""
    text = page.locator(".figures a", has_text=label).locator(".n").first.inner_text()
    return int(text)


def test_from_board_to_workbook(site: Site, tmp_path: Path) -> None:
    coordinator = site.signed_in("coordinator", wanted=BOARD)
    assert (figure(coordinator, "应报"), figure(coordinator, "已报")) == (EXPECTED, 0)

    county = site.signed_in(COUNTY)
    county.get_by_role("link", name="去填报").click()
    county.wait_for_url(f"**{FILING}")
    texts = {"1": "龙胜第一项：建成示范点 3 个。", "2": "进" * 301, "8": "龙胜第八项：\n对接企业 12 家。"}
    for number, text in texts.items():
        county.locator("article", has=heading(county, number)).locator("textarea").fill(text)
    too_long = county.locator("article", has=heading(county, "2"))
    assert too_long.locator(".count").inner_text() == "301/300 字"
    assert "over" in (too_long.locator(".count").get_attribute("class") or "")

    county.get_by_role("button", name="报送全部已填").click()
    refused = county.locator("article", has=heading(county, "2"))
    assert "第 2 项：301 字，超过上限 300 字，请删减 1 字" in refused.locator(".error").inner_text()
    assert refused.locator("textarea").input_value() == texts["2"]
    assert "已报送 2 项" in county.locator(".note.alert").inner_text()
    refused.locator("textarea").fill("进" * 300)
    assert refused.locator(".count").inner_text() == "300/300 字"
    refused.get_by_role("button", name="报送本项").click()
    county.wait_for_url("**/receipts/*")
    assert COUNTY in county.locator("main").inner_text()

    coordinator.reload()
    counts = [figure(coordinator, label) for label in ("应报", "已报", "未报", "按时")]
    assert counts == [EXPECTED, 3, EXPECTED - 3, 3]
    coordinator.locator(".figures a", has_text="已报").first.click()
    assert coordinator.locator("#count").inner_text() == "3"
    assert coordinator.locator("tbody tr").count() == 3

    coordinator.goto(BOARD)
    with coordinator.expect_download() as waiting:
        coordinator.get_by_role("link", name="下载工作簿").click()
    file = tmp_path / waiting.value.suggested_filename
    assert file.name.endswith(".xlsx")
    waiting.value.save_as(file)
    sheet = load_workbook(BytesIO(file.read_bytes()), rich_text=False).worksheets[0]
    for number in ("1", "8"):
        assert texts[number] in progress_of(sheet, number)
        assert COUNTY in progress_of(sheet, number)
    assert texts["1"] not in progress_of(sheet, "2")


def heading(page: Page, number: str) -> Locator:
    return page.get_by_role("heading", name=re.compile(rf"^第 {number} 项 "))


def progress_of(sheet: Worksheet, number: str) -> str:
    """Everything in column D between the row of task `number` and the next task's."""
    found: list[str] = []
    current = ""
    for row in sheet.iter_rows(max_col=4, values_only=True):
        current = str(row[0]) if row[0] is not None else current
        if current == number and row[3]:
            found.append(str(row[3]))
    return "\n".join(found)


def test_the_count_while_typing_is_the_servers_count(site: Site) -> None:
    page = site.signed_in(COUNTY, wanted=FILING)
    box = page.locator("textarea").first
    shown = page.locator(".count").first
    for text in TEXTS:
        box.fill(text)
        # A browser posts each line break of a text area as CR LF.
        expected = count_characters(text.replace("\n", "\r\n"))
        assert shown.inner_text() == f"{expected}/300 字", ascii(text)
    chance = random.Random(20240930)
    alphabet = "进a \n\r\t\x85\xa0e\u0301\u0327\u200b\u2028\u2029\u3000\ufeff"
    alphabet += "\u1100\u1161\u11a8\u0344\u212b\ufb1d𠀀👍"
    samples = ["".join(chance.choices(alphabet, k=chance.randrange(12))) for _ in range(400)]
    counted = page.evaluate("texts => texts.map(countCharacters)", samples)
    assert counted == [count_characters(text) for text in samples]


def test_a_county_files_on_a_phone_without_scripts(site: Site) -> None:
    page = site.signed_in(COUNTY, wanted=FILING, width=390, javascript=False)
    article = page.locator("article", has=heading(page, "1"))
    article.locator("textarea").fill("手机上填写的文字")
    article.get_by_role("button", name="报送本项").click()
    page.wait_for_url("**/receipts/*")
    assert "手机上填写的文字" in page.locator("main").inner_text()


def test_no_page_is_wider_than_a_phone(site: Site) -> None:
    filer = site.signed_in(COUNTY, width=390)
    coordinator = site.signed_in("coordinator", width=390)
    paths = (
        BOARD, f"{BOARD}?view=tasks", f"{BOARD}?view=matrix", f"{BOARD}/obligations", f"{BOARD}/remind",
        f"{BOARD}/close", "/", "/mails", "/contacts", "/units", "/obligations/1", "/nowhere",
        "/lists/import",
    )  # fmt: skip
    for page, path in [(filer, "/"), (filer, FILING), *((coordinator, path) for path in paths)]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_typed_text_is_not_left_by_accident(site: Site) -> None:
    page = site.signed_in(COUNTY, wanted=FILING)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("textarea").first.press_sequentially("未保存")
    page.get_by_role("link", name="首页").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith(FILING)


def test_keyboard_enter_in_a_field_files_nothing(site: Site) -> None:
    page = site.signed_in(COUNTY, wanted=FILING)
    page.locator("textarea").first.fill("只想勾选")
    page.locator("input[type=checkbox]").first.press("Enter")
    page.wait_for_url("**?done=draft")
    assert "草稿已保存" in page.locator("main").inner_text()
