"""Indicators 指标 of a document: its indicator tables, its tables of totals, and the goals in its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.importers.indicators.lists import read_list
from tracker.importers.indicators.parsed import IndicatorReading
from tracker.importers.indicators.proposals import propose_goals, propose_indicators
from tracker.importers.indicators.sets import read_set
from tracker.importers.indicators.table_lines import grids_of_lines
from tracker.importers.indicators.tables import figure_tables
from tracker.importers.indicators.totals import check_totals
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.files.grid import Block
    from tracker.importers.indicators.parsed import IndicatorSet, ParsedIndicator

__all__ = ["propose_indicators", "read_indicators"]

# Of all sets of a document; each cell becomes an indicator. 1,400 towns by 14 projects fit.
_MOST_CELLS: Final = 20_000


def read_indicators(blocks: Sequence[Block]) -> IndicatorReading:
    """Indicators in tables, then those proposed from the goals; sets; problems, none of them blocking.

    Quantities in the texts of tasks are proposed task by task: `propose_indicators`.
    """
    indicators: list[ParsedIndicator] = []
    sets: list[IndicatorSet] = []
    problems: list[Problem] = []
    cells = 0
    for table in figure_tables(grids_of_lines(blocks)):
        if reading := read_list(table):
            indicators += reading.indicators
            problems += reading.problems
        elif found := read_set(table):
            cells += len(found.rows) * len(found.columns)
            if cells > _MOST_CELLS:
                message = f"分项表过大（至此共 {cells} 格，上限 {_MOST_CELLS} 格），没有作为指标读入。"
                problems.append(Problem(found.where, "set_too_large", message, is_blocking=False))
                continue
            sets.append(found)
            problems += check_totals(found)
    indicators += propose_goals(blocks)
    return IndicatorReading(tuple(indicators), tuple(sets), tuple(problems))
