"""The first page: a filler's open rounds with one button each, or the lists with their rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.filing_checks import takes_texts
from tracker.actions.open_round import covered_periods
from tracker.actions.unit_feed import feed_address
from tracker.domain.rates import Rates
from tracker.models import IncomingState, ReportingRound, TaskList, key
from tracker.store.extensions import due_at_of
from tracker.store.incoming import count_incoming
from tracker.store.lists import all_lists
from tracker.store.rounds import round_rates, rounds_of
from tracker.store.unit_rounds import rates_of_unit, rounds_of_unit
from tracker.web.visits import Visit, signed_in
from tracker.web.words import period_in_words, round_in_words

if TYPE_CHECKING:
    from datetime import datetime

router = APIRouter()


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round as the first page shows it; for a filler the rates and the due moment are the unit's own."""

    slug: str
    title: str
    period: str
    label: str
    due_at: datetime
    time_left: str
    is_extended: bool
    is_open: bool
    is_chasing: bool
    is_late_opened: bool
    rates: Rates


@dataclass(frozen=True, slots=True)
class ListCard:
    """A list, its rounds, and the periods that can still be opened (key and words), the newest first."""

    slug: str
    title: str
    rounds: tuple[RoundCard, ...]
    unopened: tuple[tuple[str, str], ...]
    suggested: str


@router.get("/")
def home(request: Request) -> Response:
    with signed_in(request) as visit:
        if visit.unit is not None:
            rates = rates_of_unit(visit.session, key(visit.unit))
            cards = [
                round_card(visit, task_list, found, rates.get(key(found), Rates()), unit_id=key(visit.unit))
                for found, task_list in rounds_of_unit(visit.session, key(visit.unit))
            ]
            # The one due first is the one to work on.
            open_cards = [card for card in reversed(cards) if card.is_open]
            return visit.page(
                "pages/home_unit.html",
                unit=visit.unit.name,
                unit_id=key(visit.unit),
                feed=feed_address(visit.session, visit.settings, visit.unit),
                open_rounds=open_cards,
                past_rounds=[card for card in cards if not card.is_open],
            )
        lists = [_list_card(visit, task_list) for task_list in all_lists(visit.session)]
        quarantined = count_incoming(visit.session)[IncomingState.QUARANTINED]
        return visit.page("pages/home_lists.html", lists=lists, quarantined=quarantined)


def round_card(
    visit: Visit,
    task_list: TaskList,
    reporting_round: ReportingRound,
    rates: Rates,
    *,
    unit_id: int | None = None,
) -> RoundCard:
    """With `unit_id` it is due when that unit is."""
    is_open = takes_texts(reporting_round, visit.now)
    due_at = reporting_round.due_at
    if unit_id is not None:
        due_at = due_at_of(visit.session, reporting_round, unit_id)
    return RoundCard(
        slug=task_list.slug,
        title=task_list.title,
        period=reporting_round.period,
        label=round_in_words(reporting_round, visit.gettext),
        due_at=due_at,
        time_left=visit.time_left(due_at) if is_open else "",
        is_extended=due_at != reporting_round.due_at,
        is_open=is_open,
        is_chasing=reporting_round.is_chasing,
        is_late_opened=reporting_round.opened_at > reporting_round.due_at,
        rates=rates,
    )


def _list_card(visit: Visit, task_list: TaskList) -> ListCard:
    found = rounds_of(visit.session, task_list)
    opened = {reporting_round.period for reporting_round in found}
    unopened = [period for period in covered_periods(task_list) if period.key not in opened]
    # Offered first: the newest period that is over, which is the one to report on now.
    over = [period for period in unopened if period.shift(1).starts_on <= visit.now.date()]
    return ListCard(
        slug=task_list.slug,
        title=task_list.title,
        rounds=tuple(
            round_card(visit, task_list, reporting_round, round_rates(visit.session, reporting_round))
            for reporting_round in found
        ),
        unopened=tuple((period.key, period_in_words(period, visit.gettext)) for period in reversed(unopened)),
        suggested=(over[-1] if over else unopened[0]).key if unopened else "",
    )
