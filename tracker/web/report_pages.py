"""Downloads of a round: the workbook, the page that stands alone, and the data."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response

from tracker.actions.compile_report import compile_report
from tracker.actions.render_report import MEDIA_TYPES, render_report
from tracker.domain.texts import one_line
from tracker.errors import NotFoundError
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
    return Response(
        rendered.content,
        media_type=rendered.media_type,
        headers={
            "Content-Disposition": _attachment(rendered.file_name, f"{report.list_slug}-{report.period}")
        },
    )


def _attachment(name: str, plain: str) -> str:
    """A header for a file called `name`; `plain` for programs that read ASCII only."""
    suffix = name.rpartition(".")[2]
    ascii_name = "".join(
        char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in plain
    )
    encoded = quote(one_line(name).replace("/", "／"), safe="")
    return f"attachment; filename=\"{ascii_name}.{suffix}\"; filename*=UTF-8''{encoded}"
