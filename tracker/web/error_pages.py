"""Errors as pages: which status each class has, and the words around it. The one place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from starlette.responses import RedirectResponse

from tracker.errors import (
    NotFoundError,
    NotSignedInError,
    TrackerError,
)
from tracker.http_status import status_of
from tracker.i18n import mark
from tracker.web.rendering import gettext_of, local_path, render

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response

_HEADINGS: Final = {
    400: mark("请求有误"),
    401: mark("请先登录"),
    403: mark("没有权限"),
    404: mark("没有找到"),
    405: mark("不能这样打开"),
    409: mark("目前不能这样做"),
    413: mark("内容太大"),
    422: mark("填写有误"),
    429: mark("请稍后再试"),
    500: mark("程序出错"),
    502: mark("邮件未送出"),
    503: mark("暂时不能使用"),
}
_WORDS: Final = {
    404: mark("这个页面不存在，或者不属于您的单位。"),
    405: mark("请从页面上的按钮进行这项操作。"),
    422: mark("提交的内容无法识别，未作更改。"),
    500: mark("未能完成，原因已记入日志。请把下面的编号告诉管理员。"),
}


def error_page(request: Request, status: int, words: str = "", *, fault_id: str = "") -> Response:
    gettext = gettext_of(request)
    return render(
        request,
        "pages/error.html",
        status=status,
        heading=gettext(_HEADINGS.get(status, _HEADINGS[400])),
        words=words or gettext(_WORDS.get(status, TrackerError.message)),
        fault_id=fault_id,
        back=_back(request),
    )


def on_tracker_error(request: Request, error: TrackerError) -> Response:
    if isinstance(error, NotSignedInError) and request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(path, safe='/')}" if path != "/" else "/login", 303)
    gettext = gettext_of(request)
    # The bare class says no more than its status does.
    words = "" if type(error) is NotFoundError else error.worded(gettext)
    return error_page(request, status_of(error), words)


def on_http_error(request: Request, error: HTTPException) -> Response:
    page = error_page(request, error.status_code)
    for name, value in (error.headers or {}).items():
        page.headers[name] = value
    return page


def on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    """An address that names nothing, such as /obligations/abc, or a field of the wrong kind."""
    is_path = any(found["loc"][0] == "path" for found in error.errors())
    return error_page(request, 404 if is_path else 422)


def _back(request: Request) -> str:
    """Where the person came from, when that was a page of this site."""
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host"):
        return "/"
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))
