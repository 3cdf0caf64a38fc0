"""A round for a leader, on one page that can be printed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.rounds.brief_leader import brief_leader
from tracker.reports.ranking import formula
from tracker.reports.wording import counts_sentence
from tracker.web.rounds.leader_views import curve_chart, indicator_rows, standing_view, stuck_views
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_pages import round_in_sight
from tracker.web.visits import signed_in

router = APIRouter()


@router.get("/leader/{slug}/{period}")
def show_brief(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        task_list, reporting_round = round_in_sight(visit, slug, period)
        zone, gettext = visit.settings.site.zone, visit.gettext
        brief = brief_leader(visit.session, visit.settings, reporting_round, visit.now)
        chart, said = curve_chart(brief.curve, gettext)
        rows, more = indicator_rows(brief.indicators, gettext)
        return visit.page(
            "pages/leader.html",
            card=round_card(visit, task_list, reporting_round, brief.rates),
            sentence=counts_sentence(brief.rates, gettext),
            now=visit.now,
            chart=chart,
            chart_said=said,
            stuck=stuck_views(brief.stuck, zone, gettext),
            standings=[standing_view(found, gettext) for found in brief.standings],
            formula=formula(visit.settings.scoring, gettext)[0],
            indicators=rows,
            more_indicators=more,
        )
