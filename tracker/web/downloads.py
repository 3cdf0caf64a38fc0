"""Files that a page hands out, under names that no header and no disk stumbles over."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from tracker.domain.texts import one_line


def download_of(content: bytes, media_type: str, name: str, plain: str) -> Response:
    """`content` as a file called `name`; `plain` is what programs that read ASCII only call it."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": _attachment(name, plain)})


def _attachment(name: str, plain: str) -> str:
    """A header for a file called `name`; `plain` for programs that read ASCII only."""
    ascii_name, suffix = (
        "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in words)
        for words in (plain, name.rpartition(".")[2])
    )
    encoded = quote(one_line(name).replace("/", "／"), safe="")
    return f"attachment; filename=\"{ascii_name}.{suffix}\"; filename*=UTF-8''{encoded}"
