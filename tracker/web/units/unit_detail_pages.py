"""One unit: everything about it, and what may be changed about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.units.change_unit import change_kind, move_unit, rename_unit
from tracker.actions.units.change_unit_alias import give_alias, take_alias
from tracker.actions.units.unit_feed import feed_address
from tracker.domain.actors import ROLE_LABELS
from tracker.domain.names import may_be_same
from tracker.errors import NotFoundError, TrackerError, UnknownAliasError
from tracker.http_status import status_of
from tracker.models import OrgUnit, UnitAlias, key
from tracker.store.accounts import usernames_by_unit
from tracker.store.bounces import bouncing_addresses
from tracker.store.contacts import contacts_by_unit
from tracker.store.groups import groups_with
from tracker.store.unit_changes import list_changes, merge_data, merges_into
from tracker.store.unit_tasks import bound_tasks
from tracker.store.units import aliases_of, all_units, merged_units, unit_by_id, unit_by_name
from tracker.web.forms import CheckedForm, line_field, number_field
from tracker.web.rendering import redirect
from tracker.web.units.unit_pages import chosen_kind, kinds
from tracker.web.units.unit_words import change_in_words
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

router = APIRouter()

UnitId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_MOST_CHANGES = 20


@router.get("/units/{unit_id}")
def show_unit(request: Request, unit_id: UnitId) -> Response:
    """The address of a unit that was merged away leads to the one that it is."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        unit = unit_by_id(visit.session, unit_id)
        return _page(visit, unit) if unit.id == unit_id else redirect(f"/units/{unit.id}")


@router.post("/units/{unit_id}/name")
def rename(request: Request, unit_id: UnitId, form: CheckedForm) -> Response:
    name = line_field(form, "name")
    return _act(
        request,
        unit_id,
        lambda visit, unit: rename_unit(visit.session, visit.actor, unit, name, visit.now),
    )


@router.post("/units/{unit_id}/kind")
def set_kind(request: Request, unit_id: UnitId, form: CheckedForm) -> Response:
    kind = chosen_kind(line_field(form, "kind"))
    return _act(
        request,
        unit_id,
        lambda visit, unit: change_kind(visit.session, visit.actor, unit, kind, visit.now),
    )


@router.post("/units/{unit_id}/parent")
def set_parent(request: Request, unit_id: UnitId, form: CheckedForm) -> Response:
    name = line_field(form, "parent")

    def move(visit: Visit, unit: OrgUnit) -> object:
        parent = unit_by_name(visit.session, name) if name else None
        return move_unit(visit.session, visit.actor, unit, parent, visit.now)

    return _act(request, unit_id, move)


@router.post("/units/{unit_id}/aliases")
def add_alias_here(request: Request, unit_id: UnitId, form: CheckedForm) -> Response:
    name = line_field(form, "alias")
    return _act(
        request,
        unit_id,
        lambda visit, unit: give_alias(visit.session, visit.actor, unit, name, visit.now),
    )


@router.get("/units/{unit_id}/aliases/remove")
def ask_to_remove_alias(request: Request, unit_id: UnitId) -> Response:
    """What it means, before it is done."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        unit = unit_by_id(visit.session, unit_id)
        alias = _alias(visit, unit, number_field(request.query_params, "alias"))
        return visit.page("pages/unit_alias_remove.html", unit=unit, alias=alias)


@router.post("/units/{unit_id}/aliases/remove")
def remove_alias(request: Request, unit_id: UnitId, form: CheckedForm) -> Response:
    def take(visit: Visit, unit: OrgUnit) -> object:
        alias = _alias(visit, unit, number_field(form, "alias"))
        return take_alias(visit.session, visit.actor, unit, alias.name, visit.now)

    return _act(request, unit_id, take)


def _alias(visit: Visit, unit: OrgUnit, alias_id: int | None) -> UnitAlias:
    found = visit.session.get(UnitAlias, alias_id or 0)
    if found is None or found.unit_id != unit.id:
        raise UnknownAliasError("")
    return found


def _act(request: Request, unit_id: int, act: Callable[[Visit, OrgUnit], object]) -> Response:
    """Does it, or shows the unit with what stands against it. `act` gives None where nothing was to do."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        unit = unit_by_id(visit.session, unit_id)
        try:
            with visit.session.begin_nested():
                change = act(visit, unit)
        except NotFoundError as error:
            return _page(visit, unit, status=422, problem=error.worded(visit.gettext))
        except TrackerError as error:
            return _page(visit, unit, status=status_of(error), problem=error.worded(visit.gettext))
        done = "unit_changed" if change else "nothing"
        return redirect(f"/units/{key(unit)}?done={done}")


def _page(visit: Visit, unit: OrgUnit, *, status: int = 200, problem: str = "") -> Response:
    units = all_units(visit.session)
    by_id = {key(found): found for found in units}
    names = aliases_of(visit.session, unit)
    above = []
    parent = by_id.get(unit.parent_id or 0)
    while parent is not None and parent not in above:
        above.append(parent)
        parent = by_id.get(parent.parent_id or 0)
    merged = merged_units(visit.session, unit)
    own = {key(unit), *(key(found) for found in merged)}
    kept_names = {found.name for found in (unit, *merged)}
    return visit.page(
        "pages/unit.html",
        status=status,
        problem=problem,
        unit=unit,
        feed=feed_address(visit.session, visit.settings, unit),
        kind=kind_in_words(unit.kind, visit.gettext),
        kinds=kinds(visit),
        above=list(reversed(above)),
        children=[found for found in units if found.parent_id == unit.id],
        aliases=[(alias, alias.name not in kept_names) for alias in names if alias.name != unit.name],
        contacts=[
            (contact, visit.gettext(ROLE_LABELS[contact.role]))
            for contact in contacts_by_unit(visit.session).get(key(unit), [])
        ],
        bouncing=bouncing_addresses(visit.session, visit.now),
        accounts=usernames_by_unit(visit.session).get(key(unit), []),
        bound=bound_tasks(visit.session, key(unit)),
        groups=groups_with(visit.session, key(unit)),
        merges=[(change, merge_data(change)) for change in merges_into(visit.session, key(unit))],
        changes=[
            (change, change_in_words(change, visit.gettext))
            for change in list_changes(visit.session, unit_ids=own, limit=_MOST_CHANGES)
        ],
        others=[found.name for found in units if found.id != unit.id],
        alike=[found for found in units if found.id != unit.id and may_be_same(found.name, unit.name)][:5],
    )
