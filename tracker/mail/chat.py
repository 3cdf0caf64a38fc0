"""A message to a chat robot, by Apprise: an extra (`pip install duban-tracker[chat]`)."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from tracker.domain.chat_address import is_chat_address, masked
from tracker.errors import MailNotSentError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tracker.config import Chat

# 企业微信 takes 2,048 with the subject, and says so to nobody.
_MOST_BYTES: Final = 1700
_NOT_INSTALLED: Final = "没有安装群机器人组件：pip install duban-tracker[chat]"
_NOT_ALLOWED: Final = "{address} 不是允许的群机器人"
_PRIVATE: Final = "{address} 指向本机或内网，已拒绝"
_NOT_TAKEN: Final = "{address} 没有接收"


def send_chat(url: str, subject: str, text: str, chat: Chat) -> None:
    """Raises MailNotSentError, permanent where trying again is of no use. Its words never hold the address."""
    if not is_chat_address(url, chat.schemas):
        raise _failure(_NOT_ALLOWED, url)
    try:
        from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - an extra, and slow to load

        from tracker.mail.guarded import guarded  # noqa: PLC0415 - what it guards comes with the extra
    except ImportError as error:
        raise MailNotSentError(reason=_NOT_INSTALLED, is_permanent=True) from error
    # They write addresses, and with them the secret.
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    robot = Apprise.instantiate(url, suppress_exceptions=True)
    if robot is None:
        raise _failure(_NOT_ALLOWED, url)
    guard: AbstractContextManager[list[str]] = nullcontext([]) if chat.allow_private else guarded()
    with guard as refused:
        is_sent = robot.notify(body=_fitting(text), title=subject, body_format=NotifyFormat.TEXT)
    if refused:
        raise _failure(_PRIVATE, url)
    if not is_sent:
        raise _failure(_NOT_TAKEN, url, is_permanent=False)


def _fitting(text: str) -> str:
    """Of a long text the beginning and the end, where the link stands; with room left for the subject."""
    content = text.encode()
    if len(content) <= _MOST_BYTES:
        return text
    head = content[: _MOST_BYTES // 2].decode(errors="ignore")
    tail = content[-_MOST_BYTES // 2 :].decode(errors="ignore")
    return f"{head}\n……\n{tail}"


def _failure(words: str, url: str, *, is_permanent: bool = True) -> MailNotSentError:
    return MailNotSentError(reason=words.format(address=masked(url)), is_permanent=is_permanent)
