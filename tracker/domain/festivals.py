"""The festivals (节日) that the State Council's yearly notice gives days off for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

# In the order of the calendar. 国务院《全国年节及纪念日放假办法》, article 2.
FESTIVALS: Final = (
    mark("元旦"),
    mark("春节"),
    mark("清明节"),
    mark("劳动节"),
    mark("端午节"),
    mark("中秋节"),
    mark("国庆节"),
)
# The month and day that each of these always has off.
FIXED_DAYS: Final = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1)}
# Other ways to write them; the English ones are those of the packaged calendars.
_OTHER_NAMES: Final = {
    "清明": "清明节",
    "国际劳动节": "劳动节",
    "五一": "劳动节",
    "五一节": "劳动节",
    "五一劳动节": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
# Longest first: 清明节 is not 清明 with something behind it.
FESTIVAL_PATTERN: Final = "|".join(sorted({*FESTIVALS, *_OTHER_NAMES}, key=len, reverse=True))


def festival_name(text: str) -> str:
    """The name by which a festival is kept: 国庆、中秋 is 国庆节、中秋节. What is no festival stays as it is."""
    return "、".join(_OTHER_NAMES.get(name, name) for name in re.split("[、和]", text))


def festival_in_words(name: str, gettext: Callable[[str], str]) -> str:
    """`name` in the language of `gettext`; "" for a day that has none."""
    return gettext("、").join(gettext(part) for part in name.split("、")) if name else ""


def notice_year(day: date, festival: str) -> int:
    """The year whose notice gives `day` its place: the last days of December may belong to the next New Year's."""
    is_new_years = day.month == 12 and "元旦" in festival_name(festival)  # noqa: PLR2004
    return day.year + is_new_years
