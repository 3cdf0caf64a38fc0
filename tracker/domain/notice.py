"""The State Council's yearly notice of days off (国务院办公厅关于20XX年部分节假日安排的通知), read from its text.

Nothing is guessed: what a sentence says is held against the calendar (weekdays, numbers of days, weekends), and
whatever contradicts it, or has a date and was not understood, is a problem with its sentence.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from tracker.domain.festivals import FESTIVAL_PATTERN, FESTIVALS, FIXED_DAYS, festival_name
from tracker.domain.notice_sentence import NoticeProblem, Sentence
from tracker.errors import NoticeYearUnknownError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The years that a calendar can be kept for.
YEARS: Final = range(2000, 2101)

_NO_FESTIVAL: Final = mark("没有写是哪个节日")
_NO_DAYS_OFF: Final = mark("没有读到放假的日期")
_NOT_COVERED: Final = mark("{festival}的放假日期不包括 {day}")
_TWICE: Final = mark("{day} 既放假又上班")
_TWO_FESTIVALS: Final = mark("{day} 在两个节日里都有")
_MISSING: Final = mark("没有读到{festival}，通知可能没有粘贴完整")
_TOO_LONG: Final = mark("文字有 {count} 字，不会是一份放假通知（最多 {limit} 字）")
_OTHER_NOTICE: Final = mark("这是 {stated} 年的通知，不是 {year} 年的")

# A notice has some thousand characters.
_LONGEST: Final = 100_000
_NAMES: Final = rf"(?:{FESTIVAL_PATTERN})(?:[、和](?:{FESTIVAL_PATTERN})){{0,7}}"
# 一、元旦: or 元旦:, and after a Chinese numeral also a festival that is not held every year.
_HEAD: Final = re.compile(
    r"(?:(?:[一二三四五六七八九十]+|\d{1,2})[、.])?"
    rf"(?P<name>{_NAMES}|(?<=[一二三四五六七八九十]、)[\u4e00-\u9fff、]{{2,30}}?):"
)
_STATED_YEAR: Final = re.compile(rf"(\d{{4}})年(?:部分节假日|{_NAMES})")
_AMENDED: Final = re.compile(rf"调整\d{{4}}年(?P<name>{_NAMES})")
_SIGNATURE: Final = re.compile(r"国务院办公厅\d{4}年\d{1,2}月\d{1,2}日")
_NUMBER: Final = re.compile(r"国办发(?:明电)?[\[〔(]\d{4}[\]〕)]\d+号")


@dataclass(frozen=True, slots=True)
class Festival:
    """One item of a notice. `days_off` are all days without work, weekends too; `worked` the weekends in exchange."""

    name: str
    days_off: tuple[date, ...]
    worked: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says of `year`; the days around New Year may lie in the December before.

    `number` as printed (国办发明电〔2025〕7号), "" where it is not part of the text. `is_amendment`: it changes
    single festivals of a year whose notice is known. One that has `problems` is not to be taken.
    """

    year: int
    number: str
    festivals: tuple[Festival, ...]
    is_amendment: bool
    problems: tuple[NoticeProblem, ...]


def read_notice(text: str, year: int | None = None) -> Notice:
    """The days off and worked weekends that `text` names, for `year` or else for the year that it states.

    Raises NoticeYearUnknownError where neither says which year of `YEARS` it is.
    """
    if len(text) > _LONGEST:
        too_long = NoticeProblem("", _TOO_LONG, {"count": len(text), "limit": _LONGEST})
        return _refused(year or YEARS[0], too_long)
    clean = _clean(text)
    stated = _STATED_YEAR.search(clean)
    wanted = year or (int(stated[1]) if stated else None)
    if wanted is None or wanted not in YEARS:
        raise NoticeYearUnknownError
    if stated and int(stated[1]) != wanted:
        # Against another year every weekday would be wrong: that says nothing more.
        return _refused(wanted, NoticeProblem("", _OTHER_NOTICE, {"stated": int(stated[1]), "year": wanted}))
    problems: list[NoticeProblem] = []
    amended = _AMENDED.search(clean)
    festivals = []
    for name, body in _items(clean, amended["name"] if amended else ""):
        festival, found = _read_item(festival_name(name), body, wanted)
        problems += found
        festivals += [festival] if festival else []
    problems += _contradictions(festivals)
    if amended is None:
        problems += _missing(festivals)
    number = _NUMBER.search(clean)
    return Notice(wanted, number[0] if number else "", tuple(festivals), amended is not None, tuple(problems))


def _refused(year: int, problem: NoticeProblem) -> Notice:
    return Notice(year, "", (), is_amendment=False, problems=(problem,))


def _clean(text: str) -> str:
    """Full-width digits and signs as plain ones, without white space: a paste breaks lines anywhere."""
    plain = unicodedata.normalize("NFKC", text)
    joined = re.sub(r"[\s\u200b-\u200f\u2060\ufeff]+", "", plain)
    return _SIGNATURE.sub("。", joined)


def _items(text: str, amended: str) -> Iterator[tuple[str, str]]:
    """Festival and what stands behind it, up to the next; what stands before the first is that which is amended."""
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads] + [len(text)]
    yield amended, text[: ends[0]]
    for head, end in zip(heads, ends[1:], strict=True):
        yield head["name"], text[head.end() : end]


def _read_item(name: str, body: str, year: int) -> tuple[Festival | None, list[NoticeProblem]]:
    """The festival with its days; None for the words before the first, which should name no day."""
    sentences = [Sentence(text, name, year).read() for text in re.split("[。;!]", body) if text]
    off = {day for sentence in sentences for day in sentence.off}
    worked = {day for sentence in sentences for day in sentence.worked}
    if not name:
        # A copied page begins with the day it was published, which is in the year before.
        lost = [s.text for s in sentences if any(day.year == year for day in s.off | s.worked)]
        return None, [NoticeProblem(text, _NO_FESTIVAL) for text in lost]
    problems = [problem for sentence in sentences for problem in sentence.problems]
    if not off:
        problems.append(NoticeProblem(body or name, _NO_DAYS_OFF))
    for part in name.split("、"):
        fixed = date(year, *FIXED_DAYS[part]) if part in FIXED_DAYS else None
        if fixed and off and fixed not in off:
            problems.append(NoticeProblem(body, _NOT_COVERED, {"festival": part, "day": fixed}))
    return Festival(name, tuple(sorted(off)), tuple(sorted(worked))), problems


def _contradictions(festivals: Iterable[Festival]) -> Iterator[NoticeProblem]:
    """Days that two festivals name, or that are off and worked at once."""
    off: set[date] = set()
    worked: set[date] = set()
    for festival in festivals:
        for day in sorted(off.intersection(festival.days_off) | worked.intersection(festival.worked)):
            yield NoticeProblem(festival.name, _TWO_FESTIVALS, {"day": day})
        off |= set(festival.days_off)
        worked |= set(festival.worked)
        for day in sorted(off & worked):
            yield NoticeProblem(festival.name, _TWICE, {"day": day})


def _missing(festivals: Iterable[Festival]) -> Iterator[NoticeProblem]:
    named = {name for festival in festivals for name in festival.name.split("、")}
    for name in FESTIVALS:
        if name not in named:
            yield NoticeProblem("", _MISSING, {"festival": name})
