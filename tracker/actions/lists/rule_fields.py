"""Reporting rules as people type them, field by field: read, or refused in words."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, get_args

from tracker.domain.periods import periods_per_year
from tracker.domain.rules import FilerRole
from tracker.errors import InvalidValueError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.domain.periods import PeriodType

MOST_CHARACTERS: Final = 20_000
_DAY: Final = re.compile(r"(\d{1,2})\s*[-月./]\s*(\d{1,2})")


class MissingChoiceError(InvalidValueError):
    """Nothing was chosen where something has to be."""

    message = mark("{field}：{reason}")


def due_dates_of(text: str, period_type: PeriodType | None) -> tuple[str, ...]:
    """One date for each period of a year, as `ReportingRules.due_dates` has them: 3月25日、6月25日."""
    field = mark("各期截止日期")
    found = tuple(f"{int(month):02}-{int(day):02}" for month, day in _DAY.findall(text))
    if not found or (period_type is not None and len(found) != periods_per_year(period_type)):
        reason = mark("应按次序写出一年中每一期的日期，如 3月25日、6月25日")
        raise refusal(field, text, reason)
    for day in found:
        try:
            # A year without 29 February.
            date.fromisoformat(f"2023-{day}")
        except ValueError as error:
            reason = mark("不是每年都有的日期")
            raise refusal(field, text, reason) from error
    return found


def filers_of_list(roles: Collection[str]) -> frozenset[str]:
    """Who files, by role in the document; at least one."""
    field = mark("由谁填报")
    if not roles:
        raise refusal(field, "", mark("至少选一项"))
    return frozenset(one_of(role, get_args(FilerRole), field) for role in roles)


def one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    if value not in allowed:
        raise refusal(field, value, mark("不在可选的范围内"))
    return value


def whole_number(text: str, field: str, least: int, most: int, reason: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    raise refusal(field, text, reason)


def refusal(field: str, value: str, reason: str) -> InvalidValueError:
    kind = InvalidValueError if value else MissingChoiceError
    return kind(field=field, value=value, reason=reason)
