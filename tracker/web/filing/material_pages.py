"""经验典型材料: what units sent in beside their forms, to which unit, period and task each belongs."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.filing.keep_materials import place_material
from tracker.errors import NotFoundError
from tracker.models import Material, OrgUnit, ReportingRound, Task, key
from tracker.store.lists import all_lists, task_by_number
from tracker.store.materials import count_materials, materials
from tracker.store.rounds import rounds_of
from tracker.store.units import all_units
from tracker.web.downloads import download_of
from tracker.web.forms import CheckedForm, line_field, number_field
from tracker.web.pager import pager_of
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import round_in_words

router = APIRouter()

MaterialId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 100
_FILE: Final = "application/octet-stream"


@router.get("/materials")
def show_materials(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        unit_id = number_field(request.query_params, "unit")
        round_id = number_field(request.query_params, "round")
        total = count_materials(visit.session, unit_id=unit_id, round_id=round_id)
        words = {name: value for name, value in (("unit", unit_id), ("round", round_id)) if value}
        pager = pager_of(
            request.query_params, total, _PAGE, lambda page: f"/materials?{urlencode(words | {'page': page})}"
        )
        found = materials(visit.session, unit_id=unit_id, round_id=round_id, limit=_PAGE, offset=pager.offset)
        return visit.page(
            "pages/materials.html",
            materials=found,
            tasks={
                material.task_id: visit.session.get_one(Task, material.task_id).number
                for material, _ in found
                if material.task_id
            },
            total=total,
            pager=pager,
            unit_id=unit_id,
            round_id=round_id,
            **_choices(visit),
        )


@router.get("/materials/{material_id}")
def show_material(request: Request, material_id: MaterialId) -> Response:
    with signed_in(request) as visit:
        material = _material(visit, material_id)
        task = visit.session.get(Task, material.task_id) if material.task_id else None
        return visit.page(
            "pages/material.html",
            material=material,
            size=len(material.content),
            unit=visit.session.get_one(OrgUnit, material.unit_id),
            task_number=task.number if task else "",
            **_choices(visit),
        )


@router.get("/materials/{material_id}/file")
def save_material(request: Request, material_id: MaterialId) -> Response:
    with signed_in(request) as visit:
        material = _material(visit, material_id)
        return download_of(material.content, _FILE, material.file_name, f"material-{material_id}")


@router.post("/materials/{material_id}")
def place_here(request: Request, form: CheckedForm, material_id: MaterialId) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        round_id, number = number_field(form, "round"), line_field(form, "task")
        reporting_round = visit.session.get(ReportingRound, round_id) if round_id else None
        task = None
        if number and reporting_round:
            task = task_by_number(visit.session, reporting_round.version_id, number)
        place_material(
            visit.session,
            visit.actor,
            material_id,
            number_field(form, "unit"),
            round_id,
            key(task) if task else None,
        )
    return redirect(f"/materials/{material_id}?done=material_placed")


def _material(visit: Visit, material_id: int) -> Material:
    visit.actor.require_coordinating()
    material = visit.session.get(Material, material_id)
    if material is None:
        raise NotFoundError
    return material


def _choices(visit: Visit) -> dict[str, Any]:
    """Units and rounds to choose from, by their numbers."""
    rounds = {
        key(found): f"{task_list.title} {round_in_words(found, visit.gettext)}"
        for task_list in all_lists(visit.session)
        for found in rounds_of(visit.session, task_list)
    }
    return {"units": {key(unit): unit.name for unit in all_units(visit.session)}, "rounds": rounds}
