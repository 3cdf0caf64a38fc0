"""The draft of an account: written, looked at, published, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.documents.correct_circular import correct_circular, edition_before
from tracker.actions.documents.draft_circular import (
    KIND_LABELS,
    LONGEST_TITLE,
    LONGEST_WORDS,
    discard_draft,
    mark_of,
    save_words,
    words_of,
)
from tracker.actions.documents.prepare_account import prepare_account
from tracker.actions.documents.publish_circular import publish_circular
from tracker.actions.documents.read_accounts import (
    circular_in_sight,
    is_round_open,
    issuer_of,
)
from tracker.actions.documents.render_account import MEDIA_TYPES, render_file
from tracker.errors import (
    CircularPublishedError,
    CircularSupersededError,
    DraftOvertakenError,
    DraftWaitsError,
    InputError,
    NotFoundError,
    TrackerError,
)
from tracker.http_status import status_of
from tracker.models import Circular, TaskList, key
from tracker.reports.accounts.account import OWN_WORDS
from tracker.store.circulars import (
    circular_by_id,
    editions_of,
    newest_number,
    open_draft,
)
from tracker.web.documents.circular_words import home_of, words_for
from tracker.web.downloads import download_of, page_alone
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import redirect
from tracker.web.site import site_of
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.reports.accounts.account import Account

router = APIRouter()

CircularId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_LINES: Final = ("addressee", "copies_to")


@router.post("/circulars/{circular_id}")
def save_draft(request: Request, circular_id: CircularId, form: CheckedForm) -> Response:
    title = line_field(form, "title")
    words = {name: field(form, name).replace("\r\n", "\n") for name in OWN_WORDS}
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        try:
            save_words(visit.session, visit.actor, circular_id, title, words, seen=line_field(form, "seen"))
        except (DraftOvertakenError, InputError) as error:
            visit.session.rollback()
            draft = circular_by_id(visit.session, circular_id)
            return draft_page(visit, draft, typed=words | {"title": title}, error=error)
        except CircularPublishedError as error:
            visit.session.rollback()
            return _kept_page(visit, circular_by_id(visit.session, circular_id), title, words, error)
        if field(form, "publish"):
            return redirect(f"/circulars/{circular_id}/publish")
        return redirect(f"/circulars/{circular_id}?done=account_saved")


@router.post("/circulars/{circular_id}/discard")
def discard_here(request: Request, circular_id: CircularId) -> Response:
    with signed_in(request, to_write=True) as visit:
        try:
            discard_draft(visit.session, visit.actor, circular_id)
        except CircularPublishedError:
            visit.session.rollback()
            return _as_published(circular_id)
        return redirect("/circulars?done=account_discarded")


@router.get("/circulars/{circular_id}/preview/{preview_form}")
def preview(request: Request, circular_id: CircularId, preview_form: str) -> Response:
    """What would be published now: `html` in the browser, `docx` and `xlsx` as files. Made after the session has ended."""
    if preview_form not in ("html", "docx", "xlsx"):
        raise NotFoundError
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        draft = circular_by_id(visit.session, circular_id)
        if draft.published_at is not None:
            return _as_published(circular_id)
        prepared = prepare_account(visit.session, visit.settings, draft, visit.now)
    file = render_file(prepared, preview_form, visit.settings)
    if preview_form == "html":
        return page_alone(file.content)
    return download_of(file.content, MEDIA_TYPES[preview_form], file.file_name, f"preview-{circular_id}")


@router.get("/circulars/{circular_id}/publish")
def ask_to_publish(request: Request, circular_id: CircularId) -> Response:
    """What publishing would do: the number, the cut-off, the figures, and what may still change them."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _confirmation(visit, circular_id)


@router.post("/circulars/{circular_id}/publish")
def publish_here(request: Request, circular_id: CircularId, form: CheckedForm) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
    try:
        publish_circular(
            site_of(request).database,
            visit.settings,
            visit.actor,
            circular_id,
            visit.now,
            seen=line_field(form, "seen"),
            keeps_data=field(form, "data") == "kept",
        )
    except CircularPublishedError:
        return _as_published(circular_id)
    except DraftOvertakenError as error:
        with signed_in(request) as visit:
            return _confirmation(visit, circular_id, error)
    return redirect(f"/circulars/{circular_id}?done=account_published")


