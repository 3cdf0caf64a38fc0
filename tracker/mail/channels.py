"""Which words go by mail and which by chat: the same reminder, once for each way that its rung names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.mail.compose import cause_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tracker.mail.digest import Digest, DigestPart
    from tracker.mail.letter import Letter

MAIL: Final = "mail"
CHAT: Final = "chat"


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is told one way."""

    channel: str
    parts: tuple[DigestPart, ...]

    def addressed(self, letter: Letter) -> Letter:
        """For chat the cause is one of its own, beside that of the mail, and nothing is attached."""
        if self.channel == MAIL:
            return letter
        return replace(letter, cause=cause_of(CHAT, letter.cause), channel=CHAT, attachments=())


def by_channel(digest: Digest, robots: Collection[str]) -> Iterator[Told]:
    """`robots` are the addresses (lower case) of people with a chat robot. Who has none gets everything by mail."""
    has_robot = digest.to_address.casefold() in robots
    by_chat = tuple(part for part in digest.parts if has_robot and CHAT in part.channels)
    by_mail = tuple(part for part in digest.parts if MAIL in part.channels or part not in by_chat)
    if by_mail:
        yield Told(MAIL, by_mail)
    if by_chat:
        yield Told(CHAT, by_chat)
