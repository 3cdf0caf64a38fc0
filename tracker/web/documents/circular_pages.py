"""Published accounts (报告、通报、总结): found, read, downloaded, verified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.documents.correct_circular import edition_before
from tracker.actions.documents.draft_circular import KIND_LABELS
from tracker.actions.documents.read_accounts import (
    circular_in_sight,
    file_in_sight,
    files_in_sight,
    filter_for,
    frozen_of,
)
from tracker.actions.documents.render_account import MEDIA_TYPES
from tracker.actions.documents.send_published import mailing_state
from tracker.actions.documents.verify_circular import Verification, verify_circular
from tracker.actions.rounds.compare_rounds import compare_editions
from tracker.errors import DamagedFileError, FrozenDataError, NotFoundError
from tracker.models import Circular, CircularKind, TaskList, key
from tracker.store.circulars import (
    circular_years,
    circulars,
    count_circulars,
    editions_of,
    open_draft,
    superseded_among,
)
from tracker.store.lists import all_lists
from tracker.web.documents.circular_draft_pages import draft_page
from tracker.web.documents.circular_words import (
    FORM_LABELS,
    MAILING_LINKS,
    MAILING_WORDS,
    home_of,
    words_for,
)
from tracker.web.downloads import FRAMING, download_of, page_alone
from tracker.web.forms import line_field, number_field
from tracker.web.pager import pager_of
from tracker.web.rounds.comparison_views import edition_changes
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from tracker.web.rounds.comparison_views import ComparisonView

router = APIRouter()

CircularId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 50


@router.get("/circulars")
def show_circulars(request: Request) -> Response:
    with signed_in(request) as visit:
        query = request.query_params
        wanted = filter_for(
            visit.actor,
            slug=line_field(query, "list"),
            year=number_field(query, "year"),
            kind=_kind_in(line_field(query, "kind")),
            words=line_field(query, "q"),
            with_drafts=True,
        )
        chosen = {
            "q": wanted.words,
            "list": wanted.slug,
            "year": str(wanted.year or ""),
            "kind": wanted.kind.value if wanted.kind else "",
        }
        kept = {name: value for name, value in chosen.items() if value}
        total = count_circulars(visit.session, wanted)
        pager = pager_of(
            query, total, _PAGE, lambda page: f"/circulars?{urlencode(kept | {'page': str(page)})}"
        )
        found = circulars(visit.session, wanted, limit=_PAGE, offset=pager.offset)
        return visit.page(
            "pages/circulars.html",
            rows=[(one, task_list, *words_for(one, task_list, visit.gettext)) for one, task_list in found],
            superseded=superseded_among(visit.session, [key(one) for one, _list in found]),
            total=total,
            pager=pager,
            chosen=chosen,
            is_narrowed=bool(kept),
            lists=all_lists(visit.session) if visit.actor.sees_all else (),
            years=circular_years(visit.session, filter_for(visit.actor, with_drafts=True)),
            kinds=[(kind.value, visit.gettext(label)) for kind, label in KIND_LABELS.items()],
        )


@router.get("/circulars/{circular_id}")
def show_circular(request: Request, circular_id: CircularId) -> Response:
    with signed_in(request) as visit:
        circular = circular_in_sight(visit.session, visit.actor, circular_id)
        if circular.published_at is None:
            return draft_page(visit, circular)
        return _page(visit, circular)


@router.get("/circulars/{circular_id}/verify")
def verify_here(request: Request, circular_id: CircularId) -> Response:
    with signed_in(request) as visit:
        circular = circular_in_sight(visit.session, visit.actor, circular_id)
        if not visit.actor.sees_all or circular.published_at is None:
            raise NotFoundError
        verification = verify_circular(visit.session, circular)
        return _page(visit, circular, verification=verification)


@router.get("/circulars/{circular_id}/page")
def read_circular(request: Request, circular_id: CircularId) -> Response:
    """The published page as it was stored; of an edition that was corrected in a frame, below what says so."""
    with signed_in(request) as visit:
        circular = circular_in_sight(visit.session, visit.actor, circular_id)
        try:
            file = file_in_sight(visit.session, visit.actor, circular, "html")
        except DamagedFileError as error:
            return _page(visit, circular, damage=error)
        newest = editions_of(visit.session, circular)[0]
        if newest.id == circular.id:
            return page_alone(file.content)
        response = visit.page(
            "pages/circular_superseded.html",
            circular=circular,
            newest=newest,
            content=file.content.decode(),
        )
        # A document brings its styles with it.
        response.headers["Content-Security-Policy"] = FRAMING
        return response


@router.get("/circulars/{circular_id}/files/{file_form}")
def download_file(request: Request, circular_id: CircularId, file_form: str) -> Response:
    with signed_in(request) as visit:
        circular = circular_in_sight(visit.session, visit.actor, circular_id)
        try:
            file = file_in_sight(visit.session, visit.actor, circular, file_form)
        except DamagedFileError as error:
            return _page(visit, circular, damage=error)
        plain = f"{circular.kind}-{circular.year}-{circular.number}-{circular.edition}"
        return download_of(file.content, MEDIA_TYPES[file_form], file.file_name, plain)


def _kind_in(word: str) -> CircularKind | None:
    return CircularKind(word) if word in list(CircularKind) else None


def _page(
    visit: Visit,
    circular: Circular,
    *,
    verification: Verification | None = None,
    damage: DamagedFileError | None = None,
) -> Response:
    """`damage` is why a file of it was not given."""
    mailing = mailing_state(visit.session, visit.settings, circular, visit.now)
    task_list = visit.session.get_one(TaskList, circular.list_id)
    editions = editions_of(visit.session, circular)
    kind, period = words_for(circular, task_list, visit.gettext)
    return visit.page(
        "pages/circular.html",
        status=409 if damage else 200,
        circular=circular,
        task_list=task_list,
        kind=kind,
        period=period,
        home=home_of(circular, task_list),
        files=[
            (form, visit.gettext(FORM_LABELS[form]), name, content_hash, size)
            for form, name, content_hash, size in files_in_sight(visit.session, visit.actor, circular)
        ],
        editions=editions,
        newest=editions[0],
        waiting=open_draft(visit.session, circular.list_id, circular.period, circular.kind),
        mailing=visit.gettext(MAILING_WORDS[mailing]),
        mailing_link=MAILING_LINKS.get(mailing, ""),
        verification=verification,
        damaged=[visit.gettext(FORM_LABELS[form]) for form in verification.damaged_files]
        if verification
        else [],
        damage=damage.worded(visit.gettext) if damage else "",
        site_language=visit.settings.site.language,
        **_figures(visit, circular),
    )


def _figures(visit: Visit, circular: Circular) -> dict[str, Any]:
    """The figures that were published, and what a correction changed; none where the data were damaged."""
    try:
        report = frozen_of(circular).report
        before = edition_before(visit.session, circular)
        changes = _changes(visit, before, circular) if before else None
    except FrozenDataError:
        return {"report": None, "changes": None}
    return {"report": report, "changes": changes}


def _changes(visit: Visit, before: Circular, circular: Circular) -> ComparisonView | None:
    """To a unit without what others filed; None where nothing is left. Raises FrozenDataError."""
    changes = edition_changes(compare_editions(visit.session, before, circular), visit.gettext)
    if visit.actor.sees_all:
        return changes
    changes = replace(changes, tasks=(), indicators=())
    return None if changes.is_empty else changes
