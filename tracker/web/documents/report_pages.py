"""Downloads of a round: the workbook, the flat table, the page that stands alone, and the data; whole or a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.documents.make_document import DocumentOrder, make_document
from tracker.actions.documents.render_report import MEDIA_TYPES
from tracker.errors import NotFoundError
from tracker.store.obligation_list import ObligationFilter
from tracker.store.rounds import round_by_name
from tracker.web.downloads import stream_of
from tracker.web.rounds.obligation_filter import filter_in
from tracker.web.site import site_of
from tracker.web.visits import signed_in

if TYPE_CHECKING:
    from tracker.web.visits import Visit

router = APIRouter()


@router.get("/rounds/{slug}/{period}/report.{form}")
def download(request: Request, slug: str, period: str, form: str) -> Response:
    """`unit`, `kind` and `measure` in the address narrow it. Rendered after the session of the database has ended:
    nobody waits for the workbook."""
    if form not in MEDIA_TYPES:
        raise NotFoundError
    with signed_in(request) as visit:
        wanted = _part_in_sight(visit)
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        language = site_of(request).language(request)
        order = DocumentOrder(task_list.slug, reporting_round.period, form, wanted, language, visit.now)
    made = make_document(site_of(request).database, visit.settings, order)
    return stream_of(made.content, made.size, made.media_type, made.file_name, f"{order.slug}-{order.period}")


def _part_in_sight(visit: Visit) -> ObligationFilter:
    """Whole for those who see all units; a filer has to name its own. Raises NotFoundError for any other."""
    asked = filter_in(visit.request.query_params)
    part = ObligationFilter(unit_id=asked.unit_id, kind=asked.kind, measure_id=asked.measure_id)
    if asked != part or (part.unit_id is None and not visit.actor.sees_all):
        raise NotFoundError
    if part.unit_id is not None:
        visit.actor.require_sight(part.unit_id)
    return part
