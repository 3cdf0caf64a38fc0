"""A task list: its rules, its versions and what each changed, its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.lists.compare_versions import compare_versions, pick_versions
from tracker.errors import NotFoundError
from tracker.models import AppealState, key
from tracker.store.close_outs import asked_of, closed_places, task_numbers
from tracker.store.conduct import count_appeals
from tracker.store.list_lines import lineages_of, stored_lines
from tracker.store.lists import list_by_slug, rules_of, versions_of
from tracker.store.reassignments import reassignment_history
from tracker.store.rounds import rounds_of
from tracker.store.units import all_units
from tracker.web.duties.duty_views import reassignment_views
from tracker.web.forms import number_field
from tracker.web.lists.change_views import changes_view
from tracker.web.visits import Visit, signed_in
from tracker.web.words import PERIOD_TYPE_LABELS, round_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.models import ListVersion, Task, TaskList
    from tracker.store.list_lines import ListLine
    from tracker.web.duties.duty_views import ReassignmentView

router = APIRouter()


@router.get("/lists/{slug}")
def show_list(request: Request, slug: str) -> Response:
    """The version in force, or the one that `version` asks for."""
    with signed_in(request) as visit:
        task_list, versions = _in_sight(visit, slug)
        _earlier, shown = pick_versions(versions, None, _asked(request, "version"))
        rules = rules_of(task_list)
        rounds: dict[int, list[tuple[str, str]]] = {}
        for found in rounds_of(visit.session, task_list):
            label = round_in_words(found, visit.gettext)
            rounds.setdefault(found.version_id, []).append((found.period, label))
        return visit.page(
            "pages/list.html",
            task_list=task_list,
            rules=rules,
            period_type=visit.gettext(PERIOD_TYPE_LABELS[rules.period_type]),
            versions=[(version, rounds.get(key(version), [])) for version in versions],
            shown=shown,
            is_current=shown is versions[0],
            rows=_under_headings(stored_lines(visit.session, key(shown))),
            finished=_finished(visit, task_list, shown),
            close_outs_waiting=len(asked_of(visit.session, key(task_list))),
            appeals_waiting=count_appeals(visit.session, task_list)[AppealState.ASKED],
            moves=_moves(visit, task_list),
        )


@router.get("/lists/{slug}/changes")
def show_changes(request: Request, slug: str) -> Response:
    """What the version `to` (by default the newest) changed against `from` (by default the one before)."""
    with signed_in(request) as visit:
        task_list, versions = _in_sight(visit, slug)
        earlier, later = pick_versions(versions, _asked(request, "from"), _asked(request, "to"))
        changes = compare_versions(visit.session, earlier, later) if earlier else ()
        return visit.page(
            "pages/list_changes.html",
            task_list=task_list,
            versions=versions,
            earlier=earlier,
            later=later,
            changes=changes_view(changes, visit.gettext),
        )


def _finished(visit: Visit, task_list: TaskList, shown: ListVersion) -> dict[str, tuple[str, ...]]:
    """By task number the units that have closed the task out; none named where it is closed for all."""
    units: dict[int, list[int | None]] = {}
    for lineage, unit_id in closed_places(visit.session, key(task_list)):
        units.setdefault(lineage, []).append(unit_id)
    order = {unit.id: unit.name for unit in all_units(visit.session)}
    return {
        number: () if None in found else tuple(name for unit_id, name in order.items() if unit_id in found)
        for number, lineage in lineages_of(visit.session, key(shown)).items()
        if (found := units.get(lineage))
    }


def _moves(visit: Visit, task_list: TaskList) -> list[tuple[ReassignmentView, Task]]:
    """Every re-assignment, the newest first, with its task as the newest version words it."""
    views = reassignment_views(visit, reassignment_history(visit.session, key(task_list)))
    tasks = task_numbers(visit.session, key(task_list))
    return [(view, tasks[view.lineage]) for view in views]


def _under_headings(lines: Sequence[ListLine]) -> list[tuple[str, ListLine]]:
    """Each line with its section and measure, "" where the line above has the same."""
    rows = []
    before = ""
    for line in lines:
        heading = " · ".join(part for part in (line.section, line.measure) if part)
        rows.append((heading if heading != before else "", line))
        before = heading
    return rows


def _in_sight(visit: Visit, slug: str) -> tuple[TaskList, Sequence[ListVersion]]:
    """For those who see all units; a filer sees the tasks of its own unit only."""
    if not visit.actor.sees_all:
        raise NotFoundError
    task_list = list_by_slug(visit.session, slug)
    return task_list, versions_of(visit.session, task_list)


def _asked(request: Request, name: str) -> int | None:
    """The number of a version; None where the address names none. Raises NotFoundError for what is no number."""
    if name not in request.query_params:
        return None
    number = number_field(request.query_params, name)
    if number is None:
        raise NotFoundError
    return number
