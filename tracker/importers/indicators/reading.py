"""Indicators 指标 of a document: its indicator tables, its tables of totals, and the goals in its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.importers.indicators.lists import read_list
from tracker.importers.indicators.parsed import IndicatorReading
from tracker.importers.indicators.proposals import propose_goals, propose_indicators
from tracker.importers.indicators.sets import check_totals, read_set
from tracker.importers.indicators.table_lines import grids_of_lines
from tracker.importers.indicators.tables import figure_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.files.grid import Block
    from tracker.importers.indicators.parsed import IndicatorSet, ParsedIndicator
    from tracker.importers.parsed import Problem

__all__ = ["propose_indicators", "read_indicators"]


def read_indicators(blocks: Sequence[Block]) -> IndicatorReading:
    """Indicators in tables, then those proposed from the goals; sets; problems, none of them blocking.

    Quantities in the texts of tasks are proposed task by task: `propose_indicators`.
    """
    indicators: list[ParsedIndicator] = []
    sets: list[IndicatorSet] = []
    problems: list[Problem] = []
    for table in figure_tables(grids_of_lines(blocks)):
        if reading := read_list(table):
            indicators += reading.indicators
            problems += reading.problems
        elif found := read_set(table):
            sets.append(found)
            problems += check_totals(found)
    indicators += propose_goals(blocks)
    return IndicatorReading(tuple(indicators), tuple(sets), tuple(problems))
