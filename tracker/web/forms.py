"""What a browser posts, let in only from pages of this site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time

from tracker.domain.texts import one_line
from tracker.errors import ForeignOriginError
from tracker.web.rendering import has_form_token
from tracker.web.site import site_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_FORM_TYPES: Final = {"application/x-www-form-urlencoded", "multipart/form-data"}
# Three fields a task: room for a list of several thousand tasks. The body's size is limited before.
_MOST_FIELDS: Final = 20_000


async def checked_form(request: Request) -> AsyncIterator[FormData]:
    """The fields of a POST from one of our own pages; empty for a GET. Every page route depends on it.

    Raises ForeignOriginError for a request that another site could have caused: what the browser says of
    its origin decides; from one that says nothing, the token of the page's form is asked for.
    """
    if request.method in _SAFE:
        yield FormData()
        return
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _FORM_TYPES:
        raise ForeignOriginError
    is_own = _is_own_origin(request)
    if is_own is False:
        raise ForeignOriginError
    limit = site_of(request).settings.limits.upload_megabytes * 2**20
    # The files that came with it are closed after the answer.
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=limit) as form:
        if is_own is None and not has_form_token(request, field(form, "form_token")):
            raise ForeignOriginError
        yield form


CheckedForm = Annotated[FormData, Depends(checked_form)]


def field(form: FormData | Mapping[str, str], name: str) -> str:
    """A text field as it was posted; "" where it is missing or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def line_field(form: FormData | Mapping[str, str], name: str) -> str:
    """A field of one line, without control characters."""
    return one_line(field(form, name))


def number_field(form: FormData | Mapping[str, str], name: str) -> int | None:
    """A whole number that fits a database key; None for anything else."""
    value = form.get(name, "")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:  # noqa: PLR2004
        return int(value)
    return None


def file_field(form: FormData, name: str) -> UploadFile | None:
    value = form.get(name)
    return value if isinstance(value, UploadFile) and value.filename else None


def _is_own_origin(request: Request) -> bool | None:
    """None where the browser does not say (it is an old one, or no browser)."""
    if fetch_site := request.headers.get("sec-fetch-site"):
        # `none` is the user's own doing, such as sending a form again after a restart.
        return fetch_site in ("same-origin", "none")
    if (origin := request.headers.get("origin")) is None:
        return None
    # A proxy may pass on another Host than the address that people type.
    own = {request.headers.get("host", ""), urlsplit(site_of(request).settings.site.base_url).netloc}
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc in own
