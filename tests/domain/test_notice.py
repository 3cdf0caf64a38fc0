"""The yearly notice of days off, read from its text and held against the calendar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from chinese_calendar.constants import holidays, workdays
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.notices import AMENDMENT_2019, NOTICES, NUMBERS
from tracker.domain.notice import Notice, read_notice
from tracker.domain.workdays import is_weekend
from tracker.errors import NoticeYearUnknownError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Changed after the notice of the year: the May days of 2019, and New Year 2020 in the epidemic.
AMENDED_2019 = {date(2019, 4, 28), date(2019, 5, 2), date(2019, 5, 3), date(2019, 5, 5)}
AMENDED_2020 = {date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)}


def days_of(notice: Notice) -> dict[date, bool]:
    """Whether each day that differs from its weekday is worked."""
    found: dict[date, bool] = {}
    for festival in notice.festivals:
        found |= {day: False for day in festival.days_off if not is_weekend(day)}
        found |= dict.fromkeys(festival.worked, True)
    return found


def packaged(year: int) -> dict[date, bool]:
    """The same of the package that the tables are seeded from, with the New Year's days of the notice of `year`."""

    def belongs(day: date) -> bool:
        return (day.year, day.month) == (year - 1, 12) or (day.year == year and day.month < 12)

    off = {day: False for day in holidays if belongs(day) and not is_weekend(day)}
    return off | {day: True for day in workdays if belongs(day)}


def said(notice: Notice) -> list[str]:
    return [problem.worded(lambda text: text) for problem in notice.problems]


def changed(year: int, old: str, new: str) -> list[str]:
    """The problems of a notice with a mistake in it."""
    assert NOTICES[year].count(old) == 1
    return said(read_notice(NOTICES[year].replace(old, new)))


@pytest.mark.parametrize("year", NOTICES)
def test_each_published_notice_gives_the_days_that_are_packaged(year: int) -> None:
    notice = read_notice(NOTICES[year])
    assert said(notice) == []
    assert (notice.year, notice.number, notice.is_amendment) == (year, NUMBERS[year], False)
    amended = AMENDED_2019 | AMENDED_2020
    expected = {day: is_worked for day, is_worked in packaged(year).items() if day not in amended}
    assert {day: worked for day, worked in days_of(notice).items() if day not in amended} == expected


def test_an_amendment_changes_one_festival_and_needs_no_others() -> None:
    amendment = read_notice(AMENDMENT_2019)
    assert said(amendment) == []
    assert (amendment.year, amendment.is_amendment) == (2019, True)
    assert [festival.name for festival in amendment.festivals] == ["劳动节"]
    both = days_of(read_notice(NOTICES[2019])) | days_of(amendment)
    assert both == packaged(2019)


@pytest.mark.parametrize("year", NOTICES)
def test_full_width_digits_brackets_and_broken_lines_say_the_same(year: int) -> None:
    wide = NOTICES[year].translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    broken = "\u3000\r\n".join(wide)
    plain = NOTICES[year].replace("（", "(").replace("）", ")").replace("：", ":")
    assert read_notice(broken) == read_notice(plain) == read_notice(NOTICES[year])


def test_items_alone_are_enough_with_the_year() -> None:
    items = NOTICES[2026][NOTICES[2026].index("一、元旦") : NOTICES[2026].index("节假日期间")]
    assert read_notice(items, 2026).festivals == read_notice(NOTICES[2026]).festivals
    for text in (items, f"关于1026年部分节假日安排的通知{items}", ""):
        with pytest.raises(NoticeYearUnknownError):
            read_notice(text)


@pytest.mark.parametrize(
    ("sentence", "off", "worked"),
    [
        ("清明节：4月4日-6日放假", ["04-04", "04-05", "04-06"], []),
        ("清明节：4月4—6日放假三天", ["04-04", "04-05", "04-06"], []),
        ("三、清明：4月3日（星期五）放假，4月5日补休", ["04-03", "04-05"], []),
        ("清明节：4月5日放假1天；4月4日、11日上班", ["04-05"], ["04-04", "04-11"]),
        ("清明节：放假共2天，4月5日、6日放假调休，4月11日（周六）上班。", ["04-05", "04-06"], ["04-11"]),
        ("清明节：4月6日（星期一）放假，与周末连休", ["04-06"], []),
        ("八、示例纪念日：4月6日放假", ["04-06"], []),
    ],
)
def test_other_wordings(sentence: str, off: list[str], worked: list[str]) -> None:
    notice = read_notice(f"关于调整2026年端午节假期安排的通知。{sentence}")
    festival = notice.festivals[-1]
    assert [f"{day:%m-%d}" for day in festival.days_off] == off
    assert [f"{day:%m-%d}" for day in festival.worked] == worked
    # Of the festival that is amended nothing is said: that alone is the problem.
    assert [problem.sentence for problem in notice.problems] == ["关于调整2026年端午节假期安排的通知。"]


