"""One unit turns out to be another: which, what would move, and the merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.units.merge_units import merge_units
from tracker.actions.units.unit_merge_effect import merge_effect
from tracker.domain.names import may_be_same
from tracker.errors import TrackerError
from tracker.models import key
from tracker.store.units import all_units, unit_by_id, unit_by_name
from tracker.web.forms import CheckedForm, line_field
from tracker.web.rendering import redirect
from tracker.web.units.unit_detail_pages import UnitId  # noqa: TC001 - FastAPI reads it at run time
from tracker.web.units.unit_words import rows_in_words
from tracker.web.visits import Visit, signed_in
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from tracker.models import OrgUnit

router = APIRouter()

# What was granted to the one unit would hold for the other.
_HOLD_FOR_OTHER: Final = ("extension.unit_id", "chase_pause.unit_id")


@router.get("/units/{unit_id}/merge")
def ask_to_merge(request: Request, unit_id: UnitId) -> Response:
    """Without `into` it asks which unit; with it, it shows what would move."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        unit = unit_by_id(visit.session, unit_id)
        return _page(visit, unit, request.query_params.get("into", "").strip())


@router.post("/units/{unit_id}/merge")
def merge(request: Request, unit_id: UnitId, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        unit = unit_by_id(visit.session, unit_id)
        name = line_field(form, "into")
        try:
            with visit.session.begin_nested():
                into = unit_by_name(visit.session, name)
                change = merge_units(visit.session, visit.actor, visit.settings, unit, into, visit.now)
        except TrackerError as error:
            return _page(visit, unit, "", problem=error, typed=name)
        return redirect(f"/units/changes/{key(change)}?done=units_merged")


def _page(
    visit: Visit, unit: OrgUnit, name: str, *, problem: TrackerError | None = None, typed: str = ""
) -> Response:
    others = [found for found in all_units(visit.session) if found.id != unit.id]
    into = effect = None
    if name:
        try:
            into = unit_by_name(visit.session, name)
            effect = merge_effect(visit.session, visit.actor, unit, into)
        except TrackerError as error:
            problem, typed = error, name
    if into is None or effect is None:
        return visit.page(
            "pages/unit_merge_choose.html",
            status=422 if problem else 200,
            problem=problem.worded(visit.gettext) if problem else "",
            unit=unit,
            typed=typed,
            names=[found.name for found in others],
            alike=[found for found in others if may_be_same(found.name, unit.name)],
        )
    return visit.page(
        "pages/unit_merge.html",
        unit=unit,
        into=into,
        effect=effect,
        moved=[(rows_in_words(place, visit.gettext), count) for place, count in effect.moved.items()],
        staying=[(rows_in_words(place, visit.gettext), count) for place, count in effect.staying.items()],
        holds_for_other=[
            rows_in_words(place, visit.gettext) for place in _HOLD_FOR_OTHER if place in effect.moved
        ],
        clash_count=sum(len(found.clashes) for found in effect.rounds),
        rounds=[(found, round_in_words(found.round, visit.gettext)) for found in effect.rounds],
    )
