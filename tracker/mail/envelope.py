"""The message as it travels (RFC 5322), built from a queued mail.

The header lines are written here, not by `email.policy`: on Python 3.11.7 that turns an encoded-word which
holds a line break into a real second header. What is not plainly ASCII is encoded whole, so nothing a user
typed is read as header syntax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from tracker.domain.texts import one_line
from tracker.errors import MailNotSentError, SettingsError
from tracker.mail.mime import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.config import Settings
    from tracker.models import MailAttachment, OutgoingMail

_PLAIN_WORDS: Final = re.compile(r"[\w !#$%&'*+,./:-]{1,60}", re.ASCII)
# Narrower than RFC 5321: ASCII only, no quoted local part.
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)
_MESSAGE_ID: Final = re.compile(r"<[\w.+-]+@[\w.-]+>", re.ASCII)
# The Message-ID of somebody else's mail, which may look as it likes.
_FOREIGN_ID: Final = re.compile(r"<[!-;=?-~]{1,240}>", re.ASCII)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message and its way: `sender` and `recipient` are what MAIL FROM and RCPT TO say."""

    message_id: str
    sender: str
    recipient: str
    content: bytes


def seal(mail: OutgoingMail, attachments: Iterable[MailAttachment], settings: Settings) -> Envelope:
    """The message of `mail`: text and HTML, then the attachments; 7-bit throughout, so every server takes it.

    Raises MailNotSentError (permanent) when the recipient's address is none, SettingsError when one of our
    own is none.
    """
    sender, recipient, mailbox = settings.mail.sender, mail.to_address, settings.mailbox.address
    for path, address in (("mail.sender", sender), ("mailbox.address", mailbox)):
        if not _ADDRESS.fullmatch(address):
            raise SettingsError(path=path, reason=f"“{address}”不是可用的邮箱地址")
    if not _ADDRESS.fullmatch(recipient):
        raise MailNotSentError(reason=f"“{one_line(recipient)}”不是可用的邮箱地址", is_permanent=True)
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise MailNotSentError(
            reason=f"“{one_line(mail.message_id)}”不是可用的 Message-ID", is_permanent=True
        )
    headers = {
        "From": _mailbox("From", settings.mail.sender_name, sender),
        "To": _mailbox("To", mail.to_name, recipient),
        "Reply-To": mailbox,
        "Subject": _words("Subject", mail.subject),
        "Date": format_datetime(mail.created_at.astimezone(settings.site.zone)),
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
    }
    if _FOREIGN_ID.fullmatch(mail.answers):
        headers |= {"In-Reply-To": mail.answers, "References": mail.answers, "Auto-Submitted": "auto-replied"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    content = lines.encode("ascii") + body_of(mail.text, mail.html, attachments)
    return Envelope(mail.message_id, sender, recipient, content)


def _words(header: str, text: str) -> str:
    """`text` as the value of `header`: as it is where it is short plain ASCII, else in encoded-words."""
    # A lone surrogate, which no encoding knows, becomes a question mark.
    text = one_line(text).encode("utf-8", "replace").decode("utf-8")
    if not text or _PLAIN_WORDS.fullmatch(text):
        return text
    return Header(text, "utf-8", header_name=header, maxlinelen=76).encode(linesep="\r\n")


def _mailbox(header: str, name: str, address: str) -> str:
    words = _words(header, name)
    if not words:
        return address
    return f'"{words}" <{address}>' if _PLAIN_WORDS.fullmatch(words) else f"{words}\r\n <{address}>"
