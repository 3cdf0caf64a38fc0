"""A mail as it came, read into a plain value. Whoever wrote it may have meant harm: any bytes give a value or
UnreadableMailError.

The standard library finds the parts. Header values are read in `charsets`, because its newer policies raise on
some of what is really sent, and nothing that came in is ever written into a header from here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING, Final

from lxml import etree

from tracker.domain.texts import one_line, visible
from tracker.errors import InputError
from tracker.i18n import mark
from tracker.mail.charsets import decode_bytes, decode_words, parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LONGEST_HEAD: Final = 256 * 1024
_LONGEST_TEXT: Final = 20_000
_LONGEST_HTML: Final = 400_000
_LONGEST_NAME: Final = 120
_LONGEST_ADDRESS: Final = 254
_LONGEST_ID: Final = 250
_MOST_FILES: Final = 50
_MOST_BOUNDARIES: Final = 5_000
# A form that was forwarded as an attachment of an attachment; deeper is no longer a person's doing.
_DEEPEST: Final = 3
_DEEPEST_PART: Final = 20
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_ADDRESS: Final = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,189}")
_NAMED: Final = re.compile(r"(.*)<([^<>]*)>\s*", re.DOTALL)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_UNSAFE: Final = re.compile(r'[:*?"<>|\\/]')
_UNSHOWN: Final = frozenset({"script", "style", "head", "title"})
_BLOCKS: Final = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "pre"}
)


class UnreadableMailError(InputError):
    """`reason` is a source text."""

    message = mark("这封邮件无法读取：{reason}")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "reason": gettext(str(self.fields["reason"]))}


@dataclass(frozen=True, slots=True)
class ArrivedFile:
    """One attachment. `name` is fit for a page, a header and a disk; `depth` counts the mails it lay in."""

    name: str
    media_type: str
    content: bytes
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """Who wrote what. `from_address` is "" unless there is exactly one, and no doubt which; `headers` are the
    values by name in lower case, in their order, still encoded."""

    message_id: str
    from_address: str
    from_name: str
    subject: str
    headers: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        return next((value.strip() for value in self.headers.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Arrival:
    """`text` is what its writer typed, as plain text."""

    head: Head
    text: str
    files: tuple[ArrivedFile, ...]


def read_head(content: bytes) -> Head:
    """Never raises: what cannot be read is empty."""
    head, _ = _halves(content)
    found: dict[str, list[str]] = {}
    for name, value in _fields(head[:_LONGEST_HEAD]):
        found.setdefault(name, []).append(value)
    headers = {name: tuple(values) for name, values in found.items()}
    senders = headers.get("from", ())
    name, address = _sender(senders[0]) if len(senders) == 1 else (decode_words(" ".join(senders)), "")
    return Head(
        message_id=one_line(decode_words(headers.get("message-id", ("",))[0]))[:_LONGEST_ID],
        from_address=address,
        from_name=name[:_LONGEST_ADDRESS],
        subject=decode_words(headers.get("subject", ("",))[0])[:_LONGEST_ADDRESS],
        headers=headers,
    )


def fingerprint_of(content: bytes) -> str:
    """The same for the same mail however often and by whichever way it was delivered: over what its writer sent,
    not over what servers added on the way."""
    head, body = _halves(content)
    fields = dict(reversed(_fields(head[:_LONGEST_HEAD])))
    digest = hashlib.sha256()
    for name in ("message-id", "from", "date"):
        digest.update(f"{name}:{one_line(fields.get(name, ''))}\n".encode("utf-8", "surrogateescape"))
    digest.update(body.replace(b"\r\n", b"\n").strip())
    return digest.hexdigest()


def read_arrival(content: bytes) -> Arrival:
    """The whole mail. Raises UnreadableMailError."""
    head, _ = _halves(content)
    if len(head) > _LONGEST_HEAD:
        raise UnreadableMailError(reason=mark("邮件头过长。"))
    if content.count(b"\n--") > _MOST_BOUNDARIES:
        raise UnreadableMailError(reason=mark("邮件的组成部分过多。"))
    try:
        parts = list(_parts(message_from_bytes(content), 0, 0))
    except UnreadableMailError:
        raise
    except Exception as error:  # whatever the library stumbles over, a person looks at the mail
        raise UnreadableMailError(reason=mark("邮件的格式不完整或有错误。")) from error
    texts = [part.content.decode() for part in parts if part.media_type == "text/plain" and not part.name]
    pages = [part.content.decode() for part in parts if part.media_type == "text/html" and not part.name]
    text = "\n\n".join(texts).strip() or "\n\n".join(map(_without_markup, pages)).strip()
    files = [part for part in parts if part.name]
    if len(files) > _MOST_FILES:
        raise UnreadableMailError(reason=mark("附件超过 50 个。"))
    return Arrival(read_head(content), text[:_LONGEST_TEXT], tuple(files))


def clean_name(name: str, otherwise: str) -> str:
    """A file name without a path, hidden characters shown, cut to 120 characters before its suffix."""
    name = visible(one_line(name)).replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub("_", name).strip(". ")
    if not name:
        return otherwise
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 10:  # noqa: PLR2004 - no suffix is longer
        stem, dot, suffix = name, "", ""
    return stem[: _LONGEST_NAME - len(suffix)] + dot + suffix


def is_winmail(file: ArrivedFile) -> bool:
    """Outlook's own wrapping, which no other program opens."""
    return file.media_type == "application/ms-tnef" or file.name.lower() == "winmail.dat"


