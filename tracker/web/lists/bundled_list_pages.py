"""The lists that come with the program or the site and are not imported yet: a look at one, and its import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import bundled_lists, load_list
from tracker.errors import BlockingProblemsError, InputError, NotFoundError, SettingsError, TrackerError
from tracker.http_status import status_of
from tracker.importers.listfile import read_list_file
from tracker.store.lists import all_lists
from tracker.web.forms import CheckedForm  # noqa: TC001 - FastAPI reads it at run time
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import PERIOD_TYPE_LABELS

if TYPE_CHECKING:
    from tracker.actions.lists.list_content import ListContent
    from tracker.config import Settings

router = APIRouter()


@router.get("/lists/bundled")
def show_all(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        known = {found.slug: found.title for found in all_lists(visit.session)}
        found = []
        for name, path in bundled_lists(visit.settings).items():
            try:
                title, fault = read_list_file(path).title, ""
            except (InputError, SettingsError) as error:
                title, fault = name, error.worded(visit.gettext)
            found.append((name, title, fault, name in known))
        return visit.page("pages/lists_bundled.html", lists=found)


@router.get("/lists/bundled/{list_name}")
def show_one(request: Request, list_name: str) -> Response:
    """What the list file and its document say; nothing is stored."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
    content = _content(visit.settings, list_name)
    with signed_in(request) as visit:
        return _page(visit, list_name, content)


@router.post("/lists/bundled/{list_name}")
def import_one(request: Request, list_name: str, _form: CheckedForm) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
    # Read outside the transaction: it takes seconds.
    content = _content(visit.settings, list_name)
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        if any(found.slug == list_name for found in all_lists(visit.session)):
            # Updating a list that people work with is the import page's, which shows what changes.
            return redirect(f"/lists/{list_name}?done=import_same")
        try:
            with visit.session.begin_nested():
                outcome = import_list(visit.session, visit.actor, content, visit.now)
        except InputError as error:
            return _page(visit, list_name, content, error)
        return redirect(f"/lists/{outcome.slug}?done=imported&count={outcome.tasks}")


def _content(settings: Settings, name: str) -> ListContent:
    """Only of a name that is listed: an address never names a file. Raises NotFoundError, InputError."""
    if name not in bundled_lists(settings):
        raise NotFoundError
    return load_list(settings, name)


def _page(visit: Visit, name: str, content: ListContent, error: TrackerError | None = None) -> Response:
    rules = content.definition.rules
    is_file = isinstance(error, BlockingProblemsError)
    return visit.page(
        "pages/list_bundled.html",
        status=status_of(error) if error else 200,
        said="" if error is None or is_file else error.worded(visit.gettext),
        name=name,
        definition=content.definition,
        rules=rules,
        period_type=visit.gettext(PERIOD_TYPE_LABELS[rules.period_type]),
        tasks=content.tasks,
        measures=len({task.measure for task in content.tasks if task.measure}),
        problems=content.problems,
        is_known=any(found.slug == name for found in all_lists(visit.session)),
    )
