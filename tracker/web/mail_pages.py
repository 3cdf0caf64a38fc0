"""The mail queue: what waits, what went out, what a server refused and in which words."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.resend_mail import resend
from tracker.errors import NotFoundError
from tracker.models import MailState, OutgoingMail
from tracker.store.mails import attachments_of, count_by_state, mails_in
from tracker.web.forms import number_field
from tracker.web.rendering import redirect
from tracker.web.visits import signed_in

router = APIRouter()

MailId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 100
# A mail brings its styles with it; it runs in a sandbox that has no scripts, forms or origin.
_MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@router.get("/mails")
def show_queue(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        state = _state(request.query_params.get("state"))
        counts = count_by_state(visit.session)
        total = counts[state] if state else sum(counts.values())
        page = min(max(number_field(request.query_params, "page") or 1, 1), max(-(-total // _PAGE), 1))
        return visit.page(
            "pages/mails.html",
            mails=mails_in(visit.session, state, limit=_PAGE, offset=(page - 1) * _PAGE),
            counts=counts,
            state=state,
            total=total,
            page_number=page,
            page_count=max(-(-total // _PAGE), 1),
            is_folder=visit.settings.mail.transport == "folder",
            folder=str(visit.settings.mail.folder),
        )


@router.get("/mails/{mail_id}")
def show_mail(request: Request, mail_id: MailId) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        mail = visit.session.get(OutgoingMail, mail_id)
        if mail is None:
            raise NotFoundError
        response = visit.page(
            "pages/mail.html",
            mail=mail,
            attachments=attachments_of(visit.session, mail),
            is_folder=visit.settings.mail.transport == "folder",
        )
        response.headers["Content-Security-Policy"] = _MAIL_POLICY
        return response


@router.post("/mails/{mail_id}/resend")
def resend_here(request: Request, mail_id: MailId) -> Response:
    with signed_in(request, to_write=True) as visit:
        resend(visit.session, visit.actor, mail_id, visit.now)
        return redirect(f"/mails/{mail_id}?done=resent")


def _state(text: str | None) -> MailState | None:
    """Raises NotFoundError for a word that is no state."""
    if not text:
        return None
    try:
        return MailState(text)
    except ValueError as error:
        raise NotFoundError from error
