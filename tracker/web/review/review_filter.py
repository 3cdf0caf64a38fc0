"""What the address of a reviewer's page asks for, and what may be chosen there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from tracker.errors import NotFoundError
from tracker.models import UnitKind, key
from tracker.store.review_queue import ReviewFilter, waiting_measures, waiting_units
from tracker.web.forms import number_field
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.models import ReportingRound
    from tracker.web.visits import Visit

_NIL: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """`is_flagged` keeps the cards of a page that have something to be looked at; it counts nothing."""

    wanted: ReviewFilter
    is_flagged: bool
    page: int

    @property
    def is_narrowed(self) -> bool:
        wanted = self.wanted
        narrowing = (wanted.measure_id, wanted.unit_id, wanted.kind, wanted.is_nil)
        return self.is_flagged or any(part is not None for part in narrowing)

    @property
    def query(self) -> str:
        """The address's own, without the page."""
        nil = {True: "yes", False: "no", None: ""}[self.wanted.is_nil]
        fields = {
            "above": "1" if self.wanted.is_above and self.wanted.below is None else "",
            "measure": self.wanted.measure_id or "",
            "unit": self.wanted.unit_id or "",
            "kind": self.wanted.kind or "",
            "nil": nil,
            "flagged": "1" if self.is_flagged else "",
        }
        return urlencode({name: str(value) for name, value in fields.items() if value})


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    measures: tuple[Choice, ...]
    units: tuple[Choice, ...]
    kinds: tuple[Choice, ...]


def read_query(query: Mapping[str, str], start: ReviewFilter) -> Asked:
    """`start` narrowed by the address. Raises NotFoundError for a word that means nothing."""
    kind = query.get("kind") or None
    nil = query.get("nil") or None
    if (kind and kind not in set(UnitKind)) or (nil and nil not in _NIL):
        raise NotFoundError
    wanted = replace(
        start,
        is_above=start.is_above or query.get("above") == "1",
        measure_id=_number(query, "measure"),
        unit_id=_number(query, "unit"),
        kind=UnitKind(kind) if kind else None,
        is_nil=_NIL[nil] if nil else None,
    )
    return Asked(wanted, query.get("flagged") == "1", number_field(query, "page") or 1)


def choices_of(visit: Visit, reporting_round: ReportingRound, wanted: ReviewFilter) -> Choices:
    """Of what waits at this desk: a choice never leads to an empty page."""
    desk = ReviewFilter(is_above=wanted.is_above, below=wanted.below)
    units = waiting_units(visit.session, reporting_round, desk)
    kinds = [kind for kind in UnitKind if any(unit.kind is kind for unit in units)]
    return Choices(
        measures=tuple(
            Choice(str(measure.id), measure.title, measure.id == wanted.measure_id)
            for measure in waiting_measures(visit.session, reporting_round, desk)
        ),
        units=tuple(Choice(str(unit.id), unit.name, key(unit) == wanted.unit_id) for unit in units),
        kinds=tuple(Choice(kind, kind_in_words(kind, visit.gettext), kind is wanted.kind) for kind in kinds),
    )


def _number(query: Mapping[str, str], name: str) -> int | None:
    if not query.get(name):
        return None
    found = number_field(query, name)
    if found is None:
        raise NotFoundError
    return found
