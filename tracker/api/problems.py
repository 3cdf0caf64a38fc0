"""Errors as answers: one shape, `{"error": {"code", "message", …}}`, and the one mapping to statuses."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from tracker.api.language import language_of
from tracker.errors import (
    ConflictError,
    TrackerError,
)
from tracker.http_status import status_of
from tracker.i18n import mark, translations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Gettext = Callable[[str], str]

_log = structlog.get_logger()
# What an error calls a field, where the answer's own words take that name.
_FIELD_NAMES = {"code": "character"}
_HTTP = {
    404: ("not_found", mark("没有找到。")),
    405: ("method_not_allowed", mark("此地址不支持这种请求方法。")),
    413: ("body_too_large", mark("请求内容过大，未予处理。")),
}
_BAD_REQUEST = ("bad_request", mark("请求无法识别。"))
_INVALID = mark("请求内容有误：{problems}")
_FAULT = mark("系统内部错误，未作处理。请将编号 {id} 告知管理员。")
# Words for the kinds of mistake that pydantic names; its own are English only.
_KINDS = {
    "missing": mark("缺少这一项"),
    "extra_forbidden": mark("没有这个字段"),
    "string_type": mark("应为文字"),
    "string_unicode": mark("含有不可用的字符"),
    "int_type": mark("应为整数"),
    "int_parsing": mark("应为整数"),
    "bool_parsing": mark("应为 true 或 false"),
    "string_too_long": mark("过长"),
    "string_too_short": mark("过短"),
    "string_pattern_mismatch": mark("格式不符"),
    "too_long": mark("条数过多"),
    "too_short": mark("条数过少"),
    "literal_error": mark("不在可选值之内"),
    "greater_than_equal": mark("过小"),
    "less_than_equal": mark("过大"),
    "json_invalid": mark("不是有效的 JSON"),
    "list_type": mark("应为列表"),
    "tuple_type": mark("应为列表"),
    "model_type": mark("应为 JSON 对象"),
    "model_attributes_type": mark("应为 JSON 对象（Content-Type: application/json）"),
    "text_or_nil_reason": mark("text 与 nil_reason 应填且只填一项"),
}
_OTHER_KIND = mark("无效")


def code_of(error: TrackerError) -> str:
    """The class in lower case: TextTooLongError is `text_too_long`. Every kind of conflict is one to programs."""
    kind = ConflictError if isinstance(error, ConflictError) else type(error)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__.removesuffix("Error")).lower()


def problem_of(error: TrackerError, gettext: Gettext) -> dict[str, Any]:
    """`error` as JSON values: its code, its words, its fields; both texts of a conflict."""
    fields = {_FIELD_NAMES.get(name, name): _plain(value, gettext) for name, value in error.fields.items()}
    if "nearest" in fields:
        fields["nearest"] = list(getattr(error, "nearest", ()))
    if isinstance(error, ConflictError):
        fields |= {"theirs": error.theirs, "yours": error.yours}
    return {"code": code_of(error), "message": error.worded(gettext), **fields}


def gettext_of(request: Request) -> Gettext:
    site = request.app.state.context.settings.site
    return translations(language_of(request.headers, site.language)).gettext


def answer(status: int, problem: Mapping[str, Any]) -> JSONResponse:
    headers = {"WWW-Authenticate": 'Bearer realm="duban"'} if status == 401 else None  # noqa: PLR2004
    return JSONResponse({"error": problem}, status, headers)


def add_problem_handlers(api: FastAPI) -> None:
    """Every error of `api` leaves in the one shape."""

    @api.exception_handler(TrackerError)
    def refused(request: Request, error: TrackerError) -> JSONResponse:
        return answer(status_of(error), problem_of(error, gettext_of(request)))

    @api.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(422, _invalid(error, gettext_of(request)))

    @api.exception_handler(HTTPException)
    def not_served(request: Request, error: HTTPException) -> JSONResponse:
        code, message = _HTTP.get(error.status_code, _BAD_REQUEST)
        response = answer(error.status_code, {"code": code, "message": gettext_of(request)(message)})
        response.headers.update(error.headers or {})
        return response

    api.add_middleware(_Faults, api=api)


class _Faults:
    """An exception that nobody expected leaves as an id for the log and nothing else; no answer is cached."""

    def __init__(self, app: ASGIApp, api: FastAPI) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def send_uncached(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                message["headers"] = [*message["headers"], (b"cache-control", b"no-store")]
            await send(message)

        try:
            await self._app(scope, receive, send_uncached)
        except Exception as error:
            if has_started:
                raise
            fault = secrets.token_hex(8)
            _log.error("api fault", id=fault, path=scope["path"], exc_info=error)
            language = language_of(_headers(scope), self._api.state.context.settings.site.language)
            message = translations(language).gettext(_FAULT).format(id=fault)
            response = answer(500, {"code": "fault", "message": message, "id": fault})
            await response(scope, receive, send_uncached)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _plain(value: object, gettext: Gettext) -> object:
    if isinstance(value, TrackerError):
        return value.worded(gettext)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _invalid(error: RequestValidationError, gettext: Gettext) -> dict[str, Any]:
    """Names each place; never repeats what was sent there."""
    problems = []
    for found in error.errors():
        # A key may hold a lone surrogate, which no answer can carry.
        where = ".".join(str(part) for part in found["loc"]).encode("utf-8", "backslashreplace").decode()
        reason = gettext(_KINDS.get(found["type"], _OTHER_KIND))
        problems.append({"where": where[:200], "code": found["type"], "message": reason})
    listed = "；".join(f"{problem['where']} {problem['message']}" for problem in problems)
    message = gettext(_INVALID).format(problems=listed)
    return {"code": "invalid_request", "message": message, "problems": problems}
