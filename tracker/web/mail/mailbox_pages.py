"""来件: what came into the mailbox, what became of it, and what a coordinator decides about the rest.

Nothing that somebody sent is ever shown as more than text: no HTML, no picture, and files only to save.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.mailbox.settle_incoming import (
    OPEN,
    bind_sender,
    discard_incoming,
    file_incoming,
    process_again,
)
from tracker.errors import InvalidValueError, NotFoundError
from tracker.i18n import mark
from tracker.mail.arrival import UnreadableMailError, read_arrival
from tracker.mail.attached_forms import read_mail
from tracker.models import IncomingMail, IncomingState, OrgUnit, OutgoingMail, Receipt, key
from tracker.store.incoming import contacts_at, count_incoming, incoming_in, place_of
from tracker.store.materials import materials_from
from tracker.store.units import all_units
from tracker.web.downloads import download_of
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.mail.mailbox_views import INCOMING_STATE_LABELS, INCOMING_STATE_STYLES, view_form
from tracker.web.pager import pager_of
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from tracker.mail.attached_forms import MailReading

router = APIRouter()

IncomingId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 100
# Whatever it says of itself: a browser is to save it, not to show it.
_FILE: Final = "application/octet-stream"


@router.get("/mailbox")
def show_mailbox(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        state = _state(request.query_params.get("state"))
        counts = count_incoming(visit.session)
        total = counts[state] if state else sum(counts.values())
        words = {"state": state.value} if state else {}
        pager = pager_of(
            request.query_params, total, _PAGE, lambda page: f"/mailbox?{urlencode(words | {'page': page})}"
        )
        imap = visit.settings.mailbox.imap
        return visit.page(
            "pages/mailbox.html",
            mails=incoming_in(visit.session, state, limit=_PAGE, offset=pager.offset),
            counts=counts,
            state=state,
            total=total,
            pager=pager,
            is_polled=bool(imap.host),
            folder=imap.folder,
            place=place_of(visit.session, imap.folder),
            **_states(visit),
        )


@router.get("/mailbox/{incoming_id}")
def show_mail(request: Request, incoming_id: IncomingId) -> Response:
    """The forms are read anew, in their child processes, before the session that compares them."""
    reading = _reading(request, incoming_id)
    with signed_in(request) as visit:
        mail = _mail(visit, incoming_id)
        forms = [view_form(visit, form) for form in reading.forms]
        known = {contact.unit_id for contact in contacts_at(visit.session, mail.from_address)}
        return visit.page(
            "pages/mailbox_mail.html",
            mail=mail,
            text=reading.arrival.text if reading.arrival else "",
            files=[(file.name, len(file.content)) for file in reading.arrival.files]
            if reading.arrival
            else [],
            refused=[error.worded(visit.gettext) for error in reading.refused],
            forms=forms,
            can_file=bool(forms) and not any(form.problem for form in forms),
            is_open=mail.state in OPEN,
            receipt=visit.session.get(Receipt, mail.receipt_id) if mail.receipt_id else None,
            answer=visit.session.get(OutgoingMail, mail.answer_id) if mail.answer_id else None,
            materials=materials_from(visit.session, incoming_id),
            sender_units=[
                unit.name for unit_id in known if unit_id and (unit := visit.session.get(OrgUnit, unit_id))
            ],
            units=[(key(unit), unit.name) for unit in all_units(visit.session) if key(unit) not in known],
            form_unit=next((form.unit_id for form in forms if form.unit_id), None),
            **_states(visit),
        )


@router.get("/mailbox/{incoming_id}/files/{place}")
def save_file(
    request: Request, incoming_id: IncomingId, place: Annotated[int, Path(ge=0, le=1000)]
) -> Response:
    content = _content(request, incoming_id)
    try:
        files = read_arrival(content).files
    except UnreadableMailError as error:
        raise NotFoundError from error
    if place >= len(files):
        raise NotFoundError
    return download_of(files[place].content, _FILE, files[place].name, f"mail-{incoming_id}-{place}")


@router.get("/mailbox/{incoming_id}/mail.eml")
def save_mail(request: Request, incoming_id: IncomingId) -> Response:
    """As it came, for a mail program."""
    return download_of(_content(request, incoming_id), _FILE, f"{incoming_id}.eml", f"mail-{incoming_id}")


@router.post("/mailbox/{incoming_id}/file")
def file_here(request: Request, form: CheckedForm, incoming_id: IncomingId) -> Response:
    reading = _reading(request, incoming_id)
    with signed_in(request, to_write=True) as visit:
        reason = field(form, "reason")
        file_incoming(visit.session, visit.actor, visit.settings, incoming_id, reading, reason, visit.now)
    return redirect(f"/mailbox/{incoming_id}?done=incoming_filed")


@router.post("/mailbox/{incoming_id}/bind")
def bind_here(request: Request, form: CheckedForm, incoming_id: IncomingId) -> Response:
    reading = _reading(request, incoming_id)
    with signed_in(request, to_write=True) as visit:
        if field(form, "is_sure") != "1":
            raise InvalidValueError(
                field=mark("确认"), value="", reason=mark("请勾选“已核实该邮箱属于这个单位”。")
            )
        unit_id = number_field(form, "unit")
        bind_sender(visit.session, visit.actor, visit.settings, incoming_id, reading, unit_id, visit.now)
    return redirect(f"/mailbox/{incoming_id}?done=incoming_bound")


@router.post("/mailbox/{incoming_id}/again")
def process_here(request: Request, incoming_id: IncomingId) -> Response:
    reading = _reading(request, incoming_id)
    with signed_in(request, to_write=True) as visit:
        process_again(visit.session, visit.actor, visit.settings, incoming_id, reading, visit.now)
    return redirect(f"/mailbox/{incoming_id}?done=incoming_again")


@router.post("/mailbox/{incoming_id}/discard")
def discard_here(request: Request, form: CheckedForm, incoming_id: IncomingId) -> Response:
    with signed_in(request, to_write=True) as visit:
        reason = field(form, "reason")
        discard_incoming(visit.session, visit.actor, visit.settings, incoming_id, reason, visit.now)
    return redirect("/mailbox?done=incoming_discarded")


def _reading(request: Request, incoming_id: int) -> MailReading:
    """Outside any session: a file may take its reader half a minute."""
    return read_mail(_content(request, incoming_id))


def _content(request: Request, incoming_id: int) -> bytes:
    with signed_in(request) as visit:
        return _mail(visit, incoming_id).content


def _mail(visit: Visit, incoming_id: int) -> IncomingMail:
    visit.actor.require_coordinating()
    mail = visit.session.get(IncomingMail, incoming_id)
    if mail is None:
        raise NotFoundError
    return mail


def _states(visit: Visit) -> dict[str, Any]:
    return {
        "labels": {state: visit.gettext(label) for state, label in INCOMING_STATE_LABELS.items()},
        "styles": INCOMING_STATE_STYLES,
    }


def _state(text: str | None) -> IncomingState | None:
    """Raises NotFoundError for a word that is no state."""
    if not text:
        return None
    try:
        return IncomingState(text)
    except ValueError as error:
        raise NotFoundError from error
