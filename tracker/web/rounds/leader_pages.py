"""A round for a leader, on one page that can be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.rounds.brief_leader import brief_leader
from tracker.models import key
from tracker.reports.ranking import formula
from tracker.reports.wording import counts_sentence
from tracker.store.circulars import published_of
from tracker.web.rounds.leader_views import curve_chart, indicator_rows, standing_view, stuck_views
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_pages import round_in_sight
from tracker.web.visits import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.models import Circular

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
            accounts=_newest_editions(published_of(visit.session, key(task_list), period)),
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


def _newest_editions(published: Iterable[Circular]) -> list[Circular]:
    """Without what a correction took the place of; `published` has the newest first."""
    newest: dict[tuple[str, int | None], Circular] = {}
    for circular in published:
        newest.setdefault((circular.kind, circular.number), circular)
    return list(newest.values())
