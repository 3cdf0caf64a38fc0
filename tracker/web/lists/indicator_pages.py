"""Indicators of a list: what the document states of each, and which proposals a person takes for indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.lists.settle_indicators import settle_indicators
from tracker.actions.lists.stated_indicators import StatedIndicators, stated_indicators
from tracker.errors import NotFoundError
from tracker.models import IndicatorState, key
from tracker.reports.indicator_wording import STATE_LABELS
from tracker.store.list_lines import stored_lines
from tracker.store.lists import list_by_slug, versions_of
from tracker.web.forms import CheckedForm, number_field
from tracker.web.lists.indicator_views import Entry, set_view, states_in_words, task_views, whole_view
from tracker.web.rendering import redirect
from tracker.web.visits import signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import FormData

    from tracker.models import ListVersion

router = APIRouter()

# The buttons of the page: what each makes of the indicators that its value names.
_ACTS: Final = {"confirm": IndicatorState.CONFIRMED, "dismiss": IndicatorState.DISMISSED}
_CHECKED, _PROPOSED, _SET = "checked", "proposed", "set-"


@router.get("/lists/{slug}/indicators")
def show_indicators(request: Request, slug: str) -> Response:
    """Of the version in force, or the one that `version` asks for; `state` leaves out the others."""
    with signed_in(request) as visit:
        if not visit.actor.sees_all:
            raise NotFoundError
        task_list = list_by_slug(visit.session, slug)
        versions = versions_of(visit.session, task_list)
        shown = _version(request.query_params, versions)
        stated = stated_indicators(visit.session, key(shown))
        wanted = request.query_params.get("state", "")
        wanted = wanted if wanted in tuple(IndicatorState) else ""
        entries = [
            Entry(str(found.lineage), found.state.value, found.indicator)
            for found in stated.indicators
            if wanted in ("", found.state.value)
        ]
        states = [found.state.value for found in stated.indicators]
        return visit.page(
            "pages/indicators.html",
            task_list=task_list,
            version=shown,
            is_current=shown is versions[0],
            wanted=wanted,
            counts=[(state.value, states.count(state.value)) for state in IndicatorState],
            whole=whole_view(entries, visit.gettext),
            groups=task_views(entries, stored_lines(visit.session, key(shown)), visit.gettext),
            sets=[(found, set_view(found.table, visit.gettext)) for found in stated.sets if not wanted],
            states=states_in_words(STATE_LABELS, visit.gettext),
        )


@router.post("/lists/{slug}/indicators")
def settle(request: Request, slug: str, form: CheckedForm) -> Response:
    """`confirm` or `dismiss` names one indicator by lineage, the checked ones, all proposed, or a set."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        versions = versions_of(visit.session, list_by_slug(visit.session, slug))
        version = _version(form, versions)
        states: dict[int, IndicatorState] = {}
        for act, state in _ACTS.items():
            named = form.get(act)
            if isinstance(named, str):
                stated = stated_indicators(visit.session, key(version))
                states |= dict.fromkeys(_lineages(named, form, stated), state)
        count = settle_indicators(visit.session, visit.actor, version, states)
        here = "" if version is versions[0] else f"version={version.number}&"
        return redirect(f"/lists/{slug}/indicators?{here}done=indicators_settled&count={count}")


def _version(fields: FormData | Mapping[str, str], versions: Sequence[ListVersion]) -> ListVersion:
    """The newest, where none is asked for. Raises NotFoundError."""
    if "version" not in fields:
        return versions[0]
    number = number_field(fields, "version")
    for version in versions:
        if version.number == number:
            return version
    raise NotFoundError


def _lineages(named: str, form: FormData, stated: StatedIndicators) -> list[int]:
    if named == _PROPOSED:
        return [found.lineage for found in stated.indicators if found.state is IndicatorState.PROPOSED]
    if named.startswith(_SET):
        cells = (found.cells for found in stated.sets if f"{_SET}{found.id}" == named)
        return [lineage for of_set in cells for lineage, _state in of_set]
    texts = form.getlist("indicator") if named == _CHECKED else [named]
    return [int(text) for text in texts if isinstance(text, str) and text.isdecimal() and len(text) <= 9]  # noqa: PLR2004
