"""Units from a table: all rows or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.units.import_units import import_units
from tracker.errors import BlockingProblemsError, InputError
from tracker.importers.units import read_units
from tracker.web.forms import CheckedForm  # noqa: TC001 - FastAPI reads it at run time
from tracker.web.rendering import redirect
from tracker.web.table_uploads import table_upload
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

router = APIRouter()


@router.get("/units/import")
def ask_for_table(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _page(visit)


@router.post("/units/import")
def import_file(request: Request, form: CheckedForm) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
    try:
        with table_upload(form) as path:
            rows, problems = read_units(path)
        with signed_in(request, to_write=True) as visit:
            outcome = import_units(visit.session, visit.actor, rows, problems, visit.now)
    except BlockingProblemsError as error:
        with signed_in(request) as visit:
            return _page(visit, error.problems)
    except InputError as error:
        with signed_in(request) as visit:
            return _page(visit, [error.worded(visit.gettext)])
    return redirect(f"/units?done=units_read&count={outcome.added}")


def _page(visit: Visit, problems: Sequence[str] = ()) -> Response:
    return visit.page("pages/units_import.html", status=422 if problems else 200, problems=problems)