@pytest.mark.parametrize(
    ("year", "old", "new", "sentence", "problem"),
    [
        (2026, "1月4日（周日）", "1月4日（周六）", "1月4日(周六)上班", "2026-01-04 是星期日，文中写的是周六"),
        (2026, "23日（农历正月初七、周一）", "23日（农历正月初七、周二）", "2月15日", "2026-02-23 是星期一"),
        (2026, "共9天", "共8天", "2月15日", "文中写的是 8 天，数下来是 9 天"),
        (2025, "放假1天", "放假2天", "1月1日(周三)放假2天", "文中写的是 2 天，数下来是 1 天"),
        (2024, "4月7日（星期日）上班", "4月8日上班", "4月8日上班", "2024-04-08 是星期一，不是调休上班的周末"),
        (2024, "6月10日放假", "6月12日放假", "6月12日放假", "2024-06-12 至 2024-06-12 不与周末相连"),
        (2023, "4月5日放假，共1天", "4月31日放假", "4月31日放假", "2023 年没有 4 月 31 日"),
        (2022, "1月31日至2月6日", "2月6日至1月31日", "2月6日至", "起止日期颠倒，或相隔太远"),
        (2022, "6月3日至5日", "6月3日至7月5日", "6月3日至", "起止日期颠倒，或相隔太远"),
        (2021, "10月1日至7日", "11月1日至7日", "11月1日至7日", "国庆节的放假日期不包括 2021-10-01"),
        (2021, "2021年1月1日至3日", "2022年1月1日至3日", "2022年1月1日", "2022-01-01 不在 2021 年"),
        (2021, "6月12日至14日放假，共3天", "6月12日至14日，共3天", "6月12日至14日", "没有读出是放假还是上班"),
        (2021, "6月12日至14日放假", "12日至14日放假", "12日至14日", "12 日没有写是哪个月"),
        (2021, "6月12日至14日放假，共3天。", "另行通知。", "另行通知。", "没有读到放假的日期"),
        (2021, "9月18日（星期六）上班", "9月19日（星期日）上班", "中秋节", "2021-09-19 既放假又上班"),
        (
            2021,
            "9月19日至21日放假调休，共3天",
            "9月21日、10月1日放假",
            "国庆节",
            "2021-10-01 在两个节日里都有",
        ),
        (2021, "2021年1月1日至3日", "9999年12月31日至9999年12月31日", "9999年", "9999 年没有 12 月 31 日"),
        (2021, "一、元旦：", "", "2021年1月1日至3日放假", "没有写是哪个节日"),
    ],
)
def test_a_contradiction_is_named_with_its_sentence(
    year: int, old: str, new: str, sentence: str, problem: str
) -> None:
    found = changed(year, old, new)
    assert any(sentence in text.partition("”：")[0] and problem in text for text in found), found


def test_half_a_notice_is_not_taken_for_a_whole_one() -> None:
    half = NOTICES[2026][: NOTICES[2026].index("五、端午节")]
    assert said(read_notice(half)) == [
        f"没有读到{name}，通知可能没有粘贴完整" for name in ("端午节", "中秋节", "国庆节")
    ]


def test_what_is_far_too_long_is_not_read() -> None:
    assert said(read_notice("元旦、" * 50_000)) == ["文字有 150000 字，不会是一份放假通知（最多 100000 字）"]


def test_the_notice_of_another_year_is_refused_by_name() -> None:
    assert said(read_notice(NOTICES[2025], 2026)) == ["这是 2025 年的通知，不是 2026 年的"]


def test_a_page_copied_with_its_frame_reads_the_same() -> None:
    page = (
        f"首页 > 政策\n发布日期：2025年11月04日 来源：新华社\n{NOTICES[2026]}\n责任编辑：示例 2025年11月4日"
    )
    assert read_notice(page) == read_notice(NOTICES[2026])


def _sane(notice: Notice) -> Iterable[bool]:
    for festival in notice.festivals:
        yield all(day.year in (notice.year - 1, notice.year, notice.year + 1) for day in festival.worked)


@given(st.sampled_from(sorted(NOTICES)), st.data())
def test_a_garbled_notice_is_refused_or_still_makes_sense(year: int, data: st.DataObject) -> None:
    """One character lost or changed: no crash, and what is taken without a problem has no worked weekday."""
    text = NOTICES[year]
    place = data.draw(st.integers(0, len(text) - 1))
    text = (
        text[:place] + data.draw(st.sampled_from(["", "9", "。", "至", "月", "：", "、"])) + text[place + 1 :]
    )
    notice = read_notice(text, year)
    if not notice.problems:
        assert all(_sane(notice))
        assert all(is_weekend(day) for festival in notice.festivals for day in festival.worked)
