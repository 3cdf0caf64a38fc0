"""A template made into a page, with what the layout of every page shows."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, RedirectResponse

from tracker.domain.actors import ROLE_LABELS
from tracker.i18n import mark, translations
from tracker.web.site import site_of
from tracker.web.words import NOTICES

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment
    from starlette.requests import Request
    from starlette.responses import Response

    from tracker.domain.actors import Actor

_FORM_COOKIE: Final = "duban_form"
_LONGEST_SECRET: Final = 100
_WORTH_COMPRESSING: Final = 4096
_QUICKLY: Final = 1


_EVERYBODYS: Final = (
    ("/", mark("首页")),
    ("/instructions", mark("批示")),
    ("/circulars", mark("通报")),
    ("/search", mark("查找")),
)
_COORDINATORS: Final = (
    ("/units", mark("单位")),
    ("/contacts", mark("联系人")),
    ("/mails", mark("邮件")),
    ("/mailbox", mark("来件")),
    ("/calendar", mark("日历")),
    ("/people", mark("账号")),
)
_ADMINISTRATORS: Final = (("/doctor", mark("检查")),)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page, for its head: the name, and which links to offer."""

    name: str
    role: str
    unit: str
    is_coordinating: bool
    sees_all: bool
    # Address and words of each entry of the main navigation.
    places: tuple[tuple[str, str], ...]


def viewer_of(actor: Actor, unit: str, gettext: Callable[[str], str]) -> Viewer:
    return Viewer(
        name=actor.label,
        role=gettext(ROLE_LABELS[actor.role]),
        unit=unit,
        is_coordinating=actor.is_coordinating,
        sees_all=actor.sees_all,
        places=tuple((path, gettext(label)) for path, label in _places_of(actor)),
    )


def _places_of(actor: Actor) -> tuple[tuple[str, str], ...]:
    if actor.is_administering:
        return _EVERYBODYS + _COORDINATORS + _ADMINISTRATORS
    return _EVERYBODYS + _COORDINATORS if actor.is_coordinating else _EVERYBODYS


def environment_of(request: Request) -> Environment:
    site = site_of(request)
    return site.environments[site.language(request)]


def gettext_of(request: Request) -> Callable[[str], str]:
    """Words in the language of this browser; the `gettext` of an environment serves templates only."""
    return translations(site_of(request).language(request)).gettext


def render(
    request: Request, template: str, *, viewer: Viewer | None = None, status: int = 200, **values: object
) -> HTMLResponse:
    """The page of `template`; sets the cookie behind its form tokens where the browser has none yet."""
    site = site_of(request)
    secret = _form_secret(request)
    is_new = secret is None
    secret = secret or secrets.token_urlsafe(24)
    html = (
        environment_of(request)
        .get_template(template)
        .render(
            viewer=viewer,
            language=site.language(request),
            form_token=_token_of(secret, secrets.token_hex(8)),
            here=_address(request),
            current=request.url.path,
            notice=_notice(request),
            **values,
        )
    )
    response = _response(request, html, status)
    if is_new:
        response.set_cookie(
            site.cookie(_FORM_COOKIE), secret, secure=site.is_secure, httponly=True, samesite="strict"
        )
    return response


def _response(request: Request, html: str, status: int) -> HTMLResponse:
    """Compressed where the browser takes it: Chinese text of a page shrinks to a third, at little cost."""
    content = html.encode()
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if not takes_gzip or len(content) < _WORTH_COMPRESSING:
        return HTMLResponse(content, status, {"Vary": "Accept-Encoding"})
    packed = gzip.compress(content, _QUICKLY, mtime=0)
    return HTMLResponse(packed, status, {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})


def has_form_token(request: Request, token: str) -> bool:
    """Whether `token` came out of a page that this browser was given."""
    secret = _form_secret(request)
    if secret is None:
        return False
    return secrets.compare_digest(_token_of(secret, token.partition(".")[0]).encode(), token.encode())


def redirect(path: str) -> Response:
    """After a POST: the browser fetches `path`, and reloading it repeats nothing."""
    return RedirectResponse(path, status_code=303)


def local_path(path: str) -> str:
    r"""`path` where it is one of this site, else the home page: `//evil`, `/\evil`, `javascript:` are not."""
    is_local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_local else "/"


def _form_secret(request: Request) -> str | None:
    secret = request.cookies.get(site_of(request).cookie(_FORM_COOKIE), "")
    return secret if 0 < len(secret) <= _LONGEST_SECRET else None


def _token_of(secret: str, salt: str) -> str:
    """Another in every page: a compressed page must not tell by its length what a token begins with (BREACH)."""
    return f"{salt}.{hashlib.sha256(f'form {salt} {secret}'.encode()).hexdigest()}"


def _address(request: Request) -> str:
    """Path and query of a page that can be fetched again; home for the answer to a POST."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _notice(request: Request) -> str:
    text = NOTICES.get(request.query_params.get("done", ""))
    if text is None:
        return ""
    count = request.query_params.get("count", "")
    gettext = gettext_of(request)
    return gettext(text).format(count=count if count.isascii() and count.isdigit() else "")
