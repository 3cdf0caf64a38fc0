"""A signed-in request: whose it is, in which session of the database it works, and how it answers."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.people.accounts import actor_of, secret_hash
from tracker.errors import NotSignedInError
from tracker.store.accounts import account_of_session
from tracker.store.workdays import work_calendar
from tracker.web.rendering import Viewer, gettext_of, render, viewer_of
from tracker.web.site import WebSite, site_of
from tracker.web.words import time_left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlmodel import Session
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit

SESSION_COOKIE: Final = "duban"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one person; `now` is the same moment throughout."""

    request: Request
    site: WebSite
    session: Session
    actor: Actor
    unit: OrgUnit | None
    now: datetime
    gettext: Callable[[str], str]

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.actor, self.unit.name if self.unit else "", self.gettext)

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        return render(self.request, template, viewer=self.viewer, status=status, **values)

    def time_left(self, due_at: datetime) -> str:
        calendar = work_calendar(self.session)
        return time_left(self.now, due_at, calendar, self.settings.site.zone, self.gettext)


@contextmanager
def signed_in(request: Request, *, to_write: bool = False) -> Iterator[Visit]:
    """Everything inside happens in one session of the database, committed at the end when `to_write`.

    The account is read in that same session: one that was switched off a moment ago changes nothing.
    Raises NotSignedInError.
    """
    site = site_of(request)
    secret = session_secret(request)
    if not secret:
        raise NotSignedInError
    now = site.now()
    with site.database.transaction() if to_write else site.database.reading() as session:
        found = account_of_session(session, secret_hash(secret), now)
        if found is None:
            raise NotSignedInError
        account, unit = found
        gettext = gettext_of(request)
        yield Visit(request, site, session, actor_of(account, "web"), unit, now, gettext)


def session_secret(request: Request) -> str:
    return request.cookies.get(site_of(request).cookie(SESSION_COOKIE), "")


def set_session(request: Request, response: Response, secret: str) -> None:
    site = site_of(request)
    response.set_cookie(
        site.cookie(SESSION_COOKIE),
        secret,
        max_age=site.settings.limits.session_hours * 3600,
        path="/",
        secure=site.is_secure,
        httponly=True,
        samesite="lax",
    )


def end_session(request: Request, response: Response) -> None:
    site = site_of(request)
    response.delete_cookie(
        site.cookie(SESSION_COOKIE), path="/", secure=site.is_secure, httponly=True, samesite="lax"
    )
