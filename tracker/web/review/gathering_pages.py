"""The desk of a unit that reads what the units below it file before the coordinating office does."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.errors import NotFoundError
from tracker.models import ReviewOutcome
from tracker.store.review_queue import ReviewFilter
from tracker.store.rounds import round_by_name
from tracker.web.forms import CheckedForm  # noqa: TC001 - likewise
from tracker.web.review.gathering_views import address_of, gathered_below
from tracker.web.review.review_desk import Desk, ask_to_confirm, decide, show_desk
from tracker.web.visits import Visit, signed_in

router = APIRouter()


@router.get("/gathering/{slug}/{period}")
def show_gathering(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        return show_desk(visit, _desk(visit, slug, period))


@router.post("/gathering/{slug}/{period}")
def decide_here(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        return decide(visit, _desk(visit, slug, period), form)


@router.post("/gathering/{slug}/{period}/confirm")
def confirm_here(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    with signed_in(request) as visit:
        return ask_to_confirm(visit, _desk(visit, slug, period), form)


def _desk(visit: Visit, slug: str, period: str) -> Desk:
    """Raises NotFoundError for everybody but the filer of a unit with units below it in a round that gathers."""
    task_list, reporting_round = round_by_name(visit.session, slug, period)
    below = gathered_below(visit, reporting_round)
    if not below:
        raise NotFoundError
    base = address_of(task_list, reporting_round)
    start = ReviewFilter(is_above=True, below=below)
    return Desk(task_list, reporting_round, base, start, ReviewOutcome.ENDORSED)
