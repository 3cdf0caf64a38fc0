"""Which units below its own a filer reads before the coordinating office does, and in which rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.store.review_queue import ReviewFilter, count_waiting, gathered_units
from tracker.store.rounds import open_rounds
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from tracker.models import ReportingRound, TaskList
    from tracker.web.visits import Visit


@dataclass(frozen=True, slots=True)
class GatheringView:
    """A round with units below that owe something; `count` is what waits for this unit's word."""

    title: str
    label: str
    address: str
    count: int


def gathered_below(visit: Visit, reporting_round: ReportingRound) -> frozenset[int]:
    """The units that the visitor reads in the round: those below its own, none for those who see all."""
    own = visit.actor.unit_id
    if visit.actor.sees_all or own is None:
        return frozenset()
    return gathered_units(visit.session, reporting_round, own)


def gatherings_of(visit: Visit) -> list[GatheringView]:
    """Of the open rounds, the one due first in front."""
    found = []
    for reporting_round, task_list in open_rounds(visit.session):
        if below := gathered_below(visit, reporting_round):
            count = count_waiting(visit.session, reporting_round, ReviewFilter(is_above=True, below=below))
            label = round_in_words(reporting_round, visit.gettext)
            found.append(GatheringView(task_list.title, label, address_of(task_list, reporting_round), count))
    return found


def address_of(task_list: TaskList, reporting_round: ReportingRound) -> str:
    return f"/gathering/{task_list.slug}/{reporting_round.period}"
