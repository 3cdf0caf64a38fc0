"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.people.sign_in import sign_in, sign_out
from tracker.errors import NotFoundError, NotSignedInError, SignInError, TooManyAttemptsError, TrackerError
from tracker.http_status import status_of
from tracker.i18n import LANGUAGES
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import gettext_of, local_path, redirect, render
from tracker.web.site import LANGUAGE_COOKIE, site_of
from tracker.web.visits import end_session, session_secret, set_session, signed_in

router = APIRouter()


@router.get("/login")
def show_sign_in(request: Request) -> Response:
    wanted = local_path(request.query_params.get("next", "/"))
    try:
        with signed_in(request):
            return redirect(wanted)
    except NotSignedInError:
        return _sign_in_page(request, wanted)


@router.post("/login")
def sign_in_here(request: Request, form: CheckedForm) -> Response:
    site = site_of(request)
    wanted = local_path(field(form, "next"))
    username = line_field(form, "username")
    try:
        secret = sign_in(
            site.database,
            site.settings,
            username,
            field(form, "password"),
            site.now(),
            planted=session_secret(request),
        )
    except (SignInError, TooManyAttemptsError) as error:
        return _sign_in_page(request, wanted, username=username, error=error)
    response = redirect(wanted)
    set_session(request, response, secret)
    return response


@router.post("/logout")
def sign_out_here(request: Request) -> Response:
    if secret := session_secret(request):
        sign_out(site_of(request).database, secret)
    response = redirect("/login?done=signed_out")
    end_session(request, response)
    return response


@router.get("/language/{code}")
@router.post("/language/{code}")
def choose_language(request: Request, code: str) -> Response:
    """Only a cookie of this browser changes, so following a link is enough."""
    if code not in LANGUAGES:
        raise NotFoundError
    site = site_of(request)
    response = redirect(local_path(request.query_params.get("next", "/")))
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=365 * 86400, secure=site.is_secure, httponly=True, samesite="lax"
    )
    return response


def _sign_in_page(
    request: Request, wanted: str, *, username: str = "", error: TrackerError | None = None
) -> Response:
    gettext = gettext_of(request)
    return render(
        request,
        "pages/login.html",
        status=status_of(error) if error else 200,
        next=wanted,
        username=username,
        error=error.worded(gettext) if error else "",
    )
