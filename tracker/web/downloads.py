"""Files that a page hands out, under names that no header and no disk stumbles over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response, StreamingResponse

from tracker.domain.texts import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

# A page of the site that shows such a document, or a mail, in a sandboxed frame without scripts, forms or origin.
FRAMING: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PIECE: Final = 1 << 18
# A document stands alone, with its styles in it: it runs nothing and loads nothing.
_ALONE: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


def download_of(content: bytes, media_type: str, name: str, plain: str) -> Response:
    """`content` as a file called `name`; `plain` is what programs that read ASCII only call it."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": _attachment(name, plain)})


def stream_of(content: BinaryIO, size: int, media_type: str, name: str, plain: str) -> Response:
    """As `download_of`, of a file that is closed at the end, however that comes."""
    headers = {"Content-Disposition": _attachment(name, plain), "Content-Length": str(size)}
    return StreamingResponse(_pieces(content), media_type=media_type, headers=headers)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while piece := content.read(_PIECE):
            yield piece


def page_alone(content: bytes) -> Response:
    """A document of HTML shown in the browser instead of saved."""
    return HTMLResponse(content, headers={"Content-Security-Policy": _ALONE})


def _attachment(name: str, plain: str) -> str:
    """A header for a file called `name`; `plain` for programs that read ASCII only."""
    ascii_name, suffix = (
        "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in words)
        for words in (plain, name.rpartition(".")[2])
    )
    encoded = quote(one_line(name).replace("/", "／"), safe="")
    return f"attachment; filename=\"{ascii_name}.{suffix}\"; filename*=UTF-8''{encoded}"
