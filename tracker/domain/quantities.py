"""Quantities in Chinese policy text: 不少于4500人次, 15%以上, 年均增长6%左右, 由3000元提高至5000元.

Only a number with a unit of measure is a quantity. Years, dates, ordinals (第3名), numbers of articles and
documents, telephone numbers, names (“20条底线”, 《…》) and 全覆盖 are none. Time is linear in the text.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tracker.domain.bounding_words import read_lead, read_pace
from tracker.domain.measure_words import AFTER, CHANGES, MAGNITUDE, MAGNITUDES, NUMBER, UNIT
from tracker.domain.numerals import chinese_number
from tracker.domain.target_dates import find_target_dates

if TYPE_CHECKING:
    from tracker.domain.bounding_words import Pace
    from tracker.domain.measure_words import Bound, Change
    from tracker.domain.target_dates import TargetDate

# One character for one: places in the text stay what they are. The comma 、，is left alone.
HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９．％＜＞＝－／（）\u3000\xa0", "0123456789.%<>=-/()  ")
_QUANTITY: Final = re.compile(
    rf"(?<![0-9A-Za-z.\-_])(?P<number>{NUMBER})\s?"
    rf"(?:(?:(?P<low_magnitude>{MAGNITUDE})?(?:{UNIT})?\s?(?:[—–~～-]{{1,2}}|至)|到)\s?(?P<upper>{NUMBER})\s?)?"
    rf"(?P<magnitude>{MAGNITUDE})?(?P<more>[余多])?\s?(?P<unit>{UNIT})"
    r"|百分之(?P<share>\d{1,3}(?:\.\d{1,4})?|[零〇一二两三四五六七八九十百点]{1,9})"
    rf"|(?P<han>(?:[一二两三四五六七八九]|十(?=[一二三四五六七八九]))[零一二三四五六七八九十百千万亿]{{1,12}})(?P<han_unit>{UNIT})",
    re.ASCII,
)
_NAME: Final = re.compile(r"《[^《》\n]{0,80}》|[“‘「『][^“”‘’「」『』\n]{0,20}[”’」』]")
_AFTER: Final = re.compile(
    rf"\s?(?P<word>{'|'.join(AFTER)})(?!内?[资需部外])|\s?[(](?:含)?(?P<bracketed>{'|'.join(AFTER)})[)]"
)
_SENTENCE_END: Final = re.compile(r"[。！？!?\n]")
_BASE_AFTER: Final = re.compile(r"\s?(?:以上)?的?基础")
_MOVED: Final = re.compile(
    rf"[^。；;，,\n]{{0,12}}?(?:(?:{'|'.join(CHANGES)}|调整|上调|扩大)?(?:到|至|为))[^。；;，,\n]{{0,12}}"
)
_FROM: Final = re.compile(r"[由从][^。；;，,\n]{0,30}$")
_JOINED: Final = re.compile(r"\s?(?:、|和|及|与|或|以及)\s?")
_WINDOW: Final = 32


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity. `value` and `unit` are as printed (2.18万个 is 2.18 and 万个).

    `start` and `end` place it with the words that bound it. `is_strict` excludes the number itself (超过).
    `change` says that the number is an amount of change (increase, decrease) or a level to keep. `date` is
    what it is due by or, of a baseline, dates from (see `target_dates`); "" where the text does not say.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    bound: Bound = "exactly"
    is_strict: bool = False
    upper: Decimal | None = None
    change: Change = ""
    pace: Pace = ""
    date: str = ""
    is_baseline: bool = False

    @property
    def base_value(self) -> Decimal:
        """The value in the unit without its magnitude: 21800 of 2.18万个."""
        magnitude, _ = split_unit(self.unit)
        return self.value.scaleb(MAGNITUDES.get(magnitude, 0))


def split_unit(unit: str) -> tuple[str, str]:
    """Magnitude and unit proper: 万 and 个; a unit without magnitude gives an empty one."""
    magnitude = next((word for word in MAGNITUDES if unit.startswith(word) and unit != word), "")
    # 百分点 is no hundred of anything, 千瓦 a unit of its own.
    return ("", unit) if re.match("百分|千[瓦克米]", unit) else (magnitude, unit[len(magnitude) :])


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity in `text`, in order."""
    plain = text.translate(HALF_WIDTH)
    names = deque(match.span() for match in _NAME.finditer(plain))
    found = [
        quantity
        for match in _QUANTITY.finditer(plain)
        if not _is_inside(match.start(), names) and (quantity := _read(plain, match))
    ]
    return tuple(_dated(plain, _paired(plain, _spread(plain, found))))


def _is_inside(place: int, spans: deque[tuple[int, int]]) -> bool:
    while spans and spans[0][1] <= place:
        spans.popleft()
    return bool(spans) and spans[0][0] < place


