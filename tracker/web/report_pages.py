"""Downloads of a round: the workbook, the page that stands alone, and the data."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.compile_report import compile_report
from tracker.actions.render_report import MEDIA_TYPES, render_report
from tracker.errors import NotFoundError
from tracker.web.downloads import download_of
from tracker.web.round_pages import round_in_sight
from tracker.web.site import site_of
from tracker.web.visits import signed_in

router = APIRouter()


@router.get("/rounds/{slug}/{period}/report.{form}")
def download(request: Request, slug: str, period: str, form: str) -> Response:
    """Rendered after the database session has ended: nobody waits for the workbook."""
    if form not in MEDIA_TYPES:
        raise NotFoundError
    with signed_in(request) as visit:
        task_list, reporting_round = round_in_sight(visit, slug, period)
        report = compile_report(visit.session, visit.settings, task_list, reporting_round, visit.now)
    rendered = render_report(report, form, visit.settings, site_of(request).language(request))
    plain = f"{report.list_slug}-{report.period}"
    return download_of(rendered.content, rendered.media_type, rendered.file_name, plain)
