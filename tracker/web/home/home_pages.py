"""The first page: a filler's open rounds with one button each, or the lists with their rounds."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.web.home.home_lists import lists_home
from tracker.web.home.home_unit import unit_home
from tracker.web.visits import signed_in

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    with signed_in(request) as visit:
        return lists_home(visit) if visit.unit is None else unit_home(visit, visit.unit)
