"""Dates, counts and short titles as a mail writes them, in the language of `gettext`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.texts import one_line, visible
from tracker.domain.workdays import WEEKDAYS
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

_DAY: Final = mark("{year}年{month}月{day}日")
_SHORT_DAY: Final = mark("{month}月{day}日")
_MOMENT: Final = mark("{day}（{weekday}）{time}")


def day_in_words(day: date, gettext: Callable[[str], str]) -> str:
    """2024年10月6日"""
    return gettext(_DAY).format(year=day.year, month=day.month, day=day.day)


def short_day(day: date, gettext: Callable[[str], str]) -> str:
    """10月6日, for a subject line"""
    return gettext(_SHORT_DAY).format(month=day.month, day=day.day)


def moment_in_words(moment: datetime, zone: ZoneInfo, gettext: Callable[[str], str]) -> str:
    """2024年10月6日（星期日）23:59, in the site's time; seconds are left out"""
    local = moment.astimezone(zone)
    return gettext(_MOMENT).format(
        day=day_in_words(local.date(), gettext),
        weekday=gettext(WEEKDAYS[local.weekday()]),
        time=f"{local:%H:%M}",
    )


def percent(part: int, whole: int) -> str:
    """One decimal, rounded down: 100.0% is said of all and nothing less. A dash where nothing is expected."""
    if not whole:
        return "—"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"


def on_one_line(text: str, longest: int | None = None) -> str:
    """A user's text for one line of a mail: no breaks, hidden characters shown, cut at `longest` with …"""
    text = visible(one_line(text))
    return text if longest is None or len(text) <= longest else text[: longest - 1].rstrip() + "…"