def _halves(content: bytes) -> tuple[bytes, bytes]:
    """Header and body."""
    found = _BLANK_LINE.search(content)
    return (content[: found.start()], content[found.end() :]) if found else (content, b"")


def _fields(head: bytes) -> list[tuple[str, str]]:
    """Names in lower case and unfolded values, bytes kept as surrogates."""
    fields: list[tuple[str, list[str]]] = []
    for line in _LINE_END.split(head.decode("ascii", "surrogateescape")):
        if line[:1] in (" ", "\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        name, colon, value = line.partition(":")
        if colon and name and not re.search(r"\s", name.rstrip()):
            fields.append((name.strip().lower(), [value]))
    return [(name, " ".join(values)) for name, values in fields]


def _sender(raw: str) -> tuple[str, str]:
    """Name and address; the address is "" where the header holds several or hides one behind another."""
    bare = raw.strip()
    if _ADDRESS.fullmatch(bare) and bare.isascii():
        return "", bare
    found = _NAMED.fullmatch(bare)
    if found is None:
        return decode_words(raw), ""
    address, name = found[2].strip(), found[1]
    outside = _QUOTED.sub("", name).strip().strip("'")
    is_clear = "@" not in outside or outside.casefold() == address.casefold()
    if not (is_clear and address.isascii() and _ADDRESS.fullmatch(address)):
        return decode_words(raw), ""
    return decode_words(name.replace('"', " ")), address


def _parts(message: Message, depth: int, level: int) -> Iterator[ArrivedFile]:
    """Every leaf. One without a name is text of the mail itself, in UTF-8."""
    if level > _DEEPEST_PART:
        raise UnreadableMailError(reason=mark("邮件的嵌套层数过多。"))
    for place, part in enumerate(message.get_payload() if message.is_multipart() else [message]):
        kind = part.get_content_type()
        if part.is_multipart():
            if not kind.startswith("message/"):
                yield from _parts(part, depth, level + 1)
            elif kind in ("message/rfc822", "message/global") and depth < _DEEPEST:
                yield from _parts_within(part, depth, level)
            continue
        yield from _leaf(part, kind, depth, level, f"attachment-{place + 1}")


def _parts_within(part: Message, depth: int, level: int) -> Iterator[ArrivedFile]:
    for message in part.get_payload():
        if isinstance(message, Message):
            yield from (file for file in _parts(message, depth + 1, level + 1) if file.name)


def _leaf(part: Message, kind: str, depth: int, level: int, otherwise: str) -> Iterator[ArrivedFile]:
    headers = {name.lower(): str(value) for name, value in reversed(list(part.raw_items()))}
    disposition, content_type = headers.get("content-disposition", ""), headers.get("content-type", "")
    name = parameter(disposition, "filename") or parameter(content_type, "name")
    is_attached = disposition.strip().lower().startswith("attachment")
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return
    if kind in ("text/plain", "text/html") and not name and not is_attached:
        text = decode_bytes(content, parameter(content_type, "charset"))
        yield ArrivedFile("", kind, text.encode(), depth)
        return
    # Pictures that belong to a signature.
    if kind.startswith("image/") and "content-id" in headers and not is_attached:
        return
    if name.lower().endswith(".eml") and depth < _DEEPEST:
        inner = message_from_bytes(content)
        yield from (file for file in _parts(inner, depth + 1, level + 1) if file.name)
        return
    if content:
        yield ArrivedFile(clean_name(name, otherwise), kind[:100], content, depth)


def _without_markup(html: str) -> str:
    """The words of an HTML mail; libxml2 reads it without fetching anything."""
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(html[:_LONGEST_HTML].encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        return ""
    if root is None:
        return ""
    pieces: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            pieces.append("\n" if tag in _BLOCKS else "")
            pieces.append("" if tag in _UNSHOWN else node.text or "")
        else:
            pieces.append(node.tail or "")
    lines = (re.sub(r"[ \t\r\f\v\xa0]+", " ", line).strip() for line in "".join(pieces).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
