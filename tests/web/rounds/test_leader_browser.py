"""A leader's walk in a real browser: sign in, one button, one page, the workbook; on a desk, on a phone, on paper."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.example import SLUG, build_example
from tests.web.conftest import NOW
from tests.web.server import CHROMIUM, chromium, serving
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.people.accounts import add_account
from tracker.app import create_app
from tracker.domain.actors import Role, system

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tracker.config import Settings
    from tracker.db import Database

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT RUN: no chromium (apt-get install chromium)"),
]

LEADER, PASSWORD = f"/leader/{SLUG}/2024Q3", "a long enough password"
TEXT = "示范点用地手续尚未批复，开工推迟。"


@pytest.fixture
def site(sqlite_database: Database, settings: Settings) -> Iterator[tuple[str, Browser]]:
    """The day after the due day: the bureau filed one text of three, 甲县 all of its two, 乙县 nothing."""
    now = NOW + timedelta(days=4)
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        for unit, tasks in ((example.bureau, example.tasks[:1]), (example.county_a, example.tasks[:2])):
            filings = [Filing(task, TEXT) for task in tasks]
            submit(session, example.filer(unit), example.round, unit, filings, NOW)
        add_account(session, system("test"), "leader", Role.LEADER, NOW, password=PASSWORD)
    app = create_app(settings, database=sqlite_database, now=lambda: now, run_jobs=False)
    with serving(app) as address, chromium() as browser:
        yield address, browser


def signed_in(site: tuple[str, Browser], width: int, *, javascript: bool = True) -> Page:
    address, browser = site
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=address, java_script_enabled=javascript
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto("/")
    page.get_by_label("用户名").fill("leader")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_from_signing_in_to_the_workbook(site: tuple[str, Browser], width: int, tmp_path: Path) -> None:
    page = signed_in(site, width)
    # The one button of the page, reached by the keyboard too.
    button = page.locator("main a.button")
    assert button.count() == 1
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LEADER}")
    text = page.locator("main").inner_text()
    assert "应报8项，已报3项（报送率37.5%）" in text
    assert "需要关注 2 项任务：逾期未报 2 项。" in text
    assert "乙县（未报 3）" in text
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载工作簿").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    sheet = load_workbook(BytesIO(file.read_bytes())).worksheets[0]
    values = "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value)
    assert TEXT in values


@pytest.mark.parametrize("width", [1440, 390])
def test_in_english_without_scripts(site: tuple[str, Browser], width: int) -> None:
    page = signed_in(site, width, javascript=False)
    page.goto(LEADER)
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"**{LEADER}")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("main .places a", has_text="3").first.click()
    assert page.locator("#count").inner_text() == "3"


def test_it_prints_on_one_sheet_that_reads_in_black_and_white(site: tuple[str, Browser]) -> None:
    page = signed_in(site, 1440)
    page.goto(LEADER)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    assert not page.locator("main .actions").is_visible()
    # The curve is there with its words, whatever the colour.
    assert page.locator("svg.chart polyline").count() == 1
    assert page.locator("svg.chart text", has_text="截止 10月6日").is_visible()
