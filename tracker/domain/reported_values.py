"""Reported values of indicators: a number as typed, in the indicator's own unit, and whether it may fall."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from tracker.domain.measure_words import MAGNITUDES, NUMBER
from tracker.domain.quantities import HALF_WIDTH, split_unit
from tracker.domain.texts import clean_text
from tracker.errors import (
    IndicatorChangedError,
    IndicatorError,
    InvalidNumberError,
    UnclearNumberError,
    ValueFallsError,
    ValueReasonTooLongError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NUMBER_LIMIT: Final = 40
VALUE_REASON_LIMIT: Final = 200
# A draft's reason may be longer than what will be accepted, but not without bound.
_DRAFT_REASON_LIMIT: Final = 20 * VALUE_REASON_LIMIT
_TYPED: Final = re.compile(rf"(?P<sign>-?)\s?(?P<number>{NUMBER})(?![\d.,])\s?(?P<unit>.*)", re.ASCII)
_SIGNS: Final = str.maketrans("，−﹣", ",--")
# What is counted rises; what is a share, an average or a rank may go either way.
_RATE_UNIT: Final = re.compile(r"[%‰/]|百分点|倍|岁")
_RATE_NAME: Final = re.compile(
    r"率|比重|占比|比例|比值|人均|平均|户均|指数|强度|浓度|增速|增幅|排名|位次|满意度|寿命"
)


@dataclass(frozen=True, slots=True)
class TypedValue:
    """As typed. A blank `number` is unknown, never zero; `reason` says why a cumulative value fell."""

    number: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """In the unit of its indicator."""

    value: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LastValue:
    """What a unit reported last before a round, in the unit that the indicator had then; `period` is its key."""

    value: Decimal
    unit: str
    period: str
    reason: str = ""


class Point(Protocol):
    """A stated value: the words are those of `measure_words` and `bounding_words`."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def bound(self) -> str: ...
    @property
    def change(self) -> str: ...
    @property
    def pace(self) -> str: ...


class Asked(Protocol):
    """An indicator that a task asks for."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def is_cumulative(self) -> bool: ...
    @property
    def last(self) -> LastValue | None: ...


def is_cumulative(name: str, unit: str, baseline: Point | None, targets: Sequence[Point]) -> bool:
    """Whether what is reported of an indicator adds up from period to period, so that it does not fall.

    It does where every target that has a number is a level to be reached (达到5000个, 不少于300公里, 累计120项):
    no upper bound (不超过), no level to keep, no decrease or yearly amount (每年新增100个 begins anew each
    January), and not below the baseline. A share, a quotient, an average, an index or a rank is none, whether its
    unit says so (%, 元/人) or its name (森林覆盖率, 人均可支配收入).
    """
    numbers = [point for point in targets if point.value is not None]
    if not numbers or _RATE_UNIT.search(unit) or _RATE_NAME.search(name):
        return False
    start = baseline.value if baseline else None
    return all(
        _is_level(point) and (start is None or point.value is None or point.value >= start)
        for point in numbers
    )


def _is_level(point: Point) -> bool:
    if point.bound == "at_most":
        return False
    if point.pace == "cumulative":
        return point.change in ("", "increase")
    return not (point.change or point.pace)


def read_values(typed: Mapping[int, TypedValue], asked: Iterable[Asked], *, task: str) -> dict[int, Reported]:
    """What is reported, by indicator; blanks are left out.

    Raises IndicatorChangedError for one that the task does not ask for any more, and what `check_value` raises.
    """
    known = {indicator.id: indicator for indicator in asked}
    found = {}
    for indicator_id, value in typed.items():
        if not clean_text(value.number):
            continue
        if indicator_id not in known:
            raise IndicatorChangedError(task=task)
        found[indicator_id] = check_value(value, known[indicator_id], task=task)
    return found


def check_value(typed: TypedValue, indicator: Asked, *, task: str) -> Reported:
    """Raises InvalidNumberError, UnclearNumberError, ValueReasonTooLongError, ControlCharacterError, and
    ValueFallsError for a cumulative value below the last one without a reason."""
    value = _read_number(typed.number, indicator, task=task)
    reason = clean_text(typed.reason)
    if len(reason) > VALUE_REASON_LIMIT:
        raise _refusal(ValueReasonTooLongError, indicator, task, count=len(reason), limit=VALUE_REASON_LIMIT)
    last = indicator.last
    # In another unit than today's the numbers cannot be compared.
    has_fallen = last is not None and last.unit == indicator.unit and value < last.value
    if last and has_fallen and indicator.is_cumulative and not reason:
        raise _refusal(
            ValueFallsError, indicator, task, value=f"{value:f}", period=last.period, last=f"{last.value:f}"
        )
    return Reported(value, reason)


def _refusal(kind: type[IndicatorError], indicator: Asked, task: str, **fields: object) -> IndicatorError:
    return kind(indicator_id=indicator.id, task=task, indicator=indicator.name, unit=indicator.unit, **fields)


def _read_number(number: str, indicator: Asked, *, task: str) -> Decimal:
    """In the indicator's unit: 1,234.5, １２３４, and 3.2万人 for an indicator in 人 or 万人.

    3.2万 is 32000 where the unit has no magnitude of its own; with 万人 it might be either. No estimate
    (约300), no range, no Chinese numeral.
    """
    cleaned = clean_text(number)
    found = _TYPED.fullmatch(cleaned.translate(HALF_WIDTH).translate(_SIGNS))
    if found is None or len(cleaned) > NUMBER_LIMIT:
        raise _refusal(InvalidNumberError, indicator, task, value=cleaned[:NUMBER_LIMIT])
    value = Decimal(found["number"].replace(",", ""))
    value = -value if found["sign"] else value
    own, said = indicator.unit.translate(HALF_WIDTH), found["unit"].strip()
    magnitude, measure = split_unit(own)
    if said in ("", own):
        return value
    if said in MAGNITUDES:
        if magnitude:
            raise _refusal(UnclearNumberError, indicator, task, value=cleaned)
        return _shifted(value, MAGNITUDES[said])
    said_magnitude, said_measure = split_unit(said)
    if said_measure != measure:
        raise _refusal(InvalidNumberError, indicator, task, value=cleaned)
    return _shifted(value, MAGNITUDES.get(said_magnitude, 0) - MAGNITUDES.get(magnitude, 0))


def _shifted(value: Decimal, places: int) -> Decimal:
    # Written out: 3.2E+4 and 1.2000 are the same numbers, but not what anybody would write.
    return Decimal(f"{value.scaleb(places).normalize():f}")


def kept_values(values: Mapping[int, TypedValue]) -> dict[int, TypedValue]:
    """As a draft keeps them: cleaned and cut to a bound, without those of which nothing was typed.

    Raises ControlCharacterError.
    """
    cleaned = {
        indicator_id: TypedValue(
            clean_text(value.number)[:NUMBER_LIMIT], clean_text(value.reason)[:_DRAFT_REASON_LIMIT]
        )
        for indicator_id, value in values.items()
    }
    return {indicator_id: value for indicator_id, value in cleaned.items() if value.number or value.reason}


def write_typed(values: Mapping[int, TypedValue]) -> str:
    """As `Draft.reported` holds them."""
    pairs = {str(indicator_id): [value.number, value.reason] for indicator_id, value in values.items()}
    return json.dumps(pairs, ensure_ascii=False)


def read_typed(text: str) -> dict[int, TypedValue]:
    """What `write_typed` has written."""
    return {int(name): TypedValue(number, reason) for name, (number, reason) in json.loads(text).items()}