@router.post("/circulars/{circular_id}/correct")
def correct_here(request: Request, circular_id: CircularId, form: CheckedForm) -> Response:
    reason = field(form, "reason")
    with signed_in(request, to_write=True) as visit:
        try:
            draft = correct_circular(visit.session, visit.actor, circular_id, reason, visit.now)
        except (InputError, CircularSupersededError, DraftWaitsError) as error:
            visit.session.rollback()
            circular = circular_in_sight(visit.session, visit.actor, circular_id)
            return _correction_page(visit, circular, reason, error)
        return redirect(f"/circulars/{key(draft)}")


def draft_page(
    visit: Visit,
    draft: Circular,
    *,
    typed: Mapping[str, str] | None = None,
    error: TrackerError | None = None,
) -> Response:
    """The editor; `typed` is what was refused with `error` and is not stored."""
    task_list = visit.session.get_one(TaskList, draft.list_id)
    account, fault = _account(visit, draft)
    kind, period = words_for(draft, task_list, visit.gettext)
    stored = words_of(draft) | {"title": draft.title}
    shown = typed or stored
    return visit.page(
        "pages/circular_draft.html",
        status=status_of(error) if error else 200,
        draft=draft,
        task_list=task_list,
        kind=kind,
        period=period,
        period_link=home_of(draft, task_list),
        title=shown["title"],
        parts=[
            (name, visit.gettext(label), shown.get(name, ""), name in _LINES)
            for name, label in OWN_WORDS.items()
        ],
        seen=mark_of(draft),
        error=error.worded(visit.gettext) if error else "",
        theirs=[(visit.gettext(OWN_WORDS[name]), stored[name]) for name in OWN_WORDS if stored.get(name)]
        if isinstance(error, DraftOvertakenError)
        else [],
        account=account,
        as_of=visit.now,
        fault=fault,
        site_language=visit.settings.site.language,
        longest_title=LONGEST_TITLE,
        longest=LONGEST_WORDS,
    )


def _as_published(circular_id: int) -> Response:
    """To the account that somebody published in the meantime."""
    return redirect(f"/circulars/{circular_id}?done=account_stays")


def _kept_page(
    visit: Visit, circular: Circular, title: str, words: Mapping[str, str], error: TrackerError
) -> Response:
    """What was typed into a draft that had been published before it was saved."""
    return visit.page(
        "pages/circular_kept.html",
        status=status_of(error),
        circular=circular,
        error=error.worded(visit.gettext),
        title=title,
        typed=[
            (visit.gettext(label), words[name]) for name, label in OWN_WORDS.items() if words[name].strip()
        ],
    )


def _correction_page(visit: Visit, circular: Circular, reason: str, error: TrackerError) -> Response:
    """The form of a correction that was refused: what was typed, and the way to what stands in its way."""
    return visit.page(
        "pages/circular_correct.html",
        status=status_of(error),
        circular=circular,
        newest=editions_of(visit.session, circular)[0],
        waiting=open_draft(visit.session, circular.list_id, circular.period, circular.kind),
        reason=reason,
        error=error.worded(visit.gettext),
    )


def _confirmation(visit: Visit, circular_id: int, error: TrackerError | None = None) -> Response:
    """The question whether to publish; `error` is why it was not done. The editor where there is nothing to publish."""
    draft = circular_by_id(visit.session, circular_id)
    if draft.published_at is not None:
        return _as_published(circular_id)
    try:
        account = prepare_account(visit.session, visit.settings, draft, visit.now).account
    except TrackerError as fault:
        return draft_page(visit, draft, error=fault)
    year = visit.now.astimezone(visit.settings.site.zone).year
    return visit.page(
        "pages/circular_publish.html",
        status=status_of(error) if error else 200,
        error=error.worded(visit.gettext) if error else "",
        draft=draft,
        kind=visit.gettext(KIND_LABELS[draft.kind]),
        seen=mark_of(draft),
        number=draft.number or newest_number(visit.session, draft.list_id, draft.kind, year) + 1,
        year=draft.year if draft.number else year,
        account=account,
        site_language=visit.settings.site.language,
        is_open=is_round_open(visit.session, draft),
        issuer=issuer_of(visit.session, visit.settings),
        before=edition_before(visit.session, draft),
    )


def _account(visit: Visit, draft: Circular) -> tuple[Account | None, str]:
    """The account as it would be now, or why there is none."""
    try:
        return prepare_account(visit.session, visit.settings, draft, visit.now).account, ""
    except TrackerError as error:
        return None, error.worded(visit.gettext)
