"""Any two rounds of a list side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.rounds.compare_rounds import compare_rounds
from tracker.errors import NotFoundError
from tracker.store.lists import list_by_slug
from tracker.store.rounds import rounds_of
from tracker.web.forms import line_field
from tracker.web.rounds.comparison_views import comparison_view
from tracker.web.visits import signed_in
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.models import ReportingRound

router = APIRouter()


@router.get("/lists/{slug}/compare")
def show_comparison(request: Request, slug: str) -> Response:
    """`from` and `to` are periods; without them the newest round beside the one before it."""
    with signed_in(request) as visit:
        if not visit.actor.sees_all:
            raise NotFoundError
        task_list = list_by_slug(visit.session, slug)
        rounds = rounds_of(visit.session, task_list)
        query = request.query_params
        after = _chosen(rounds, line_field(query, "to"), 0)
        before = _chosen(rounds, line_field(query, "from"), 1)
        compared = None
        if before and after and before is not after:
            compared = compare_rounds(visit.session, visit.settings, task_list, before, after, visit.now)
        labels = {found.period: round_in_words(found, visit.gettext) for found in rounds}
        return visit.page(
            "pages/comparison.html",
            task_list=task_list,
            labels=labels,
            before=before,
            after=after,
            compared=compared,
            not_due=[labels[report.period] for report in compared.comparison.not_due] if compared else [],
            view=comparison_view(compared.comparison, visit.gettext) if compared else None,
        )


def _chosen(rounds: Sequence[ReportingRound], period: str, place: int) -> ReportingRound | None:
    """Raises NotFoundError for a period that has no round."""
    if not period:
        return rounds[place] if len(rounds) > place else None
    found = next((one for one in rounds if one.period == period), None)
    if found is None:
        raise NotFoundError
    return found
