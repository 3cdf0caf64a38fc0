"""What a file holds of a list, before it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.importers.indicators.parsed import IndicatorSet, ParsedIndicator
    from tracker.importers.listfile import ListFile
    from tracker.importers.parsed import OutlineItem, ParsedTask
    from tracker.importers.problem import Problem
    from tracker.importers.tables.table import TaskRow
    from tracker.models import IndicatorState


@dataclass(frozen=True, slots=True)
class ListContent:
    """What a file holds: the list's own data, and its table as read."""

    definition: ListFile
    tasks: Sequence[ParsedTask]
    rows: Sequence[TaskRow]
    note: str
    problems: Sequence[Problem]
    source_name: str
    source_hash: str
    outline: Sequence[OutlineItem] = ()
    indicators: Sequence[ParsedIndicator] = ()
    indicator_sets: Sequence[IndicatorSet] = ()
    # A person's word on what was proposed, by `indicator_keys`.
    indicator_states: Mapping[str, IndicatorState] = field(default_factory=dict)
    # A person's word on which tasks of the version before go on: see `compare_tasks`.
    continues: Mapping[str, str] = field(default_factory=dict)
