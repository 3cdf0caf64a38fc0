"""Years and days that a text sets targets for: 到2025年底, 2019年6月底前, 2022—2024年, “十四五”末.

A date is an ISO 8601 prefix: `2025`, `2019-06`, `2024-03-25`; the target falls due at its end. Quarters and
half-years are given by their last month. A month without a year is unknown, not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_YEAR: Final = r"(?:19|20)\d{2}"
_DATE: Final = re.compile(
    rf"(?<![\d.])(?:{_YEAR}\s?年?\s?(?:[—–~～-]{{1,2}}|至|到)\s?)?(?P<year>{_YEAR})\s?年(?!均)"
    r"(?:\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?日)?|(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四1-4])季度)?"
    r"|[“\"]?十(?P<plan>[二三四五六])五[”\"]?(?=末|期末|期间|时期|期内|规划期)",
    re.ASCII,
)
_LAST_MONTH: Final = {
    "上半年": 6,
    "下半年": 12,
    "一": 3,
    "二": 6,
    "三": 9,
    "四": 12,
    "1": 3,
    "2": 6,
    "3": 9,
    "4": 12,
}
_PLAN_END: Final = {"二": 2015, "三": 2020, "四": 2025, "五": 2030, "六": 2035}
# 比2020年, 自2019年起, 2020年以来: a year to compare with or to start from, not one to arrive at.
_REFERENCE_BEFORE: Final = re.compile(r"(?:比|较|与|自|从|由|以|按照|截至)\s?$")
_REFERENCE_AFTER: Final = re.compile(
    r"\s?(?:底|末)?的?(?:起|以来|开始|之后|以后|基础|为基期|为基数|相比|水平)"
)
_SPAN: Final = re.compile(r"\s?起[,，]?(?:用)?(\d{1,2})\s?年(?:内|时间)")
_LAST: Final = {"month": 12, "day": 31}


@dataclass(frozen=True, slots=True)
class TargetDate:
    """A date and its place; `is_reference` says that it is compared with or started from."""

    date: str
    start: int
    end: int
    is_reference: bool = False


def find_target_dates(text: str) -> Iterator[TargetDate]:
    """The dates in `text`, in order. `text` has half-width digits."""
    for match in _DATE.finditer(text):
        yield _read(text, match)


def _read(text: str, match: re.Match[str]) -> TargetDate:
    start, end = match.span()
    if match["plan"]:
        return TargetDate(str(_PLAN_END[match["plan"]]), start, end)
    year = match["year"]
    after = text[end : end + 12]
    if span := _SPAN.match(after):
        return TargetDate(str(int(year) + int(span[1]) - 1), start, end + span.end())
    named = match["half"] or match["quarter"]
    month = _LAST_MONTH[named] if named else int(match["month"] or 0)
    day = int(match["day"] or 0)
    date = year
    if 1 <= month <= _LAST["month"]:
        date += f"-{month:02}"
        if 1 <= day <= _LAST["day"]:
            date += f"-{day:02}"
    before = text[max(0, start - 4) : start]
    is_reference = bool(_REFERENCE_BEFORE.search(before) or _REFERENCE_AFTER.match(after))
    return TargetDate(date, start, end, is_reference)
