"""The own account of whoever is signed in: another password, and the other browsers it is signed in with."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.people.accounts import SHORTEST_PASSWORD, secret_hash
from tracker.actions.people.change_own_password import change_own_password, end_own_sessions
from tracker.domain.actors import ROLE_LABELS
from tracker.errors import InputError, TooManyAttemptsError, TrackerError, WrongPasswordError
from tracker.http_status import status_of
from tracker.i18n import mark
from tracker.store.accounts import account_by_name, sessions_of
from tracker.web.forms import CheckedForm, field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, session_secret, signed_in

router = APIRouter()


class NotRepeatedError(InputError):
    message = mark("两次输入的新密码不一致，密码没有更改。")


@router.get("/me")
def show_own(request: Request) -> Response:
    with signed_in(request) as visit:
        return _page(visit)


@router.post("/me/password")
def change_password(request: Request, form: CheckedForm) -> Response:
    with signed_in(request) as visit:
        username, now = visit.actor.label, visit.now
    try:
        new = field(form, "new")
        if new != field(form, "repeated"):
            raise NotRepeatedError
        count = change_own_password(
            visit.site.database,
            visit.settings,
            username,
            field(form, "old"),
            new,
            now,
            secret=session_secret(request),
        )
    except (InputError, WrongPasswordError, TooManyAttemptsError) as error:
        with signed_in(request) as visit:
            return _page(visit, error=error)
    return redirect(f"/me?done=password_changed&count={count}")


@router.post("/me/sessions")
def end_others(request: Request) -> Response:
    with signed_in(request) as visit:
        username, now = visit.actor.label, visit.now
    count = end_own_sessions(visit.site.database, username, now, secret=session_secret(request))
    return redirect(f"/me?done=sessions_ended&count={count}")


def _page(visit: Visit, *, error: TrackerError | None = None) -> Response:
    account = account_by_name(visit.session, visit.actor.label)
    here = secret_hash(session_secret(visit.request))
    return visit.page(
        "pages/own_account.html",
        status=status_of(error) if error else 200,
        said=error.worded(visit.gettext) if error else "",
        account=account,
        role=visit.gettext(ROLE_LABELS[account.role]),
        unit=visit.unit.name if visit.unit else "",
        shortest=SHORTEST_PASSWORD,
        sessions=[
            (found, found.secret_hash == here) for found in sessions_of(visit.session, account, visit.now)
        ],
    )
