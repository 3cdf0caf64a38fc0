"""A letter put together from the templates of its kind: one folder below `templates/mail/` each."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from tracker.mail.letter import Letter

if TYPE_CHECKING:
    from tracker.mail.letter import Attachment
    from tracker.mail.templates import MailTemplates

_LONGEST_CAUSE: Final = 200


def cause_of(*parts: str) -> str:
    """The parts joined, or where that is too long for its column the kind and a digest of all."""
    cause = ":".join(parts)
    if len(cause) <= _LONGEST_CAUSE:
        return cause
    return f"{parts[0]}:sha256:{hashlib.sha256(cause.encode()).hexdigest()}"


def compose(
    kind: str,
    cause: str,
    to: tuple[str, str],
    context: dict[str, Any],
    templates: MailTemplates,
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    words = templates.render(kind, context)
    return Letter(
        cause=cause,
        kind=kind,
        to_name=to[0],
        to_address=to[1],
        subject=words.subject,
        text=words.text,
        html=words.html,
        attachments=attachments,
    )
