"""The coordinating office's desk: what was filed in a round and waits for its word."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.models import ReviewOutcome
from tracker.store.review_queue import ReviewFilter
from tracker.store.rounds import round_by_name
from tracker.web.forms import CheckedForm  # noqa: TC001 - likewise
from tracker.web.review.review_desk import Desk, ask_to_confirm, decide, show_desk
from tracker.web.visits import Visit, signed_in

router = APIRouter()


@router.get("/rounds/{slug}/{period}/review")
def show_queue(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        return show_desk(visit, _desk(visit, slug, period))


@router.post("/rounds/{slug}/{period}/review")
def decide_here(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        return decide(visit, _desk(visit, slug, period), form)


@router.post("/rounds/{slug}/{period}/review/confirm")
def confirm_here(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    with signed_in(request) as visit:
        return ask_to_confirm(visit, _desk(visit, slug, period), form)


def _desk(visit: Visit, slug: str, period: str) -> Desk:
    visit.actor.require_coordinating()
    task_list, reporting_round = round_by_name(visit.session, slug, period)
    base = f"/rounds/{task_list.slug}/{reporting_round.period}/review"
    return Desk(task_list, reporting_round, base, ReviewFilter(), ReviewOutcome.ACCEPTED)
