"""The calendar of working days, its change with a preview, and the calendar of a list."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import icalendar
import pytest

from tests.actions.site.test_change_calendar import NOTICE_2027
from tests.domain.notices import NOTICES
from tests.example import SHANGHAI
from tracker.store.workdays import calendar_year, work_calendar

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

PASTE = {"what": "notice"}


def cells(answer: Answer, kind: str) -> list[str]:
    """Month and day of the cells of that kind."""
    return [
        f"{number}-{cell.text}"
        for number, month in enumerate(answer.page.find_class("month"), start=1)
        for cell in month.xpath(f".//span[@class='day-key {kind}']")
    ]


def confirm(browser: Browser, previewed: Answer, year: int) -> Answer:
    """Presses the button of the preview."""
    return browser.post(f"/calendar/{year}", previewed.fields(action=f"/calendar/{year}"))


def is_workday(pages: Pages, day: date) -> bool:
    with pages.database.reading() as session:
        return work_calendar(session).is_workday(day)


def test_a_year_shows_days_off_with_the_weekends_among_them_and_worked_weekends(pages: Pages) -> None:
    answer = pages.as_("统筹").get("/calendar/2024")
    assert cells(answer, "worked") == ["2-4", "2-18", "4-7", "4-28", "5-11", "9-14", "9-29", "10-12"]
    off = cells(answer, "off")
    assert [day for day in off if day.startswith("10-")] == [f"10-{n}" for n in range(1, 8)]
    # 与周末连休: the weekend before Monday 10 June.
    assert [day for day in off if day.startswith("6-")] == ["6-8", "6-9", "6-10"]
    assert "国庆节 2024年10月1日 — 2024年10月7日 7 2024年9月29日、2024年10月12日" in answer.text
    assert "随程序自带" in answer.text
    assert "查看改动" not in answer.text


def test_an_unpublished_year_says_so(pages: Pages) -> None:
    answer = pages.as_("统筹").get("/calendar/2027")
    assert "2027 年的放假安排尚未登记，暂按周一至周五推算" in answer.text
    assert cells(answer, "off") == cells(answer, "worked") == []
    assert pages.as_("统筹").get("/calendar/1999").status == 404


def test_a_pasted_notice_is_previewed_and_stored_only_when_confirmed(pages_on_each: Pages) -> None:
    pages = pages_on_each
    browser = pages.as_("管理")
    previewed = browser.post("/calendar/2027/preview", PASTE | {"text": NOTICE_2027})
    assert previewed.status == 200
    assert "2026年12月31日（星期四）休 放假元旦" in previewed.text
    assert "2027年10月9日（星期六）班 上班国庆节" in previewed.text
    assert is_workday(pages, date(2026, 12, 31))
    stored = confirm(browser, previewed, 2027)
    assert (stored.status, stored.location) == (303, "/calendar/2027?done=calendar_saved")
    assert not is_workday(pages, date(2026, 12, 31))
    shown = browser.get("/calendar/2027")
    assert "2024-10-03 10:00 管理：按国务院办公厅通知登记" in shown.text
    assert "元旦 2026年12月31日 — 2027年1月3日 4 2027年1月9日" in shown.text


def test_a_notice_that_contradicts_itself_comes_back_with_what_is_wrong(pages: Pages) -> None:
    wrong = NOTICES[2026].replace("共9天", "共8天")
    answer = pages.as_("管理").post("/calendar/2026/preview", PASTE | {"text": wrong})
    assert answer.status == 422
    assert "文中写的是 8 天，数下来是 9 天" in answer.text
    assert answer.value("text").replace("\r\n", "\n") == wrong
    other = pages.as_("管理").post("/calendar/2027/preview", PASTE | {"text": NOTICES[2026]})
    assert "这是 2026 年的通知，不是 2027 年的" in other.text


def test_the_preview_names_the_dates_that_move(pages: Pages) -> None:
    """3 October 2024: the example's round is open, its reminders of the 8th and 10th are to come."""
    day = {"what": "day", "day": "2024-10-08", "as": "off", "name": "示例"}
    answer = pages.as_("管理").post("/calendar/2024/preview", day)
    assert "改动 1 天" in answer.text
    assert "催报：截止后 1 个工作日 2024年10月8日（星期二）09:00 2024年10月9日（星期三）09:00" in answer.text
    assert (
        "催报：截止后 3 个工作日 2024年10月10日（星期四）09:00 2024年10月11日（星期五）09:00" in answer.text
    )
    assert "已开启" in answer.text
    # The closing of an open round is written down, and so does not move.
    assert "关闭 2024年10月12日" not in answer.text
    assert pages.as_("管理").post("/calendar/2024/preview", day | {"day": "8 October"}).status == 422


