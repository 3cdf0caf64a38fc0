"""The numbers that a task asks for, as its fields show them: last value, target, and what stands in the field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain.reported_values import TypedValue
from tracker.reports.indicator_wording import date_in_words, value_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.actions.filing.indicator_lines import IndicatorLine
    from tracker.web.filing.filing_entry import Entry
    from tracker.web.words import Gettext

_BLANK = TypedValue("")


@dataclass(frozen=True, slots=True)
class ValueBox:
    """`last` is the number before this round in figures, "" where there is none or its unit was another;
    `known` says it, and the targets, in words. A cumulative value asks for a reason when it falls."""

    id: int
    name: str
    unit: str
    known: str
    last: str
    is_cumulative: bool
    typed: TypedValue
    is_wrong: bool = False

    def showing(self, box: Entry) -> ValueBox:
        return replace(self, typed=box.values.get(self.id, _BLANK))


def value_boxes(asked: Iterable[IndicatorLine], box: Entry, gettext: Gettext) -> tuple[ValueBox, ...]:
    return tuple(
        ValueBox(
            id=line.id,
            name=line.stated.name,
            unit=line.stated.unit,
            known=_known(line, gettext),
            last=f"{line.last.value:f}" if line.last and line.last.unit == line.stated.unit else "",
            is_cumulative=line.is_cumulative,
            typed=box.values.get(line.id, _BLANK),
        )
        for line in asked
    )


def _known(line: IndicatorLine, gettext: Gettext) -> str:
    """上次 4200人次（2024Q2）；目标 2024年：不少于4500人次"""
    said = []
    if last := line.last:
        said.append(
            gettext("上次 {value}（{period}）").format(value=f"{last.value:f}{last.unit}", period=last.period)
        )
    targets = []
    for point in line.stated.targets:
        date, value = (
            date_in_words(point.date, gettext),
            value_in_words(point, line.stated.unit, gettext),
        )
        targets.append(f"{date}{gettext('：')}{value}" if date else value)
    if targets:
        said.append(gettext("目标 {targets}").format(targets=gettext("、").join(targets)))
    return gettext("；").join(said)
