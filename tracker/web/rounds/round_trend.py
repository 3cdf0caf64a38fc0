"""How completeness and timeliness went over the rounds of a list, each kind of unit by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark
from tracker.models import ReportingRound, UnitKind, key
from tracker.reports.wording import percent
from tracker.store.rounds import rates_by_kind, round_rates, rounds_of
from tracker.web.rounds.charts import Chart, Point, Scale
from tracker.web.words import kind_in_words, round_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlmodel import Session

    from tracker.domain.rates import Rates
    from tracker.models import TaskList
    from tracker.store.obligation_list import ObligationFilter

    Gettext = Callable[[str], str]

ROUNDS: Final = 8
_MEASURES: Final = (("main", "completeness", mark("报送率")), ("second", "timeliness", mark("及时率")))


@dataclass(frozen=True, slots=True)
class TrendRow:
    period: str
    label: str
    rates: Rates


@dataclass(frozen=True, slots=True)
class KindTrend:
    """`rows` are rounds, the newest first; `said` is the chart in words."""

    kind: str
    label: str
    chart: Chart
    said: str
    rows: tuple[TrendRow, ...]


@dataclass(frozen=True, slots=True)
class TrendBoard:
    """`total` is of what the filter leaves of the round shown; the trends are of everything."""

    total: Rates
    trends: tuple[KindTrend, ...]


def trend_board(
    session: Session,
    task_list: TaskList,
    reporting_round: ReportingRound,
    wanted: ObligationFilter,
    gettext: Gettext,
) -> TrendBoard:
    """The round and the last ones before it; a kind that never owed anything is left out."""
    rounds = [found for found in rounds_of(session, task_list) if found.due_at <= reporting_round.due_at]
    rounds = rounds[:ROUNDS]
    by_kind = rates_by_kind(session, [key(found) for found in rounds])
    return TrendBoard(
        round_rates(session, reporting_round, wanted),
        tuple(_trend(kind, rounds, by_kind[kind], gettext) for kind in UnitKind if kind in by_kind),
    )


def _trend(
    kind: UnitKind, rounds: list[ReportingRound], rates: Mapping[int, Rates], gettext: Gettext
) -> KindTrend:
    rows = tuple(
        TrendRow(found.period, round_in_words(found, gettext), rates[key(found)])
        for found in rounds
        if key(found) in rates
    )
    label = kind_in_words(kind, gettext)
    said = gettext("{kind}的报送率与及时率，最近 {count} 期").format(kind=label, count=len(rows))
    return KindTrend(kind.value, label, _chart(rows, gettext), said, rows)


def _chart(rows: tuple[TrendRow, ...], gettext: Gettext) -> Chart:
    ordered = list(enumerate(reversed(rows)))
    scale = Scale(most_x=max(len(rows) - 1, 0), most_y=1)
    return Chart(
        x_ticks=scale.x_ticks((place, row.period) for place, row in ordered),
        y_ticks=scale.y_ticks(((0, "0%"), (0.5, "50%"), (1, "100%"))),
        lines=tuple(
            scale.line(
                style,
                gettext(label),
                [
                    Point(place, rate, row.period, f"{row.label} {gettext(label)} {percent(rate)}")
                    for place, row in ordered
                    if (rate := getattr(row.rates, name)) is not None
                ],
            )
            for style, name, label in _MEASURES
        ),
        marks=(),
    )
