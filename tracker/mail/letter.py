"""A mail before it is queued: words only, no headers and no state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """`media_type` may carry parameters: `text/calendar; method=PUBLISH`."""

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person. `cause` says what it is for and is unique for ever: the same cause is never
    mailed twice (for a reminder: address, moment). `answers` is the Message-ID of the mail that this one answers."""

    cause: str
    kind: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    answers: str = ""
    channel: str = "mail"
