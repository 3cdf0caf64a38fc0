"""The collectives that lists name, and which units each stands for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.units.set_group_members import set_group_members
from tracker.errors import NotFoundError, TrackerError
from tracker.http_status import status_of
from tracker.models import TaskList, UnitGroup, UnitKind, key
from tracker.store.groups import all_groups, member_ids
from tracker.store.lists import assignments_of, versions_of
from tracker.store.rounds import rounds_of
from tracker.store.unit_changes import list_changes
from tracker.store.units import all_units
from tracker.web.forms import CheckedForm, field
from tracker.web.rendering import redirect
from tracker.web.units.unit_words import change_in_words
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words, round_in_words

if TYPE_CHECKING:
    from collections.abc import Collection

router = APIRouter()

GroupId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/groups")
def show_groups(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        tasks: Counter[int] = Counter()
        by_list: dict[int, tuple[TaskList, list[tuple[UnitGroup, int]]]] = {}
        for group, task_list in all_groups(visit.session):
            if key(task_list) not in by_list:
                by_list[key(task_list)] = (task_list, [])
                tasks += _tasks(visit, task_list)
            by_list[key(task_list)][1].append((group, len(member_ids(visit.session, group))))
        return visit.page("pages/groups.html", lists=list(by_list.values()), tasks=tasks)


@router.get("/groups/{group_id}")
def show_group(request: Request, group_id: GroupId) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        group = _group(visit, group_id)
        return _page(visit, group, member_ids(visit.session, group))


@router.post("/groups/{group_id}")
def set_members_here(request: Request, group_id: GroupId, form: CheckedForm) -> Response:
    """The units ticked; with `act` naming a kind, all of that kind too, shown and not stored yet."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        group = _group(visit, group_id)
        known = {str(unit.id): unit for unit in all_units(visit.session)}
        chosen = {key(known[str(value)]) for value in form.getlist("unit") if value in known}
        act = field(form, "act")
        if act in list(UnitKind):
            chosen |= {key(unit) for unit in known.values() if unit.kind.value == act}
            return _page(visit, group, chosen, is_unsaved=True)
        if act == "none":
            return _page(visit, group, set(), is_unsaved=True)
        try:
            with visit.session.begin_nested():
                change = set_group_members(visit.session, visit.actor, group, chosen, visit.now)
        except TrackerError as error:
            words = error.worded(visit.gettext)
            return _page(visit, group, chosen, status=status_of(error), problem=words)
        return redirect(f"/groups/{group_id}?done={'members_set' if change else 'nothing'}")


def _group(visit: Visit, group_id: int) -> UnitGroup:
    found = visit.session.get(UnitGroup, group_id)
    if found is None:
        raise NotFoundError
    return found


def _tasks(visit: Visit, task_list: TaskList) -> Counter[int]:
    """How many tasks of the version in force each group is bound by, by its id."""
    versions = versions_of(visit.session, task_list)
    assignments = assignments_of(visit.session, key(versions[0])) if versions else ()
    pairs = {(found.group_id, found.task_id) for found in assignments if found.group_id}
    return Counter(group_id for group_id, _ in pairs if group_id)


def _page(
    visit: Visit,
    group: UnitGroup,
    chosen: Collection[int],
    *,
    status: int = 200,
    problem: str = "",
    is_unsaved: bool = False,
) -> Response:
    task_list = visit.session.get_one(TaskList, group.list_id)
    units = all_units(visit.session)
    return visit.page(
        "pages/group.html",
        status=status,
        problem=problem,
        is_unsaved=is_unsaved,
        group=group,
        task_list=task_list,
        tasks=_tasks(visit, task_list)[key(group)],
        chosen=chosen,
        kinds=[
            (kind.value, kind_in_words(kind, visit.gettext), found)
            for kind in UnitKind
            if (found := [unit for unit in units if unit.kind is kind])
        ],
        open_rounds=[
            round_in_words(found, visit.gettext)
            for found in rounds_of(visit.session, task_list)
            if found.closed_at is None
        ],
        changes=[
            (change, change_in_words(change, visit.gettext))
            for change in list_changes(visit.session, group_id=key(group), limit=20)
        ],
    )
