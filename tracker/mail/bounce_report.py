"""What a returned mail says: which of our mails it is about, whether it is final, and the server's words.

Most servers send a delivery status notification (RFC 3464). QQ, 163 and other Chinese providers, older Exchange and
qmail also send plain ones, in which only the sender, the subject and the returned headers tell what it is.
"""

from __future__ import annotations

import html
import re
from base64 import b64decode
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Final

from tracker.domain.texts import one_line

if TYPE_CHECKING:
    from email.message import Message

_MOST_PARTS: Final = 60
_LONGEST_TEXT: Final = 100_000
_LONGEST_WORDS: Final = 500
_MESSAGE_ID: Final = re.compile(r"<[^<>\s@]{1,150}@[^<>\s@]{1,150}>")
# Where a plain bounce quotes the headers of what it returns, in its text.
_QUOTED_ID: Final = re.compile(
    r"^[ >\t]{0,8}message-id:\s{0,4}(<[^<>\s@]{1,150}@[^<>\s@]{1,150}>)", re.IGNORECASE | re.MULTILINE
)
_ROBOTS: Final = re.compile(
    r"^(mailer-daemon|postmaster|mail-daemon|mdaemon|mailadmin|10000|microsoftexchange[0-9a-f]{10,40})$",
    re.IGNORECASE,
)
_RETURNED: Final = re.compile(
    r"系统退信|退信|投递失败|发送失败|未送达|无法送达|无法投递|邮件被退回|"
    r"undeliver|returned mail|returned to sender|failure notice|delivery (status notification \(failure\)|fail|has failed)|"
    r"mail delivery (failed|failure|problem)|systems? bounce|could not be delivered|delivery notification: delivery has failed",
    re.IGNORECASE,
)
_DELAYED: Final = re.compile(
    r"延迟|暂未送达|delay|warning: (could|message)|still being retried", re.IGNORECASE
)
# A line of a text in which a server's answer stands, or the provider's reason for people.
_ANSWER: Final = re.compile(r"(?<![\d.])[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b)?[^\r\n]{3,300}")
_REASON: Final = re.compile(
    r"(?:退信原因|失败原因|退回原因|原因|错误信息|错误代码|reason)\s{0,4}[:：]\s{0,4}([^\r\n]{2,300})",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_UNSEEN: Final = re.compile(r"<(?:style|script)\b", re.IGNORECASE)
_UNSEEN_END: Final = re.compile(r"</(?:style|script)>", re.IGNORECASE)
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^<>]{0,200}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BounceReport:
    """`message_ids` are those that the report names, the likeliest first. `is_final` is false of a mere delay."""

    message_ids: tuple[str, ...]
    recipient: str
    words: str
    is_final: bool


def read_bounce(message: Message) -> BounceReport | None:
    """None for a mail that is no bounce: an answer of a person, an automatic reply, a receipt of reading or delivery.

    `message` is best parsed with the policy `compat32`: the newer ones raise on some headers of strangers.
    """
    own, returned = _parts(message)
    kind = str(message.get_param("report-type") or "").casefold()
    if kind and kind != "delivery-status":
        return None
    status = next((part for part in own if part.get_content_type() == "message/delivery-status"), None)
    if status is not None and (kind or _is_from_robot(message)):
        return _standard(message, own, returned, status)
    return _plain(message, own, returned)


def _standard(
    message: Message, own: list[Message], returned: list[Message], status: Message
) -> BounceReport | None:
    """RFC 3464: a block about the message, then one about each recipient; ours have one."""
    for block in _inner(status):
        action = _field(block, "Action").casefold()
        if action not in ("failed", "delayed"):
            continue
        diagnostic = _value(_field(block, "Diagnostic-Code"))
        words = diagnostic or _found_in(own, _ANSWER) or _field(block, "Status") or _field(message, "Subject")
        recipient = _value(_field(block, "Original-Recipient")) or _value(_field(block, "Final-Recipient"))
        ids = _ids(message, own, returned)
        return BounceReport(ids, recipient.strip("<>"), _short(words), action == "failed")
    return None


