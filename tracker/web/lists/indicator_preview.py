"""The indicators of a document in its preview, each proposal with what is chosen of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.lists.indicator_choices import indicator_keys
from tracker.web.lists.indicator_views import Entry, set_view, task_views, whole_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.actions.lists.settle_import import Settlement
    from tracker.web.lists.indicator_views import GroupView, IndicatorView, SetView


@dataclass(frozen=True, slots=True)
class IndicatorPreview:
    """`proposed` counts the quantities from running text; an indicator of a table needs no choice."""

    whole: tuple[IndicatorView, ...]
    groups: tuple[GroupView, ...]
    sets: tuple[SetView, ...]
    proposed: int


def indicator_preview(settlement: Settlement, gettext: Callable[[str], str]) -> IndicatorPreview:
    chosen = settlement.indicators
    entries = [
        Entry(key, chosen.states.get(key, "proposed" if found.proposed else "confirmed"), found)
        for found, key in zip(chosen.found, indicator_keys(chosen.found), strict=True)
    ]
    return IndicatorPreview(
        whole=whole_view(entries, gettext),
        groups=task_views(entries, settlement.tasks, gettext),
        sets=tuple(set_view(table, gettext) for table in chosen.sets),
        proposed=len(chosen.proposals),
    )
