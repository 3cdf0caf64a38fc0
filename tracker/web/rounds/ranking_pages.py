"""The ranking of a round: who stands where, why, and what is proposed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.review.rank_units import rank_units
from tracker.domain.rates import Rates
from tracker.reports.ranking import formula
from tracker.web.rounds.ranking_views import ranking_view
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_pages import round_in_sight
from tracker.web.visits import signed_in

router = APIRouter()


@router.get("/rounds/{slug}/{period}/ranking")
def show_ranking(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        task_list, reporting_round = round_in_sight(visit, slug, period)
        zone, gettext = visit.settings.site.zone, visit.gettext
        rankings = rank_units(visit.session, visit.settings, reporting_round, visit.now)
        return visit.page(
            "pages/ranking.html",
            card=round_card(visit, task_list, reporting_round, Rates()),
            now=visit.now,
            is_due=visit.now > reporting_round.due_at,
            rankings=[ranking_view(found, zone, gettext) for found in rankings],
            formula=formula(visit.settings.scoring, gettext),
        )
