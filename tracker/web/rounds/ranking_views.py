"""A ranking in words: each number with the list behind it, and proposals as sentences that a person may use."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tracker.domain.faults import FAULT_LABELS, Fault
from tracker.domain.scoring import CARD_LABELS
from tracker.mail.wording import moment_in_words
from tracker.models import UnitKind
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from tracker.reports.ranking import KindRanking, RankedUnit, WaitingUnit

    Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CountView:
    """`points` is "" for what was struck out; `query` is the list behind `count`."""

    label: str
    count: int
    points: str
    query: str


@dataclass(frozen=True, slots=True)
class RankedView:
    """`until` is the unit's extension, "" without one; `card` is "" or "red" or "yellow"."""

    place: int
    is_tie: bool
    name: str
    expected: int
    expected_query: str
    score: str
    deductions: tuple[CountView, ...]
    struck_out: tuple[CountView, ...]
    until: str
    card: str
    card_label: str
    is_to_be_interviewed: bool


@dataclass(frozen=True, slots=True)
class WaitingView:
    name: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """Units that are due at the same moment, `until`."""

    until: str
    units: tuple[WaitingView, ...]


@dataclass(frozen=True, slots=True)
class RankingView:
    """`proposals` are sentences, the gravest first."""

    label: str
    rows: tuple[RankedView, ...]
    waiting: tuple[WaitingGroup, ...]
    proposals: tuple[str, ...]


def ranking_view(found: KindRanking, zone: ZoneInfo, gettext: Gettext) -> RankingView:
    places = [row.place for row in found.rows]
    return RankingView(
        kind_in_words(UnitKind(found.kind), gettext),
        tuple(_row(row, zone, gettext, is_tie=places.count(row.place) > 1) for row in found.rows),
        tuple(_waiting(found.waiting, zone, gettext)),
        tuple(_proposals(found, gettext)),
    )


def _waiting(waiting: Sequence[WaitingUnit], zone: ZoneInfo, gettext: Gettext) -> Iterator[WaitingGroup]:
    """Who is due first in front; of one moment in the order of the units."""
    for due_at, units in groupby(sorted(waiting, key=_due), key=_due):
        yield WaitingGroup(
            moment_in_words(due_at, zone, gettext),
            tuple(
                WaitingView(one.unit.name, one.not_due, _list(one.unit.id, fault=Fault.MISSING))
                for one in units
            ),
        )


def _due(one: WaitingUnit) -> datetime:
    return one.due_at


def _row(row: RankedUnit, zone: ZoneInfo, gettext: Gettext, *, is_tie: bool) -> RankedView:
    unit = row.unit
    return RankedView(
        place=row.place,
        is_tie=is_tie,
        name=unit.name,
        expected=unit.rates.expected,
        expected_query=_list(unit.id, state="expected"),
        score=str(row.score),
        deductions=tuple(
            CountView(
                gettext(FAULT_LABELS[one.fault]), one.count, str(one.points), _list(unit.id, fault=one.fault)
            )
            for one in row.deductions
        ),
        struck_out=tuple(
            CountView(gettext(FAULT_LABELS[fault]), count, "", _list(unit.id, fault=fault, struck="1"))
            for fault, count in row.struck_out
        ),
        until=_until(unit.extended_to, zone, gettext),
        card=row.card.value if row.card else "",
        card_label=gettext(CARD_LABELS[row.card]) if row.card else "",
        is_to_be_interviewed=row.is_to_be_interviewed,
    )


def _proposals(found: KindRanking, gettext: Gettext) -> Iterator[str]:
    """The last places first: who did worst is spoken of first."""
    for row in reversed(found.rows):
        if row.card:
            yield gettext("建议给{unit}发{card}：得分 {score}，{faults}。").format(
                unit=row.unit.name,
                card=gettext(CARD_LABELS[row.card]),
                score=row.score,
                faults=gettext("，").join(
                    gettext("{fault} {count} 项").format(
                        fault=gettext(FAULT_LABELS[one.fault]), count=one.count
                    )
                    for one in row.deductions
                ),
            )
    for row in reversed(found.rows):
        if row.is_to_be_interviewed:
            yield gettext("建议约谈{unit}：含本期连续 {rounds} 期有未报，本期未报 {count} 项。").format(
                unit=row.unit.name,
                rounds=row.unit.missed_before + 1,
                count=next(one.count for one in row.deductions if one.fault is Fault.MISSING),
            )


def _until(until: datetime | None, zone: ZoneInfo, gettext: Gettext) -> str:
    return moment_in_words(until, zone, gettext) if until else ""


def _list(unit_id: int, **narrowed: str) -> str:
    return urlencode({**narrowed, "unit": unit_id})