def _plain(message: Message, own: list[Message], returned: list[Message]) -> BounceReport | None:
    subject = _field(message, "Subject")
    if not _is_from_robot(message) or "replied" in _field(message, "Auto-Submitted").casefold():
        return None
    is_final = bool(_RETURNED.search(subject))
    if not is_final and not _DELAYED.search(subject):
        return None
    words = _found_in(own, _ANSWER) or _found_in(own, _REASON) or subject
    recipient = _value(_field(message, "X-Failed-Recipients"))
    return BounceReport(_ids(message, own, returned), recipient, _short(words), is_final)


def _is_from_robot(message: Message) -> bool:
    """The empty return path that RFC 5321 asks of a bounce, or a name under which mail systems write."""
    if "Return-Path" in message and _field(message, "Return-Path").strip() in ("<>", ""):
        return True
    sender = re.search(r"([^\s<>@\"]{1,100})@[^\s<>@]{1,200}>?\s*$", _field(message, "From"))
    return bool(sender and _ROBOTS.match(sender[1]))


def _parts(message: Message) -> tuple[list[Message], list[Message]]:
    """Its own parts, and the messages in it; without recursion, and no more than a bounce can want."""
    own: list[Message] = []
    returned: list[Message] = []
    waiting = [message]
    while waiting and len(own) < _MOST_PARTS:
        part = waiting.pop(0)
        own.append(part)
        if part.get_content_type() == "message/rfc822":
            returned += _inner(part)
        elif part.get_content_maintype() == "multipart":
            waiting += _inner(part)
    return own, returned


def _inner(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [one for one in inner[:_MOST_PARTS] if not isinstance(one, str)] if isinstance(inner, list) else []


def _ids(message: Message, own: list[Message], returned: list[Message]) -> tuple[str, ...]:
    """Message-IDs in the order of trust: of the returned message, of its quoted headers, of what is answered."""
    found = [_field(part, "Message-ID") or _hidden_id(part) for part in returned]
    for part in own:
        if part.get_content_maintype() in ("text", "application"):
            found += _QUOTED_ID.findall(_text(part))
    found += [_field(message, name) for name in ("X-Original-Message-ID", "In-Reply-To", "References")]
    ids = (one for text in found for one in _MESSAGE_ID.findall(text))
    return tuple(dict.fromkeys(ids))[:20]


def _hidden_id(part: Message) -> str:
    """The Message-ID of a message that is returned in base64, which the standard forbids and some servers do."""
    text = part.get_payload()
    try:
        content = b64decode(text[:_LONGEST_TEXT]) if isinstance(text, str) else b""
    except ValueError:
        return ""
    found = _QUOTED_ID.search(content.decode("ascii", "replace"))
    return found[1] if found else ""


def _found_in(parts: list[Message], pattern: re.Pattern[str]) -> str:
    """What the pattern finds first in the words of the report: its last group, else all of it."""
    for part in parts:
        if part.get_content_type() in ("text/plain", "text/html") and (found := pattern.search(_text(part))):
            return found[pattern.groups]
    return ""


def _text(part: Message) -> str:
    """The words of a part, markup taken out; what is labelled gb2312 often holds GBK."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = str(part.get_param("charset") or "utf-8").casefold()
    content = content[:_LONGEST_TEXT]
    if charset in ("gb2312", "gbk", "hz-gb-2312"):
        charset = "gb18030"
    try:
        text = content.decode(charset, "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    if part.get_content_type() == "text/html":
        seen = "".join(_UNSEEN.split(piece, maxsplit=1)[0] for piece in _UNSEEN_END.split(text))
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", seen)))
    return text


def _field(part: Message, name: str) -> str:
    """A header in readable words; "" where it is missing or cannot be read."""
    value = str(part.get(name, ""))
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, HeaderParseError):
        return value


def _value(field: str) -> str:
    """What follows the type of a field: `smtp; 550 no such user`, `rfc822;a@example.org`."""
    kind, separator, value = field.partition(";")
    return value.strip() if separator and kind.strip().replace("-", "").isalnum() else field.strip()


def _short(words: str) -> str:
    return one_line(words)[:_LONGEST_WORDS]
