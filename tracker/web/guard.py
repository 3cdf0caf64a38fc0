"""What stands in front of every page: limits on size, headers, and the catch of what nobody foresaw."""

from __future__ import annotations

import secrets
import traceback
from typing import TYPE_CHECKING, Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from tracker.errors import InputError
from tracker.i18n import mark, translations
from tracker.web.error_pages import error_page

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tracker.web.site import WebSite

_API: Final = "/api/"
_CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Room for what surrounds a file of the largest size in its form.
_ENVELOPE: Final = 64 * 1024
_log = structlog.get_logger()


class BodyTooLargeError(InputError):
    message = mark("提交的内容超过 {megabytes} MB 的上限，未予处理。")


class Guard:
    """The one middleware, outermost. `/api/` keeps its own answers: it gets the limits and a few headers."""

    def __init__(self, app: ASGIApp, site: WebSite) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._site)
        if exchange.is_too_large():
            await exchange.refuse_size()
        elif "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            # PostgreSQL takes no NUL, not even in a question.
            await exchange.answer(404)
        else:
            await self._through(exchange)

    async def _through(self, exchange: _Exchange) -> None:
        try:
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except Exception:  # noqa: BLE001 - logged in full below; nobody above would do better
            if not exchange.has_overflowed:
                await exchange.report_fault()
        if exchange.has_overflowed:
            await exchange.refuse_size()


class _Exchange:
    """One request and its answer, its body counted as it comes in."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, site: WebSite) -> None:
        self.scope = scope
        self.has_overflowed = False
        self._receive, self._send = receive, send
        self._received = 0
        self._has_started = False
        self._is_api = scope["path"].startswith(_API)
        self._request = Request(scope, self.receive)
        self._site = site
        self._megabytes = site.settings.limits.upload_megabytes
        self._limit = self._megabytes * 2**20 + _ENVELOPE

    def is_too_large(self) -> bool:
        length = Headers(scope=self.scope).get("content-length", "0")
        return not length.isdigit() or int(length) > self._limit

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > self._limit:
                self.has_overflowed = True
                raise BodyTooLargeError(megabytes=self._megabytes)
        return message

    async def send(self, message: Message) -> None:
        # Whatever the app makes of a body that broke off, the answer is ours.
        if self.has_overflowed and not self._has_started:
            return
        if message["type"] == "http.response.start":
            self._has_started = True
            self._add_headers(MutableHeaders(scope=message))
        await self._send(message)

    async def refuse_size(self) -> None:
        self.has_overflowed = False
        error = BodyTooLargeError(megabytes=self._megabytes)
        # Not through `request.app`: a mounted application has put itself there.
        words = error.worded(translations(self._site.language(self._request)).gettext)
        await self.answer(413, words, {"Connection": "close"})

    async def report_fault(self) -> None:
        """Logs the exception under an id; the id is all that the user is told."""
        fault_id = secrets.token_hex(4)
        _log.error(
            "request_failed",
            fault=fault_id,
            method=self.scope["method"],
            path=self.scope["path"],
            # As text: a renderer that prints local variables would print passwords and session secrets.
            trace=traceback.format_exc(),
        )
        await self.answer(500, fault_id=fault_id)

    async def answer(
        self, status: int, words: str = "", headers: dict[str, str] | None = None, *, fault_id: str = ""
    ) -> None:
        if self._has_started:
            return
        response: Response
        if self._is_api:
            response = PlainTextResponse(words or fault_id, status)
        else:
            response = error_page(self._request, status, words, fault_id=fault_id)
        response.headers.update(headers or {})
        await response(self.scope, self._receive, self.send)

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # Not `no-referrer`: under that, browsers hide the Origin of our own forms from us.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cache-Control", "no-store")
        if not self._is_api:
            headers.setdefault("Content-Security-Policy", _CONTENT_POLICY)
            headers.setdefault("X-Frame-Options", "DENY")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
