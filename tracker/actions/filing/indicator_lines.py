"""The indicators that a unit is asked for in a round: what is stated of each, and what was reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.lists.stated_indicators import as_stated
from tracker.domain.reported_values import Reported, is_cumulative
from tracker.errors import InvalidValueError, UnknownIndicatorError
from tracker.i18n import mark
from tracker.models import key
from tracker.store.indicators import asked_indicators, stated_values
from tracker.store.reported_values import last_values, values_on_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlmodel import Session

    from tracker.domain.reported_values import LastValue, TypedValue
    from tracker.importers.indicators.parsed import ParsedIndicator
    from tracker.models import Indicator, ReportingRound, Task


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator of a task. `lineage` is its number in the list, by which people call it.

    `last` is what the unit reported in an earlier round, `filed` what its newest version in this one says,
    `typed` what its draft holds (there for the unit itself only).
    """

    id: int
    lineage: int
    stated: ParsedIndicator
    is_cumulative: bool
    last: LastValue | None
    filed: Reported | None
    typed: TypedValue | None = None

    @property
    def name(self) -> str:
        return self.stated.name

    @property
    def unit(self) -> str:
        return self.stated.unit


def named_values(
    task: Task, asked: Sequence[Indicator], values: Iterable[tuple[int, TypedValue]]
) -> dict[int, TypedValue]:
    """By indicator id what was typed by the indicators' numbers in the list.

    Raises UnknownIndicatorError with the numbers that `task` asks for, InvalidValueError for one named twice.
    """
    known = {indicator.lineage: key(indicator) for indicator in asked}
    found: dict[int, TypedValue] = {}
    for lineage, value in values:
        if lineage not in known:
            numbers = "、".join(map(str, known)) or "—"
            raise UnknownIndicatorError(task=task.number, indicator=lineage, known=numbers)
        if known[lineage] in found:
            raise InvalidValueError(field=mark("指标"), value=lineage, reason=mark("同一请求中不能出现两次"))
        found[known[lineage]] = value
    return found


def indicator_lines(
    session: Session, reporting_round: ReportingRound, unit_id: int, tasks: Mapping[int, Task]
) -> dict[int, tuple[IndicatorLine, ...]]:
    """By task id, in the document's order; a task that asks for none is not in it. `typed` is left None.

    One query where none of `tasks` asks for any, four otherwise, however many there are.
    """
    asked = asked_indicators(session, reporting_round.version_id, tasks)
    if not asked:
        return {}
    wanted = [indicator for found in asked.values() for indicator in found]
    stated = stated_values(session, [key(indicator) for indicator in wanted])
    last = last_values(session, reporting_round, unit_id, [indicator.lineage for indicator in wanted])
    on_file = values_on_file(session, reporting_round, unit_id, asked)
    lines: dict[int, tuple[IndicatorLine, ...]] = {}
    for task_id, indicators in asked.items():
        filed = on_file.get(task_id, {})
        found = []
        for indicator in indicators:
            parsed = as_stated(indicator, stated.get(key(indicator), ()), tasks[task_id].number)
            value = filed.get(key(indicator))
            line = IndicatorLine(
                id=key(indicator),
                lineage=indicator.lineage,
                stated=parsed,
                is_cumulative=is_cumulative(parsed.name, parsed.unit, parsed.baseline, parsed.targets),
                last=last.get(indicator.lineage),
                filed=Reported(value.value, value.reason) if value else None,
            )
            found.append(line)
        lines[task_id] = tuple(found)
    return lines
