"""The filler's walk in a real browser: typing that is never lost, last period's text, colleagues, no scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.asked import ask_assessment
from tests.example import COORDINATOR
from tests.web.server import CHROMIUM, chromium, serving
from tests.web.test_access import _give_password
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import open_round
from tracker.models import Draft, ProgressUpdate, ReportingRound, TaskList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route

    from tests.web.conftest import Pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT RUN: no chromium (apt-get install chromium)"),
]

UNIT = "乙县"
FILING = "/filing/example/2024Q4"
BEFORE = "本季度共建成示范点3个，组织培训2期，覆盖120人次，资金已全部到位。"
PASSWORD = "a long enough password"
# How long a person takes, in seconds, after the keystroke-level model (Card, Moran and Newell, Communications of the
# ACM 23(7), 1980). Its figures: pointing 1.1, pressing 0.2, moving a hand between keyboard and mouse 0.4, making up
# one's mind 1.35, a key 0.2 for a skilled typist and 0.5 where what is typed makes no word to the hand.
POINT_AND_PRESS = 0.4 + 1.1 + 0.2
# A Chinese character by pinyin is two to three keys and a share of choosing among candidates.
CHARACTER = 2.5 * 0.2
# A page seen for the first time: four things to make up one's mind about, which is a guess on the safe side.
FIRST_LOOK = 4 * 1.35


@dataclass(slots=True)
class Office:
    """A site of three tasks whose last period has texts, and a browser to sit down at."""

    pages: Pages
    address: str
    browser: Browser

    def context(
        self, who: str | None = UNIT, *, width: int = 1440, javascript: bool = True
    ) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, base_url=self.address
        )
        context.set_default_timeout(10_000)
        if who:
            self.sit_down(context, who)
        return context

    def sit_down(self, context: BrowserContext, who: str) -> None:
        secret = self.pages.session_of(who)
        context.add_cookies([{"name": "duban", "value": secret, "url": self.address}])

    def drafts(self) -> list[str]:
        with self.pages.database.reading() as session:
            return [draft.text for draft in session.exec(select(Draft).order_by(Draft.obligation_id))]  # type: ignore[arg-type]

    def filed(self) -> list[str]:
        """The texts of the running period."""
        with self.pages.database.reading() as session:
            return [update.text for update in session.exec(select(ProgressUpdate)) if update.text != BEFORE]

    def id_of(self, number: str) -> int:
        return next(task.id for task in self.pages.example.tasks if task.number == number) or 0


@pytest.fixture
def office(pages: Pages) -> Iterator[Office]:
    example = pages.example
    with pages.database.transaction() as session:
        reporting_round = session.get_one(ReportingRound, example.round.id)
        filer = example.filer(example.county_b)
        filings = [Filing(task, BEFORE) for task in example.tasks[:2]]
        submit(session, filer, reporting_round, example.county_b, filings, pages.now)
        close_round(session, COORDINATOR, reporting_round, pages.now)
        open_round(session, COORDINATOR, pages.settings, example.task_list, "2024Q4", pages.now)
    with serving(pages.app) as address, chromium() as browser:
        yield Office(pages, address, browser)


def sheet_of(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(FILING)
    return page


def task(office: Office, page: Page, number: str) -> Locator:
    return page.locator(f"#task-{office.id_of(number)}")


def box(office: Office, page: Page, number: str) -> Locator:
    return task(office, page, number).locator("textarea")


def wait_until_saved(page: Page) -> None:
    page.locator("#saving", has_text=re.compile("草稿已保存 10:00")).wait_for()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_who_is_new_here_files_three_tasks_in_two_minutes(office: Office, language: str, width: int) -> None:
    """The walk is real, its time is not: every press and character is done in the browser and costs what the
    constants above say. Typed at that speed the hundred characters alone would take the four runs three minutes; what
    the machine takes is left out. So this holds the number of pages, presses and characters, and no more."""
    _give_password(office.pages, UNIT, PASSWORD)
    context = office.context(None, width=width)
    context.add_cookies([{"name": "language", "value": language, "url": office.address}])
    page = context.new_page()
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url.removeprefix(office.address)))
    spent = 0.0

    def press(target: Locator) -> None:
        nonlocal spent
        spent += POINT_AND_PRESS
        target.click()

    page.goto("/")
    page.locator("#username").fill(UNIT)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    spent += FIRST_LOOK
    press(page.locator(".round-card a.primary"))
    spent += FIRST_LOOK
    texts = [f"第{number}项：建成示范点3个，培训2期，覆盖120人次，资金全部到位。" for number in (1, 2, 3)]
    for number, text in enumerate(texts, start=1):
        press(box(office, page, str(number)))
        box(office, page, str(number)).press_sequentially(text)
        spent += CHARACTER * len(text)
    press(page.locator("button[value=all]"))
    page.wait_for_url("**/receipts/*")
    assert seen[:3] == ["/login", "/", FILING]
    assert len(seen) == 4
    assert spent < 120
    assert office.filed() == texts
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_was_typed_is_there_again_after_the_tab_was_closed(office: Office) -> None:
    context = office.context()
    page = sheet_of(context)
    box(office, page, "1").fill("还没有写完的文字")
    wait_until_saved(page)
    assert office.drafts() == ["还没有写完的文字"]
    assert task(office, page, "1").locator("h3").inner_text().endswith("草稿")
    page.close(run_before_unload=False)
    again = sheet_of(context)
    assert box(office, again, "1").input_value() == "还没有写完的文字"
    assert again.locator(".kept").count() == 0
    assert again.evaluate("localStorage.length") == 0


def test_without_a_connection_it_is_kept_on_the_machine_and_offered_on_return(office: Office) -> None:
    context = office.context()
    page = sheet_of(context)
    box(office, page, "1").fill("在服务器上的草稿")
    wait_until_saved(page)
    context.set_offline(True)
    box(office, page, "1").fill("断网以后写的")
    page.locator("#saving", has_text="未连接，文字已存在本机").wait_for()
    page.close(run_before_unload=False)
    context.set_offline(False)
    # A closed tab may have sent its last words after all; here the line was dead.
    assert office.drafts() == ["在服务器上的草稿"]
    again = sheet_of(context)
    offer = task(office, again, "1").locator(".kept")
    assert "断网以后写的" in offer.inner_text()
    assert box(office, again, "1").input_value() == "在服务器上的草稿"
    offer.get_by_role("button", name="放入框内（可换回）").click()
    assert box(office, again, "1").input_value() == "断网以后写的"
    # And what stood in the box is not lost either.
    assert "在服务器上的草稿" in offer.inner_text()
    wait_until_saved(again)
    assert office.drafts() == ["断网以后写的"]


def test_it_is_saved_by_itself_when_the_connection_comes_back(office: Office) -> None:
    context = office.context()
    page = sheet_of(context)
    context.set_offline(True)
    box(office, page, "1").fill("断网以后写的")
    page.locator("#saving", has_text="未连接，文字已存在本机").wait_for()
    page.locator("button[value=all]").click()
    page.locator("#saving", has_text="未连接，不能报送").wait_for()
    assert page.url.endswith(FILING)
    context.set_offline(False)
    wait_until_saved(page)
    assert office.drafts() == ["断网以后写的"]
    page.locator("button[value=all]").click()
    page.wait_for_url("**/receipts/*")
    assert office.filed() == ["断网以后写的"]


def test_what_is_kept_is_nobody_elses_and_goes_when_it_is_filed(office: Office) -> None:
    context = office.context()
    page = sheet_of(context)
    box(office, page, "1").fill("乙县的文字")
    # At once, before anything could be saved.
    task(office, page, "1").locator(f"button[value=one-{office.id_of('1')}]").click()
    page.wait_for_url("**/receipts/*")
    assert page.evaluate("localStorage.length") == 0
    page.goto(FILING)
    context.set_offline(True)
    box(office, page, "2").fill("只有乙县看得到")
    page.locator("#saving", has_text="已存在本机").wait_for()
    page.close(run_before_unload=False)
    context.set_offline(False)
    office.sit_down(context, "甲县")
    other = sheet_of(context)
    assert other.evaluate("localStorage.length") == 1
    assert "只有乙县看得到" not in other.content()
    assert other.locator(".kept").count() == 0


def test_signing_out_leaves_nothing_of_the_account_on_the_machine(office: Office) -> None:
    context = office.context()
    page = sheet_of(context)
    page.evaluate("localStorage.setItem('filing/甲县/1/1/task-1', '{}')")
    page.route("**/drafts", lambda route: route.abort())
    box(office, page, "2").fill("还没有保存的文字")
    page.locator("#saving", has_text="已存在本机").wait_for()
    # Asked whether to leave what is not saved: no, and it is still kept; yes, and it is not.
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="退出").click()
    assert page.evaluate("localStorage.length") == 2
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login?done=signed_out")
    assert page.evaluate("Object.keys(localStorage)") == ["filing/甲县/1/1/task-1"]


def test_a_submission_waits_for_the_draft_under_way(office: Office) -> None:
    page = sheet_of(office.context())

    def slowly(route: Route) -> None:
        page.wait_for_timeout(800)
        route.continue_()

    page.route("**/drafts", slowly)
    with page.expect_request("**/drafts"):
        box(office, page, "1").fill("先存草稿，马上报送")
    page.locator("button[value=all]").click()
    page.wait_for_url("**/receipts/*")
    assert office.filed() == ["先存草稿，马上报送"]


def test_last_periods_text_comes_into_the_box_without_asking_the_server(office: Office) -> None:
    page = sheet_of(office.context())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if FILING in request.url else None)
    task(office, page, "1").get_by_role("button", name="带入上期").click()
    assert box(office, page, "1").input_value() == BEFORE
    assert asked == []
    hint = task(office, page, "1").locator(".alike")
    hint.wait_for()
    assert hint.inner_text() == "与上期 100% 相同"
    box(office, page, "1").fill(BEFORE.replace("3个", "5个"))
    task(office, page, "1").locator(".alike", has_text="与上期 97% 相同").wait_for()
    box(office, page, "1").fill("完全是另一段文字，写的是这一季度新的进展和下一步的打算。")
    hint.wait_for(state="detached")
    # What stands in the box already stays.
    task(office, page, "1").get_by_role("button", name="带入上期").click()
    assert box(office, page, "1").input_value().endswith(f"打算。\n{BEFORE}")


def test_last_periods_text_and_its_hint_without_scripts(office: Office) -> None:
    context = office.context(width=390, javascript=False)
    page = sheet_of(context)
    box(office, page, "2").fill("写了一半")
    task(office, page, "1").get_by_role("button", name="带入上期").click()
    page.wait_for_url(f"**{FILING}?copy={office.id_of('1')}#task-{office.id_of('1')}")
    assert box(office, page, "1").input_value() == BEFORE
    assert task(office, page, "1").locator(".alike").inner_text() == "与上期 100% 相同"
    # Only shown so far; what was typed elsewhere is kept.
    assert office.drafts() == ["写了一半"]
    assert box(office, page, "2").input_value() == "写了一半"
    page.locator("button[value=draft]").last.click()
    page.wait_for_url("**?done=draft")
    assert office.drafts() == [BEFORE, "写了一半"]
    task(office, page, "1").locator("button[value^=one-]").click()
    page.wait_for_url("**/receipts/*")
    assert "与上期 100% 相同" in page.locator("main").inner_text()
    assert "有 1 项的文字与上期几乎相同" in page.locator("main").inner_text()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_judgement_is_chosen_from_a_list_or_typed(office: Office, javascript: bool) -> None:
    with office.pages.database.transaction() as session:
        found = session.exec(select(ReportingRound).where(ReportingRound.period == "2024Q4")).one()
        ask_assessment(session, session.get_one(TaskList, found.list_id), found)
    page = sheet_of(office.context(javascript=javascript))
    judgement = task(office, page, "1").get_by_label("自评")
    box(office, page, "1").fill("建设中。")
    if javascript:
        assert judgement.locator("option").all_inner_texts()[:3] == ["请选择", "提前", "按序时"]
        judgement.select_option("滞后")
    else:
        judgement.fill("滞后")
    task(office, page, "1").locator("button[value^=one-]").click()
    page.wait_for_url("**/receipts/*")
    assert "自评：滞后" in page.locator("main").inner_text()
    page.goto(FILING)
    assert task(office, page, "1").get_by_label("自评").input_value() == "滞后"


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("act", ["one", "all"])
def test_going_back_after_a_refusal_is_no_conflict_with_oneself(
    office: Office, javascript: bool, act: str
) -> None:
    page = sheet_of(office.context(javascript=javascript))
    box(office, page, "1").fill("进" * 301)
    button = f"button[value=one-{office.id_of('1')}]" if act == "one" else "button[value=all]"
    page.locator(button).click()
    page.locator(".note.alert").wait_for()
    page.go_back()
    assert page.url.endswith(FILING)
    assert page.locator(".note.alert").count() == 0
    box(office, page, "1").fill("进" * 300)
    if javascript:
        wait_until_saved(page)
        assert task(office, page, "1").locator(".theirs").count() == 0
    page.locator(button).click()
    page.wait_for_url("**/receipts/*")
    assert office.filed() == ["进" * 300]


def test_going_back_shows_what_stands_now(office: Office) -> None:
    page = sheet_of(office.context())
    box(office, page, "1").fill("进" * 301)
    page.locator("button[value=all]").click()
    page.locator(".note.alert").wait_for()
    box(office, page, "1").fill("改短了")
    wait_until_saved(page)
    page.go_back()
    page.locator(".note.alert").wait_for(state="detached")
    assert box(office, page, "1").input_value() == "改短了"
    assert task(office, page, "1").locator(".count").inner_text() == "3/300 字"


def test_a_page_that_the_browser_kept_is_read_anew(office: Office) -> None:
    context = office.context()
    kept, later = sheet_of(context), sheet_of(context)
    box(office, later, "1").fill("后来的草稿")
    wait_until_saved(later)
    # As Back does where the browser kept the page as it was, which the one of the tests never does.
    with kept.expect_navigation():
        kept.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert box(office, kept, "1").input_value() == "后来的草稿"
    box(office, kept, "1").fill("接着写")
    wait_until_saved(kept)
    assert office.drafts() == ["接着写"]


def test_a_file_is_added_and_taken_away_at_its_task_without_scripts(office: Office) -> None:
    page = sheet_of(office.context(javascript=False))
    box(office, page, "2").fill("写了一半")
    task(office, page, "1").get_by_role("button", name="附件").click()
    chosen = task(office, page, "1").locator("input[type=file]")
    chosen.set_input_files({"name": "示例.txt", "mimeType": "text/plain", "buffer": b"example"})
    task(office, page, "1").get_by_role("button", name="上传附件").click()
    link = task(office, page, "1").get_by_role("link", name="示例.txt")
    with page.expect_download() as waiting:
        link.click()
    assert waiting.value.suggested_filename == "示例.txt"
    assert box(office, page, "2").input_value() == "写了一半"
    task(office, page, "1").get_by_role("button", name="删除").click()
    page.wait_for_url("**#task-*")
    assert link.count() == 0


def test_a_colleagues_draft_hinders_only_at_the_box_that_both_wrote_in(office: Office) -> None:
    mine, theirs = sheet_of(office.context()), sheet_of(office.context())
    box(office, theirs, "1").fill("同事的草稿")
    wait_until_saved(theirs)
    box(office, mine, "2").fill("我的第二项")
    wait_until_saved(mine)
    assert office.drafts() == ["同事的草稿", "我的第二项"]
    box(office, mine, "1").fill("我也写第一项")
    conflict = task(office, mine, "1").locator(".theirs")
    conflict.wait_for()
    assert "同事的草稿" in conflict.inner_text()
    assert box(office, mine, "1").input_value() == "我也写第一项"
    assert office.drafts() == ["同事的草稿", "我的第二项"]
    # The others go on being saved.
    box(office, mine, "3").fill("我的第三项")
    wait_until_saved(mine)
    assert office.drafts() == ["同事的草稿", "我的第二项", "我的第三项"]
    # Typing on changes nothing of that; the button shows both, and decides at the second time.
    box(office, mine, "1").fill("我也写第一项，接着写")
    mine.locator("button[value=draft]").last.click()
    mine.locator(".note.alert").wait_for()
    assert box(office, mine, "1").input_value() == "我也写第一项，接着写"
    assert "同事的草稿" in task(office, mine, "1").locator(".theirs").first.inner_text()
    assert office.drafts() == ["同事的草稿", "我的第二项", "我的第三项"]


def test_a_colleague_who_files_meanwhile_takes_nothing_away(office: Office) -> None:
    mine, theirs = sheet_of(office.context()), sheet_of(office.context())
    box(office, theirs, "1").fill("同事报送的文字")
    task(office, theirs, "1").locator("button[value^=one-]").click()
    theirs.wait_for_url("**/receipts/*")
    box(office, mine, "1").fill("我的文字")
    task(office, mine, "1").locator(".theirs", has_text="同事报送的文字").wait_for()
    mine.close(run_before_unload=False)
    assert office.filed() == ["同事报送的文字"]


def test_when_the_round_closes_the_typed_text_stays_on_the_machine(office: Office) -> None:
    context = office.context()
    page = sheet_of(context)
    with office.pages.database.transaction() as session:
        found = session.exec(select(ReportingRound).where(ReportingRound.period == "2024Q4")).one()
        close_round(session, COORDINATOR, found, office.pages.now)
    box(office, page, "1").fill("晚了一步的文字")
    page.locator("#saving", has_text="报送期已关闭").wait_for()
    page.close(run_before_unload=False)
    again = sheet_of(context)
    assert "晚了一步的文字" in task(office, again, "1").locator(".kept").inner_text()
    assert again.locator("textarea").count() == 0
    assert office.drafts() == []


def test_when_the_session_ends_the_typed_text_stays_and_is_saved_after_signing_in(office: Office) -> None:
    context = office.context()
    page = sheet_of(context)
    context.clear_cookies(name="duban")
    box(office, page, "1").fill("登录过期时写的")
    page.locator("#saving", has_text="登录已过期，文字已存在本机").wait_for()
    office.sit_down(context, UNIT)
    box(office, page, "1").fill("登录过期时写的文字")
    wait_until_saved(page)
    assert office.drafts() == ["登录过期时写的文字"]
