"""Which mails a machine wrote (RFC 3834): they are never answered, or two machines would write to each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.mail.arrival import Head

_MARKS: Final = ("list-id", "x-autoreply", "x-autorespond", "x-auto-reply")
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_DAEMONS: Final = frozenset({"mailer-daemon", "postmaster"})
# What QQ, 163, Exchange and the like put before the subject, where they put nothing into the header.
_SUBJECT: Final = re.compile(
    r"(?:(?:re|回复|答复)[:：]\s*)*[\[【(（]?\s*"
    r"(?:自动回复|自动答复|系统退信|退信|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office)",
    re.IGNORECASE,
)
_COMMENT: Final = re.compile(r"\([^()]*\)")
_VERDICT: Final = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*(\w+)", re.IGNORECASE)
_FAILED: Final = frozenset({"fail", "hardfail", "softfail"})


def why_automatic(head: Head, own_addresses: Collection[str]) -> str:
    """The reason as a source text; "" for a person's mail."""
    address = head.from_address.casefold()
    is_report = head.first("content-type").lower().startswith("multipart/report")
    is_from_daemon = address.partition("@")[0] in _DAEMONS or "<>" in head.first("return-path")
    is_bulk = head.first("precedence").lower() in _BULK or any(name in head.headers for name in _MARKS)
    found = (
        (address in {own.casefold() for own in own_addresses}, mark("由本系统自己的邮箱发出。")),
        (is_report or is_from_daemon, mark("邮件服务器的通知（退信等）。")),
        (_said(head, "auto-submitted") not in ("", "no"), mark("自动发出的邮件。")),
        (bool(_SUBJECT.match(head.subject)), mark("自动回复。")),
        (is_bulk, mark("群发或邮件列表的邮件。")),
        (_said(head, "x-auto-response-suppress") not in ("", "none"), mark("邮件要求不作自动答复。")),
    )
    return next((reason for holds, reason in found if holds), "")


def _said(head: Head, name: str) -> str:
    return head.first(name).partition(";")[0].strip().lower()


def failed_checks(head: Head, authserv: str) -> tuple[str, ...]:
    """Which of DMARC, DKIM and SPF the trusted server says have failed (RFC 8601), by name; none without one."""
    failed = []
    for value in head.headers.get("authentication-results", ()):
        server, _, results = _COMMENT.sub(" ", value).partition(";")
        if authserv and server.split()[:1] == [authserv]:
            failed += [
                name.upper() for name, verdict in _VERDICT.findall(results) if verdict.lower() in _FAILED
            ]
    return tuple(dict.fromkeys(failed))
