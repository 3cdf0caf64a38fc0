"""Parts of a message, written straight to bytes: base64 throughout, so they are 7-bit with short lines.

`email.message` takes twenty times as long over an attachment, most of it in folding headers, and a batch would wait
for it (docs/decisions/0018). Nothing that a user typed stands here but text and file names, and both are encoded.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tracker.domain.texts import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.models import MailAttachment

_TOKEN: Final = r"[\w!#$&^.+-]+"  # noqa: S105 - RFC 2045's word for a name without blanks
_MEDIA_TYPE: Final = re.compile(
    rf"(?!multipart/|message/){_TOKEN}/{_TOKEN}(?:; ?{_TOKEN}=(?:{_TOKEN}|\"[\w !#$&^.+/:=-]*\"))*",
    re.ASCII | re.IGNORECASE,
)
_UNKNOWN_TYPE: Final = "application/octet-stream"
_LONGEST_MEDIA_TYPE: Final = 150
_UNSAFE_IN_FILE_NAME: Final = re.compile(r'[\\/:*?"<>|]')
_PLAIN_NAME: Final = re.compile(r"[\w .()+-]{1,60}", re.ASCII)
# As many characters of an encoded file name as go on one line, an escape never cut in two.
_NAME_PIECE: Final = re.compile(r"(?:%[0-9A-F]{2}|[^%]){1,20}")
# What base64 encodes into one line of 76 characters.
_LINE: Final = 57
# No line of base64 holds an underscore: a boundary with one is never found inside a part.
_MIXED, _ALTERNATIVE = "=_mixed", "=_alternative"


def body_of(text: str, html: str, attachments: Iterable[MailAttachment]) -> bytes:
    """The header lines of the content and the content: text and HTML as alternatives, then the attachments."""
    words = _multipart("alternative", _ALTERNATIVE, [_text("plain", text), _text("html", html)])
    files = [_attachment(attachment) for attachment in attachments]
    content = _multipart("mixed", _MIXED, [words, *files]) if files else words
    return b"MIME-Version: 1.0\r\n" + content


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    separator = f"--{boundary}\r\n".encode()
    return b"".join((head.encode(), *(separator + part for part in parts), f"--{boundary}--\r\n".encode()))


def _text(kind: str, text: str) -> bytes:
    # A lone surrogate, which no encoding knows, becomes a question mark.
    lines = text.encode("utf-8", "replace").splitlines()
    content = b"".join(line + b"\r\n" for line in lines)
    return _part(f"Content-Type: text/{kind}; charset=utf-8", content)


def _attachment(attachment: MailAttachment) -> bytes:
    media_type = attachment.media_type
    if len(media_type) > _LONGEST_MEDIA_TYPE or not _MEDIA_TYPE.fullmatch(media_type):
        media_type = _UNKNOWN_TYPE
    head = f"Content-Type: {media_type}\r\nContent-Disposition: attachment{_name(attachment.file_name)}"
    return _part(head, attachment.content)


def _name(file_name: str) -> str:
    """The parameters that hold a file name: as it is where it is plain ASCII, else percent-encoded (RFC 2231)."""
    name = _UNSAFE_IN_FILE_NAME.sub("_", one_line(file_name))
    if _PLAIN_NAME.fullmatch(name):
        return f';\r\n filename="{name}"'
    pieces = _NAME_PIECE.findall(quote(name.encode("utf-8", "replace"), safe="")) or [""]
    if len(pieces) == 1:
        return f";\r\n filename*=utf-8''{pieces[0]}"
    charset = ["utf-8''"] + [""] * (len(pieces) - 1)
    return "".join(f";\r\n filename*{n}*={charset[n]}{piece}" for n, piece in enumerate(pieces))


def _part(head: str, content: bytes) -> bytes:
    lines = [b2a_base64(content[n : n + _LINE], newline=False) for n in range(0, len(content), _LINE)]
    encoded = b"\r\n".join(lines)
    return f"{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode("ascii") + encoded + b"\r\n"
