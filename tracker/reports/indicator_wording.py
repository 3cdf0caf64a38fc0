"""What a document states of an indicator, in words: 不少于4500人次, 年均增长10%, 2024年."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.importers.indicators.parsed import IndicatorPoint

    Gettext = Callable[[str], str]

# By bound, and whether the number itself is left out.
_BOUNDS: Final = {
    ("at_least", False): mark("不少于{value}"),
    ("at_least", True): mark("超过{value}"),
    ("at_most", False): mark("不超过{value}"),
    ("at_most", True): mark("低于{value}"),
    ("about", False): mark("约{value}"),
    ("about", True): mark("约{value}"),
}
_CHANGES: Final = {
    "increase": mark("增长{value}"),
    "decrease": mark("降低{value}"),
    "keep": mark("保持{value}"),
}
_PACES: Final = {
    "yearly": mark("每年{value}"),
    "yearly_average": mark("年均{value}"),
    "quarterly": mark("每季度{value}"),
    "monthly": mark("每月{value}"),
    "cumulative": mark("累计{value}"),
}
# By how much is said behind the year.
_DATES: Final = (mark("{year}年"), mark("{year}年{month}月"), mark("{year}年{month}月{day}日"))
KIND_LABELS: Final = {"binding": mark("约束性"), "anticipated": mark("预期性"), "": mark("未注明")}
STATE_LABELS: Final = {"proposed": mark("待确认"), "confirmed": mark("已确认"), "dismissed": mark("不是指标")}


def value_in_words(point: IndicatorPoint, unit: str, gettext: Gettext) -> str:
    """不少于4500人次; words that a document prints instead of a number (应兜尽兜) as they are."""
    if point.value is None:
        return point.text
    said = f"{point.value:f}" + (f"—{point.upper:f}" if point.upper is not None else "")
    said = with_unit(said, unit, gettext)
    bound = _BOUNDS.get((point.bound, point.is_strict))
    for template in (bound, _CHANGES.get(point.change), _PACES.get(point.pace)):
        if template:
            said = gettext(template).format(value=said)
    return gettext("{value}（{note}）").format(value=said, note=point.note) if point.note else said


def with_unit(number: str, unit: str, gettext: Gettext) -> str:
    """5个; 5（人、%） where a document states two units and not which of them a number counts."""
    return gettext("{value}（{note}）").format(value=number, note=unit) if "、" in unit else number + unit


def date_in_words(date: str, gettext: Gettext) -> str:
    """2024年, 2024年6月, 2024年6月30日 of an ISO 8601 prefix; "" for none."""
    if not date:
        return ""
    year, *rest = (int(part) for part in date.split("-"))
    template = _DATES[len(rest)]
    return gettext(template).format(year=year, month=rest[0] if rest else "", day=rest[-1] if rest else "")
