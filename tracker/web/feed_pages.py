"""The feed of a unit's due days: read by calendar programs without signing in, its address renewed by people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response

from tracker.actions.units.unit_feed import read_feed, renew_feed
from tracker.errors import NotFoundError
from tracker.models import OrgUnit
from tracker.web.rendering import redirect
from tracker.web.site import site_of
from tracker.web.visits import signed_in

router = APIRouter()


@router.get("/calendar/feed/{token}.ics")
def show_feed(request: Request, token: str) -> Response:
    """The address is the secret: kept by no cache that others share, and asked for again after an hour."""
    site = site_of(request)
    now = site.now()
    with site.database.reading() as session:
        content = read_feed(session, site.settings, token, now)
    headers = {"Cache-Control": "private, max-age=3600", "X-Robots-Tag": "noindex"}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/units/{unit_id}/feed")
def renew(request: Request, unit_id: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_sight(unit_id)
        unit = visit.session.get(OrgUnit, unit_id)
        if unit is None or unit.merged_into_id is not None:
            raise NotFoundError
        renew_feed(visit.session, visit.actor, unit, visit.now)
        return redirect(f"{'/' if visit.unit else f'/units/{unit_id}'}?done=feed_renewed")
