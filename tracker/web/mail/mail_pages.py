"""The mail queue: what waits, what went out, what a server refused or returned and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.mailing.deliver_now import deliver_now
from tracker.actions.mailing.resend_mail import resend, resend_parked
from tracker.errors import NotFoundError
from tracker.models import MailState, OutgoingMail
from tracker.store.mails import (
    MailFilter,
    attachments_of,
    count_by_state,
    find_mails,
    kinds_of_mail,
)
from tracker.store.units import all_units
from tracker.web.downloads import FRAMING
from tracker.web.forms import CheckedForm, line_field, number_field
from tracker.web.mail.chasing_views import mail_reasons
from tracker.web.pager import pager_of
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import MAIL_KIND_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

router = APIRouter()

MailId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 100


@router.get("/mails")
def show_queue(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        wanted = _wanted(request.query_params)
        counts = count_by_state(visit.session, wanted)
        total = counts[wanted.state] if wanted.state else sum(counts.values())
        pager = pager_of(
            request.query_params, total, _PAGE, lambda page: _address(wanted, state=wanted.state, page=page)
        )
        return visit.page(
            "pages/mails.html",
            mails=find_mails(visit.session, wanted, limit=_PAGE, offset=pager.offset),
            kind_label=lambda kind: _kind_in_words(visit, kind),
            choices=[
                (state, count, _address(wanted, state=state))
                for state, count in ((None, sum(counts.values())), *counts.items())
            ],
            wanted=wanted,
            kinds=kinds_of_mail(visit.session),
            units=all_units(visit.session),
            parked=counts[MailState.PARKED],
            queued=counts[MailState.QUEUED],
            resend_all="/mails/resend" + _query(wanted),
            pager=pager,
            is_folder=visit.settings.mail.transport == "folder",
            folder=str(visit.settings.mail.folder),
        )


@router.get("/mails/resend")
def ask_resend_parked(request: Request) -> Response:
    """What would be sent again, before it is."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        wanted = _wanted(request.query_params)
        parked = MailFilter(MailState.PARKED, wanted.kind, wanted.unit_id, wanted.address)
        mails = find_mails(visit.session, parked, limit=_PAGE)
        return visit.page(
            "pages/mails_resend.html",
            mails=mails,
            count=count_by_state(visit.session, wanted)[MailState.PARKED],
            fields=_fields(wanted) | {"last": mails[0].id if mails else 0},
            back=_address(wanted, state=MailState.PARKED),
        )


@router.post("/mails/resend")
def resend_all_parked(request: Request, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        # What was parked after the page was shown has not been agreed to.
        last = number_field(form, "last") or 0
        count = resend_parked(visit.session, visit.actor, _wanted(form), visit.now, last_id=last)
        return redirect(f"/mails?done=resent_all&count={count}")


@router.post("/mails/deliver")
def deliver_here(request: Request) -> Response:
    """Outside a transaction: the worker and this page claim their mails each for itself."""
    with signed_in(request) as visit:
        actor = visit.actor
        actor.require_coordinating()
    done = deliver_now(visit.site.database, visit.settings, actor, clock=visit.site.now)
    failed = done.retried + done.parked
    if failed:
        return redirect(f"/mails?done=not_delivered&count={failed}")
    return redirect(f"/mails?done=delivered&count={done.sent}")


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
            kind=_kind_in_words(visit, mail.kind),
            reasons=mail_reasons(visit, mail),
            attachments=attachments_of(visit.session, mail),
            is_folder=visit.settings.mail.transport == "folder",
        )
        # A mail brings its styles with it.
        response.headers["Content-Security-Policy"] = FRAMING
        return response


@router.post("/mails/{mail_id}/resend")
def resend_here(request: Request, mail_id: MailId) -> Response:
    with signed_in(request, to_write=True) as visit:
        resend(visit.session, visit.actor, mail_id, visit.now)
        return redirect(f"/mails/{mail_id}?done=resent")


def _kind_in_words(visit: Visit, kind: str) -> str:
    return visit.gettext(MAIL_KIND_LABELS[kind]) if kind in MAIL_KIND_LABELS else kind


def _wanted(fields: Mapping[str, str] | FormData) -> MailFilter:
    """Raises NotFoundError for a word that is no state."""
    state = fields.get("state") or None
    if state is not None and state not in set(MailState):
        raise NotFoundError
    return MailFilter(
        state=MailState(state) if state else None,
        kind=line_field(fields, "kind"),
        unit_id=number_field(fields, "unit"),
        address=line_field(fields, "address"),
    )


def _fields(wanted: MailFilter) -> dict[str, str | int]:
    """The filter without its state, as a form or an address carries it."""
    fields = {"kind": wanted.kind, "unit": wanted.unit_id or "", "address": wanted.address}
    return {name: value for name, value in fields.items() if value}


def _query(wanted: MailFilter, **more: str | int) -> str:
    fields = _fields(wanted) | more
    return f"?{urlencode(fields)}" if fields else ""


def _address(wanted: MailFilter, *, state: MailState | None, page: int = 1) -> str:
    more: dict[str, str | int] = {"state": state.value} if state else {}
    return "/mails" + _query(wanted, **more | ({"page": page} if page > 1 else {}))