def _read(plain: str, match: re.Match[str]) -> Quantity | None:
    value, unit = _value_and_unit(match)
    before = plain[max(0, match.start() - _WINDOW) : match.start()]
    if value is None or before.rstrip().endswith(("第", "No", "№")):
        return None
    lead = read_lead(before)
    start, end = match.start() - lead.length, match.end()
    bound, is_strict = lead.bound, lead.is_strict
    if after := _AFTER.match(plain, end):
        end = after.end()
        if not lead.is_said:
            bound, is_strict = AFTER[after["word"] or after["bracketed"]], False
    if match["more"] and bound == "exactly":
        bound = "at_least"
    return Quantity(
        value=value,
        unit=unit,
        start=start,
        end=end,
        bound=bound,
        is_strict=is_strict,
        upper=_decimal(match["upper"]) if match["upper"] else None,
        change=lead.change,
        pace=read_pace(before),
    )


def _value_and_unit(match: re.Match[str]) -> tuple[Decimal | None, str]:
    if share := match["share"]:
        return (Decimal(share) if share[0].isdecimal() else chinese_number(share)), "%"
    if match["han"]:
        return chinese_number(match["han"]), match["han_unit"]
    value, magnitude = _decimal(match["number"]), match["magnitude"] or ""
    if match["upper"] and magnitude and not match["low_magnitude"] and value > _decimal(match["upper"]):
        # 5000—1万人: the magnitude is that of the second number alone.
        value = value.scaleb(-MAGNITUDES[magnitude])
    return value, magnitude + match["unit"]


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _spread(plain: str, found: list[Quantity]) -> list[Quantity]:
    """分别达15700元、12300元以上: the words around a list bound every member of it."""
    result: list[Quantity] = []
    group: list[Quantity] = []
    for quantity in found:
        is_first = "分别" in plain[quantity.start : quantity.end]
        if group and not is_first and _JOINED.fullmatch(plain, group[-1].end, quantity.start):
            group.append(quantity)
            continue
        result += _alike(group)
        group = [quantity] if is_first else []
        result += [] if is_first else [quantity]
    return [*result, *_alike(group)]


def _alike(group: list[Quantity]) -> list[Quantity]:
    if not group:
        return []
    first = group[0]
    said = first if first.bound != "exactly" else group[-1]
    return [
        replace(member, bound=said.bound, is_strict=said.is_strict, change=first.change, pace=first.pace)
        for member in group
    ]


def _paired(plain: str, found: list[Quantity]) -> list[Quantity]:
    """Baselines: in 由3000元提高至5000元 the first, in 15812元基础上 the one before the words."""
    result = list(found)
    for index, quantity in enumerate(found):
        is_base = bool(_BASE_AFTER.match(plain, quantity.end))
        if not is_base and index + 1 < len(found):
            after = found[index + 1]
            clause = plain[max(0, quantity.start - _WINDOW) : quantity.start]
            between = plain[quantity.end : after.end]
            is_base = bool(_FROM.search(clause) and len(between) <= 2 * _WINDOW and _MOVED.match(between))
            if is_base and not result[index].is_baseline:
                result[index + 1] = replace(after, change="")
        if is_base:
            result[index] = replace(result[index], is_baseline=True, change="")
    return result


def _dated(plain: str, found: list[Quantity]) -> list[Quantity]:
    """Each with the last date before it in its sentence; a baseline with the year right before it."""
    result: list[Quantity] = []
    dates = list(find_target_dates(plain))
    stops = [match.start() for match in _SENTENCE_END.finditer(plain)]
    target, reference = "", ""
    next_date = next_stop = 0
    for quantity in found:
        while next_date < len(dates) and dates[next_date].end <= quantity.end:
            target, reference, next_stop = _step(dates[next_date], stops, next_stop, target, reference)
            next_date += 1
        if next_stop < len(stops) and stops[next_stop] < quantity.start:
            target = reference = ""
            next_stop = _skip(stops, next_stop, quantity.start)
        if quantity.is_baseline:
            result.append(replace(quantity, date=reference or target))
            # 在2021年15812元基础上: that year dates nothing behind it.
            target = target if reference else ""
            reference = ""
        else:
            result.append(replace(quantity, date=target))
    return result


def _step(
    date: TargetDate, stops: list[int], next_stop: int, target: str, reference: str
) -> tuple[str, str, int]:
    after = _skip(stops, next_stop, date.start)
    if after != next_stop:
        target = reference = ""
    return (target, date.date, after) if date.is_reference else (date.date, reference, after)


def _skip(stops: list[int], index: int, place: int) -> int:
    while index < len(stops) and stops[index] < place:
        index += 1
    return index
