"""A mail before it is queued: words only, no headers and no state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person. `cause` says what it is for and is unique for ever: the same cause is never
    mailed twice (for a reminder: address, moment)."""

    cause: str
    kind: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
