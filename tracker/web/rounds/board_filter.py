"""The filter of a round's board: what it narrows, what can be chosen, and the counts that still say something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from tracker.errors import NotFoundError
from tracker.models import UnitKind
from tracker.store.lists import measures_of
from tracker.store.obligation_list import ObligationFilter, StateWord, TimingWord
from tracker.store.rounds import kinds_in_round
from tracker.web.rounds.obligation_filter import WORD_LABELS, filter_in, query_of
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from tracker.models import ReportingRound
    from tracker.web.visits import Visit

# In the order in which they are asked for: what is missing first.
_STATES: Final = (
    StateWord.MISSING,
    StateWord.FILED,
    StateWord.RETURNED,
    StateWord.ACCEPTED,
    StateWord.NIL,
    StateWord.EXEMPT,
)
# Columns that a phone has no room for, unless they are what was asked for.
_NARROW: Final = frozenset({StateWord.EXPECTED, StateWord.FILED, StateWord.MISSING, TimingWord.LATE})


@dataclass(frozen=True, slots=True)
class Column:
    """One count: `name` is its attribute of Rates, `query` the list behind it."""

    name: str
    label: str
    query: str
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One control of the form: its options as (value, words), and the value chosen, "" for all."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """`words` say what is chosen, in the order of the form; `shows_rates` is False where a rate would be of a part
    of the states, and so mean nothing."""

    wanted: ObligationFilter
    columns: tuple[Column, ...]
    choices: tuple[Choice, ...]
    words: tuple[str, ...]

    @property
    def shows_rates(self) -> bool:
        return self.wanted.state is None and self.wanted.timing is None

    @property
    def query(self) -> str:
        """The filter for an address that goes on; "" or ending in &."""
        query = query_of(self.wanted)
        return query and f"{query}&"

    def address(self, base: str, view: str, page: int = 1) -> str:
        """The board in a view; the first page and the view by units are not named."""
        parts = [
            urlencode({"view": view}) if view != "units" else "",
            query_of(self.wanted),
            urlencode({"page": page}) if page > 1 else "",
        ]
        query = "&".join(filter(None, parts))
        return f"{base}?{query}#view" if query else f"{base}#view"


def filter_of_board(visit: Visit, reporting_round: ReportingRound) -> BoardFilter:
    """Read from the address of the visit. Raises NotFoundError for what cannot be chosen."""
    found = filter_in(visit.request.query_params)
    if found.fault:
        raise NotFoundError
    wanted = replace(found, unit_id=None, task_id=None)
    choices = _choices(visit, reporting_round, wanted)
    for choice in choices:
        if choice.chosen and choice.chosen not in dict(choice.options):
            raise NotFoundError
    is_plain = wanted.state is None and wanted.timing is None
    return BoardFilter(
        wanted,
        columns=tuple(
            Column(
                word.value,
                visit.gettext(WORD_LABELS[word]),
                query_of(wanted.narrowed(word)),
                is_wide=is_plain and word not in _NARROW,
            )
            for word in wanted.words()
        ),
        choices=choices,
        words=tuple(dict(choice.options)[choice.chosen] for choice in choices if choice.chosen),
    )


def _choices(visit: Visit, reporting_round: ReportingRound, wanted: ObligationFilter) -> tuple[Choice, ...]:
    gettext = visit.gettext
    measures = sorted(
        measures_of(visit.session, reporting_round.version_id).items(), key=lambda item: item[1].position
    )
    kinds = kinds_in_round(visit.session, reporting_round)
    return (
        Choice(
            "measure",
            gettext("措施"),
            tuple((str(number), measure.title) for number, measure in measures),
            str(wanted.measure_id or ""),
        ),
        Choice(
            "kind",
            gettext("单位类别"),
            tuple((kind.value, kind_in_words(kind, gettext)) for kind in UnitKind if kind in kinds),
            wanted.kind or "",
        ),
        Choice(
            "state",
            gettext("状态"),
            tuple((word.value, gettext(WORD_LABELS[word])) for word in _STATES),
            wanted.state or "",
        ),
        Choice(
            "timing",
            gettext("时限"),
            tuple((word.value, gettext(WORD_LABELS[word])) for word in TimingWord),
            wanted.timing or "",
        ),
    )