def test_a_change_in_between_brings_the_preview_again(pages: Pages) -> None:
    browser = pages.as_("管理")
    day = {"what": "day", "day": "2024-11-01", "as": "off"}
    first = browser.post("/calendar/2024/preview", day)
    second = browser.post("/calendar/2024/preview", day | {"day": "2024-11-04"})
    assert confirm(browser, second, 2024).status == 303
    again = confirm(browser, first, 2024)
    assert again.status == 200
    assert "日历刚刚被改过" in again.text
    assert is_workday(pages, date(2024, 11, 1))
    assert confirm(browser, again, 2024).status == 303
    assert not is_workday(pages, date(2024, 11, 1))
    # Pressed a second time it is another change, and the preview says that there is none left.
    assert "没有日子改变" in confirm(browser, again, 2024).text


def test_a_year_is_taken_back_to_provisional(pages: Pages) -> None:
    browser = pages.as_("管理")
    previewed = browser.post("/calendar/2025/preview", {"what": "forget"})
    assert "会重新载入自带的安排" in previewed.text
    assert confirm(browser, previewed, 2025).status == 303
    with pages.database.reading() as session:
        assert calendar_year(session, 2025) is None
    assert "尚未登记" in browser.get("/calendar/2025").text
    assert browser.post("/calendar/2025/preview", {"what": "forget"}).status == 404


def test_the_calendar_of_a_list_shows_what_comes_when(pages: Pages) -> None:
    answer = pages.as_("领导").get("/lists/example/calendar/2024")
    assert "截止日是休息日，仍以当天为准。截止前最后一次催报在 2024年9月30日（星期一）09:00。" in answer.text
    assert "2024年10月8日 星期二 09:00 催报：截止后 1 个工作日 填报人、单位领导" in answer.text
    assert "尚未公布" not in answer.text.partition("2024年第三季度")[0]
    # Due on 6 January 2025, which is known.
    assert "2024年第四季度 尚未开启" in answer.text


def test_what_depends_on_an_unpublished_year_says_so(pages: Pages) -> None:
    browser = pages.as_("管理")
    confirm(browser, browser.post("/calendar/2025/preview", {"what": "forget"}), 2025)
    answer = browser.get("/lists/example/calendar/2024")
    words = "暂按周一至周五推算，放假安排尚未公布"
    assert words not in answer.text.partition("2024年第四季度")[0]
    fourth = answer.text.partition("2024年第四季度 ")[2]
    # Opening, reminders, due day, list of missing units, closing, workbook: all are counted over the year's end.
    assert fourth.count(words) == len(answer.page.xpath("//section[@id='2024Q4']//tbody/tr")) >= 8


def test_the_calendar_of_a_list_is_read_by_calendar_programs(pages: Pages) -> None:
    answer = pages.as_("统筹").get("/lists/example/calendar/2024.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.body)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(events) == len(calendar.walk("VEVENT")) >= 20
    due = events["example-2024Q3-due--@duban"]
    assert due.decoded("dtstart") == date(2024, 10, 6)
    assert str(due["summary"]) == "示例任务清单 2024年第三季度：截止"
    reminder = events["example-2024Q3-reminder--1-@duban"]
    assert reminder.decoded("dtstart") == datetime(2024, 9, 30, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_pages_are_whole_in_each_language(pages: Pages, language: str) -> None:
    browser = pages.as_("管理")
    browser.cookies.set("language", language)
    for path in ("/calendar/2024", "/lists/example/calendar/2024"):
        assert browser.get(path).status == 200
