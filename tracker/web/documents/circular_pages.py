"""Published accounts (报告、通报、总结): found, read, downloaded, verified."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.documents.correct_circular import edition_before
from tracker.actions.documents.draft_circular import KIND_LABELS
from tracker.actions.documents.read_accounts import circular_in_sight, filter_for, frozen_of
from tracker.actions.documents.render_account import MEDIA_TYPES
from tracker.actions.documents.send_documents import mailing_of
from tracker.actions.documents.verify_circular import Verification, verify_circular
from tracker.actions.rounds.compare_rounds import compare_editions
from tracker.errors import FrozenDataError, NotFoundError
from tracker.i18n import mark
from tracker.models import Circular, CircularKind, TaskList, key
from tracker.store.circulars import (
    circular_years,
    circulars,
    count_circulars,
    editions_of,
    file_of,
    files_of,
    is_mailed,
)
from tracker.store.lists import all_lists
from tracker.web.documents.circular_draft_pages import draft_page
from tracker.web.documents.circular_words import words_for
from tracker.web.downloads import download_of, page_alone
from tracker.web.forms import line_field, number_field
from tracker.web.pager import pager_of
from tracker.web.rounds.comparison_views import edition_changes
from tracker.web.visits import Visit, signed_in

router = APIRouter()

CircularId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 50
_FORM_LABELS: Final = {
    "docx": mark("Word 文档"),
    "html": mark("网页"),
    "xlsx": mark("Excel 工作簿"),
    "pdf": mark("PDF"),
}


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
            total=total,
            pager=pager,
            chosen=chosen,
            is_narrowed=bool(kept),
            lists=all_lists(visit.session) if visit.actor.sees_all else (),
            years=circular_years(visit.session),
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
    """The published page as it was stored, shown in the browser."""
    with signed_in(request) as visit:
        circular = circular_in_sight(visit.session, visit.actor, circular_id)
        file = file_of(visit.session, key(circular), "html")
        if file is None:
            raise NotFoundError
        return page_alone(file.content)


@router.get("/circulars/{circular_id}/files/{file_form}")
def download_file(request: Request, circular_id: CircularId, file_form: str) -> Response:
    with signed_in(request) as visit:
        circular = circular_in_sight(visit.session, visit.actor, circular_id)
        file = file_of(visit.session, key(circular), file_form) if file_form in MEDIA_TYPES else None
        if file is None:
            raise NotFoundError
        plain = f"{circular.kind}-{circular.year}-{circular.number}-{circular.edition}"
        return download_of(file.content, MEDIA_TYPES[file_form], file.file_name, plain)


def _kind_in(word: str) -> CircularKind | None:
    return CircularKind(word) if word in list(CircularKind) else None


def _page(visit: Visit, circular: Circular, verification: Verification | None = None) -> Response:
    task_list = visit.session.get_one(TaskList, circular.list_id)
    editions = editions_of(visit.session, circular)
    kind, period = words_for(circular, task_list, visit.gettext)
    return visit.page(
        "pages/circular.html",
        circular=circular,
        task_list=task_list,
        kind=kind,
        period=period,
        files=[
            (form, visit.gettext(_FORM_LABELS[form]), name, content_hash, size)
            for form, name, content_hash, size in files_of(visit.session, key(circular))
        ],
        editions=editions,
        newest=editions[0],
        mailed=is_mailed(visit.session, circular.list_id, circular.period, mailing_of(circular)),
        verification=verification,
        site_language=visit.settings.site.language,
        **_figures(visit, circular),
    )


def _figures(visit: Visit, circular: Circular) -> dict[str, Any]:
    """The figures that were published, and what a correction changed; none where the data were damaged."""
    try:
        report = frozen_of(circular).report
        before = edition_before(visit.session, circular)
        changes = (
            edition_changes(compare_editions(visit.session, before, circular), visit.gettext)
            if before
            else None
        )
    except FrozenDataError:
        return {"report": None, "changes": None}
    return {"report": report, "changes": changes}
