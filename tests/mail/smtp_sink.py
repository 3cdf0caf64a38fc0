"""A real SMTP server on loopback that keeps what it gets and misbehaves on request."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage


# Without slots: aiosmtpd looks through the attributes of its handler, and Python 3.11.2 trips over those of one.
@dataclass
class Sink:
    """`recipients` maps an address to the refusal it gets; `replies` are the answers to DATA, in turn.

    Beyond `most_connections` a newcomer is hung up on; `on_recipient` is called when an address has been said;
    one that `lingers` answers a goodbye and keeps its end open.
    """

    recipients: dict[str, str] = field(default_factory=dict)
    sender_reply: str = ""
    replies: list[str] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    connections: int = 0
    most_connections: int | None = None
    on_recipient: Callable[[str], None] = lambda _address: None
    lingers: bool = False
    port: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=default) for content in self.received]

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        if self.most_connections is not None and self.connections > self.most_connections:
            server.transport.abort()
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        refusal = self.recipients.get(address)
        if refusal == "drop":
            server.transport.abort()
        if refusal:
            return refusal
        self.on_recipient(address)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply == "stall":
            await asyncio.sleep(60)
        if reply.startswith(("2", "drop")):
            self.received.append(envelope.content)
        if reply == "drop":
            # The final dot was taken and the answer never came: the sender cannot know.
            server.transport.abort()
        return reply

    async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        if self.lingers:
            await server.push("221 Bye")
            await asyncio.sleep(60)
        return "221 Bye"


@contextmanager
def smtp_sink(sink: Sink | None = None, *, password: str = "", **options: Any) -> Iterator[Sink]:
    """Runs a server for the block; with a `password` it takes nothing without a login."""
    sink = sink or Sink()

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == password.encode(), handled=False)

    if password:
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
