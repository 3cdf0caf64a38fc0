"""A filler's first page: what is due, until when, and the one thing to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.duties.read_instructions import instructions_of_unit
from tracker.actions.filing.filing_checks import takes_texts
from tracker.actions.units.unit_feed import feed_address
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.i18n import mark
from tracker.models import key
from tracker.store.progress import reviews_of
from tracker.store.unit_rounds import held_against, open_obligations, rates_of_unit, rounds_of_unit
from tracker.web.duties.duty_views import instruction_view
from tracker.web.home.fresh_accounts import fresh_accounts
from tracker.web.review.gathering_views import gatherings_of
from tracker.web.rounds.round_card import RoundCard, round_card

if TYPE_CHECKING:
    from starlette.responses import Response

    from tracker.models import Obligation, OrgUnit, ReportingRound
    from tracker.web.visits import Visit

_REVISE: Final = mark("去修改")
_FILE: Final = mark("去填报")
_READ: Final = mark("查看已报内容")
# A remark is read in full at its task.
_LONGEST_REMARK: Final = 80
_MOST_RETURNED: Final = 5
_MOST_HELD: Final = 10


@dataclass(frozen=True, slots=True)
class ReturnedTask:
    task_id: int
    number: str
    remark: str


@dataclass(frozen=True, slots=True)
class WorkCard:
    """An open round. `to_do` says what the button is for, `at` where on the page it leads: "#task-12", or "" for its
    head, where nothing has been filed yet or nothing is left. `held` are the texts that count against the unit,
    (obligation, task's number)."""

    card: RoundCard
    returned: tuple[ReturnedTask, ...]
    more_returned: int
    drafts: int
    held: tuple[tuple[int, str], ...]
    held_count: int
    more_held: int
    to_do: str
    at: str


def unit_home(visit: Visit, unit: OrgUnit) -> Response:
    unit_id = key(unit)
    rates = rates_of_unit(visit.session, unit_id)
    rounds = rounds_of_unit(visit.session, unit_id)
    running = {key(found): found for found, _ in rounds if takes_texts(found, visit.now)}
    cards = {
        key(found): round_card(
            visit,
            task_list,
            found,
            rates.get(key(found), Rates()),
            # When a past round was due for this unit is not said, so it is not asked for either.
            unit_id=unit_id if key(found) in running else None,
        )
        for found, task_list in rounds
    }
    left = open_obligations(visit.session, unit_id, running)
    filed = [round_id for round_id in running if cards[round_id].rates.filed]
    held = held_against(visit.session, unit_id, filed) if filed else {}
    # The one due first is the one to work on, and before it what came back.
    work = [
        _work(visit, found, cards[round_id], left.get(round_id, []), held.get(round_id, []), unit_id=unit_id)
        for round_id, found in reversed(running.items())
    ]
    work.sort(key=lambda one: not one.returned)
    return visit.page(
        "pages/home_unit.html",
        unit=unit.name,
        unit_id=unit_id,
        feed=feed_address(visit.session, visit.settings, unit),
        instructions=[
            instruction_view(visit, row)
            for row in instructions_of_unit(visit.session, visit.settings, unit_id, visit.now)
        ],
        accounts=fresh_accounts(visit),
        gatherings=gatherings_of(visit),
        work=work,
        past_rounds=[card for card in cards.values() if not card.is_open],
    )


def _work(
    visit: Visit,
    reporting_round: ReportingRound,
    card: RoundCard,
    left: list[tuple[Obligation, str]],
    held: list[tuple[int, str]],
    *,
    unit_id: int,
) -> WorkCard:
    back = [pair for pair in left if pair[0].state is ObligationState.RETURNED]
    reviews = reviews_of(visit.session, reporting_round, unit_id=unit_id) if back else {}
    returned = []
    for obligation, number in back[:_MOST_RETURNED]:
        review = reviews.get(key(obligation))
        reason = review.reason if review else ""
        remark = reason if len(reason) <= _LONGEST_REMARK else f"{reason[:_LONGEST_REMARK]}…"
        returned.append(ReturnedTask(obligation.task_id, number, remark))
    return WorkCard(
        card=card,
        returned=tuple(returned),
        more_returned=len(back) - len(returned),
        drafts=sum(obligation.state is ObligationState.DRAFT for obligation, _ in left),
        held=tuple(held[:_MOST_HELD]),
        held_count=len(held),
        more_held=max(len(held) - _MOST_HELD, 0),
        to_do=visit.gettext(_REVISE if back else _FILE if left else _READ),
        at=f"#task-{left[0][0].task_id}" if left and card.rates.filed else "",
    )
