"""One sentence of a notice of days off: its dates, what it says of them, and what contradicts the calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - a field of a dataclass
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tracker.domain.numerals import chinese_number
from tracker.domain.workdays import WEEKDAYS, is_weekend
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable

_UNREAD: Final = mark("有日期，但没有读出是放假还是上班")
_NO_SUCH_DAY: Final = mark("{year} 年没有 {month} 月 {day} 日")
_NO_MONTH: Final = mark("{day} 日没有写是哪个月")
_BACKWARDS: Final = mark("起止日期颠倒，或相隔太远：{first} 至 {last}")
_WRONG_WEEKDAY: Final = mark("{day} 是{weekday}，文中写的是{printed}")
_WRONG_COUNT: Final = mark("文中写的是 {printed} 天，数下来是 {counted} 天")
_NOT_A_WEEKEND: Final = mark("{day} 是{weekday}，不是调休上班的周末")
_OTHER_YEAR: Final = mark("{day} 不在 {year} 年")
_NO_WEEKEND_BESIDE: Final = mark("{first} 至 {last} 不与周末相连")
_WORDED: Final = mark("“{sentence}”：{said}")

_ONE_DAY: Final = timedelta(days=1)
# In years: a misprint, and too far for counting on from there.
_FAR: Final = 100
_LONGEST_SPAN: Final = timedelta(days=15)
_WEEKDAY: Final = "(?:星期|周)([一二三四五六日天])"
_TOKEN: Final = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})(?:日|(?=[-~—–至到]\d))"
    rf"(?P<beside>\([^()]*\)|{_WEEKDAY})?"
    r"|(?P<to>至|到|[-~—–]+)"
    r"|(?P<count>\d{1,2}|[一二三四五六七八九十])天"
    r"|(?P<off>放假|补休|休息)|(?P<worked>上班)|(?P<joined>与周末连休)"
)
_ADVICE: Final = re.compile("鼓励|建议|带薪")


@dataclass(frozen=True, slots=True)
class NoticeProblem:
    """What is wrong in `sentence` ("" for the whole). `message` and the texts in `fields` are source texts."""

    sentence: str
    message: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def worded(self, gettext: Callable[[str], str]) -> str:
        fields = {
            name: gettext(value) if isinstance(value, str) and value else value
            for name, value in self.fields.items()
        }
        said = gettext(self.message).format(**fields)
        return gettext(_WORDED).format(sentence=self.sentence, said=said) if self.sentence else said


@dataclass(slots=True)
class Sentence:
    """Reads `text` of the item `festival` in the notice of `year`: dates wait for the word that says what they are.

    `off` are all days without work, weekends too; `worked` the weekends in exchange.
    """

    text: str
    festival: str
    year: int
    off: set[date] = field(default_factory=set)
    worked: set[date] = field(default_factory=set)
    problems: list[NoticeProblem] = field(default_factory=list)

    def read(self) -> Sentence:
        # 鼓励……安排职工在除夕（2月9日）休息 is advice, and no day off.
        if not _ADVICE.search(self.text):
            self._read_tokens()
            self._check_days()
        return self

    def _read_tokens(self) -> None:
        waiting: list[date] = []
        counts: list[int] = []
        is_span = has_verb = False
        for token in _TOKEN.finditer(self.text):
            if token["day"]:
                waiting += self._days(token, waiting, is_span=is_span)
            elif token["count"]:
                counts.append(int(chinese_number(token["count"]) or token["count"]))
            elif token["joined"]:
                self._check_joined()
            elif token["off"] or token["worked"]:
                (self.off if token["off"] else self.worked).update(waiting)
                waiting, has_verb = [], True
            is_span = token["to"] is not None
        # The date of the notice itself stands under it, and on top of a copied page.
        is_signature = not has_verb and all(day.year < self.year for day in waiting)
        if waiting and not is_signature:
            self._complain(_UNREAD)
        for count in counts:
            if self.off and count != len(self.off):
                self._complain(_WRONG_COUNT, printed=count, counted=len(self.off))

    def _days(self, token: re.Match[str], before: list[date], *, is_span: bool) -> list[date]:
        """The day, or with `is_span` the days from the last one `before` it; none where they cannot be."""
        last = before[-1] if before else None
        found = self._date(token, last)
        if found is None:
            return []
        self._check_weekday(found, token["beside"] or "")
        if not is_span or last is None:
            return [found]
        if not last < found <= last + _LONGEST_SPAN:
            self._complain(_BACKWARDS, first=last, last=found)
            return []
        return [last + timedelta(days=n) for n in range(1, (found - last).days + 1)]

    def _date(self, token: re.Match[str], before: date | None) -> date | None:
        """The date; what it leaves out is that of the one before it, and else that of the notice."""
        day = int(token["day"])
        month = int(token["month"]) if token["month"] else before.month if before else 0
        if not month:
            self._complain(_NO_MONTH, day=day)
            return None
        if token["year"]:
            year = int(token["year"])
        else:
            # New Year's days may begin in the December before.
            year = self.year - 1 if "元旦" in self.festival and month == 12 else self.year  # noqa: PLR2004
        try:
            found = date(year, month, day)
        except ValueError:
            found = None
        if found is None or abs(found.year - self.year) > _FAR:
            self._complain(_NO_SUCH_DAY, year=year, month=month, day=day)
            return None
        return found

    def _check_weekday(self, day: date, beside: str) -> None:
        printed = re.search(_WEEKDAY, beside)
        if printed and "一二三四五六日".index(printed[1].replace("天", "日")) != day.weekday():
            self._complain(_WRONG_WEEKDAY, day=day, weekday=WEEKDAYS[day.weekday()], printed=printed[0])

    def _check_joined(self) -> None:
        """与周末连休: a weekend touches the days off, or lies among them."""
        if self.off:
            first, last = min(self.off), max(self.off)
            if not any(is_weekend(day) for day in (first - _ONE_DAY, *self.off, last + _ONE_DAY)):
                self._complain(_NO_WEEKEND_BESIDE, first=first, last=last)

    def _check_days(self) -> None:
        for day in sorted(self.worked):
            if not is_weekend(day):
                self._complain(_NOT_A_WEEKEND, day=day, weekday=WEEKDAYS[day.weekday()])
        first_year = self.year - 1 if "元旦" in self.festival else self.year
        for day in sorted(self.off | self.worked):
            if not first_year <= day.year <= self.year:
                self._complain(_OTHER_YEAR, day=day, year=self.year)

    def _complain(self, message: str, **fields: object) -> None:
        self.problems.append(NoticeProblem(self.text, message, fields))
