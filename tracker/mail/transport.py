"""Ways out for a message: a folder of .eml files, or an SMTP server."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, Self

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from tracker.domain.addresses import domain_of
from tracker.domain.texts import one_line
from tracker.errors import MailNotSentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from tracker.config import Settings, Smtp
    from tracker.mail.envelope import Envelope

# Steps of one delivery that may each wait for the whole time limit: connect, greeting, EHLO, STARTTLS, AUTH
# (three), MAIL, RCPT, DATA, the text, RSET.
LONGEST_DELIVERY_STEPS: Final = 12
_LONGEST_REASON: Final = 500
_SEND_TEXT: Final = 354
_ACCEPTED: Final = 250
_CLOSING: Final = 421
_TOO_LARGE: Final = 552
_SIGN_IN_FIRST: Final = {530, 534, 535, 538}
_PERMANENT: Final = range(500, 600)


class MailServerError(MailNotSentError):
    """The server, not the mail: the others would fare alike, and the batch stops.

    `is_about_mail` where this mail may be what the server stumbled over, and its attempt counts.
    """

    def __init__(self, *, reason: str, is_about_mail: bool = False) -> None:
        self.is_about_mail = is_about_mail
        super().__init__(reason=reason, is_permanent=False)


class NoConnectionError(MailServerError):
    """No connection could be had. While others work it says only that the server wants no more of them."""


class TooLateError(MailNotSentError):
    """The text was not given away: another worker may have the mail by now."""

    def __init__(self) -> None:
        super().__init__(reason="", is_permanent=False)


class Transport(Protocol):
    """One way out, opened once for several mails; one mail at a time.

    `send` raises MailNotSentError, MailServerError to stop the batch, or TooLateError.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def send(self, envelope: Envelope) -> None: ...


def transport_of(settings: Settings, is_in_time: Callable[[], bool] = lambda: True) -> Transport:
    """The way out that the settings name; `is_in_time` is asked last before a mail is out of our hands."""
    if settings.mail.transport == "folder":
        return FolderTransport(settings.at_root(settings.mail.folder))
    return SmtpTransport(settings.mail.smtp, hello=domain_of(settings.mail.sender), is_in_time=is_in_time)


class FolderTransport:
    """Writes each message to a file of its own; the same message again replaces its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def send(self, envelope: Envelope) -> None:
        """Raises MailServerError when the folder cannot be written."""
        name = re.sub(r"[^\w.@+-]", "_", envelope.message_id.strip("<>"), flags=re.ASCII) + ".eml"
        try:
            await asyncio.to_thread(self._write, self._folder / name, envelope.content)
        except OSError as error:
            raise MailServerError(reason=_short(str(error))) from error

    def _write(self, target: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a reader never meets half a mail under its name.
        handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(target)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise


class SmtpTransport:
    """One connection, opened at the first mail and again when the server has dropped it."""

    def __init__(self, smtp: Smtp, *, hello: str, is_in_time: Callable[[], bool] = lambda: True) -> None:
        """`hello` is the name in EHLO: asking for the machine's own can hang on a broken name server."""
        self._smtp = smtp
        self._hello = hello
        self._is_in_time = is_in_time
        self._client: SMTP | None = None
        self._wire: asyncio.BaseTransport | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client and self._client.is_connected:
            # What was sent is sent; a server that does not say goodbye changes nothing.
            with suppress(SMTPException, OSError):
                await self._client.quit()
            self._client.close()
        await self._hang_up()

    async def send(self, envelope: Envelope) -> None:
        """Raises MailNotSentError with the server's words; permanent only for a 5xx to this very mail."""
        client = await self._begin(envelope)
        try:
            await client.rcpt(envelope.recipient)
            await self._give_text(client, envelope.content)
        except TooLateError:
            # The server waits for a text: what gives the mail up is that none comes.
            client.close()
            raise
        except SMTPTimeoutError as error:
            raise MailServerError(reason=self._words(error), is_about_mail=True) from error
        except SMTPRecipientRefused as error:
            if error.code in _SIGN_IN_FIRST:
                raise MailServerError(reason=self._words(error)) from error
            await self._reset(client)
            raise self._refused(error) from error
        except SMTPResponseException as error:
            await self._reset(client)
            raise self._refused(error) from error
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise MailNotSentError(reason=self._words(error), is_permanent=False) from error

    async def _give_text(self, client: SMTP, content: bytes) -> None:
        """DATA, in two steps: once the final dot is said the mail is sent, whatever we come to know of it.

        Whoever was stopped for long at any step before must not say it: by then the mail has another worker.
        """
        answer = await client.execute_command(b"DATA")
        if answer.code != _SEND_TEXT:
            raise SMTPDataError(answer.code, answer.message)
        if (protocol := client.protocol) is None:
            raise SMTPServerDisconnected("Connection lost")
        text = as_text(content)
        if not self._is_in_time():
            raise TooLateError
        protocol.write(text)
        try:
            answer = await protocol.read_response(self._smtp.timeout_seconds)
        except (SMTPServerDisconnected, SMTPTimeoutError):
            client.close()
            raise
        if answer.code != _ACCEPTED:
            raise SMTPDataError(answer.code, answer.message)

    async def _begin(self, envelope: Envelope) -> SMTP:
        """A connection on which the server has accepted the sender (MAIL FROM)."""
        if self._client and self._client.is_connected:
            try:
                return await self._offer(self._client, envelope)
            except SMTPServerDisconnected:
                pass  # idle too long or enough mails for one connection: nothing of this mail was said yet
            except SMTPSenderRefused as error:
                if error.code != _CLOSING:
                    raise self._sender_refused(error) from error
            except (SMTPException, OSError) as error:
                raise NoConnectionError(reason=self._words(error)) from error
        await self._hang_up()
        self._client = await self._connect()
        try:
            return await self._offer(self._client, envelope)
        except SMTPSenderRefused as error:
            if error.code == _CLOSING:
                raise NoConnectionError(reason=self._words(error)) from error
            raise self._sender_refused(error) from error
        except (SMTPException, OSError, ValueError) as error:
            raise NoConnectionError(reason=self._words(error)) from error

    async def _offer(self, client: SMTP, envelope: Envelope) -> SMTP:
        size = [f"SIZE={len(envelope.content)}"] if client.supports_extension("size") else []
        await client.mail(envelope.sender, options=size)
        return client

    async def _connect(self) -> SMTP:
        """Raises NoConnectionError: unreachable, no such name, no TLS, a wrong password, too many of us."""
        smtp = self._smtp
        # A new object each time: a client keeps what the last server said.
        client = SMTP(
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.username or None,
            password=smtp.password.get_secret_value() if smtp.username and smtp.password else None,
            local_hostname=self._hello,
            timeout=smtp.timeout_seconds,
            use_tls=smtp.security == "tls",
            start_tls=smtp.security == "starttls",
        )
        try:
            await client.connect()
            await client.ehlo()
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            # A failed TLS handshake closes its socket in the loop's next turn; the loop may end before.
            await asyncio.sleep(0)
            raise NoConnectionError(reason=self._words(error)) from error
        self._wire = client.transport
        return client

    async def _hang_up(self) -> None:
        """Closes a connection whose TLS still waits for the server's own goodbye: the loop may end before it comes."""
        if isinstance(self._wire, asyncio.Transport):
            self._wire.abort()
            await asyncio.sleep(0)
        self._wire = None

    async def _reset(self, client: SMTP) -> None:
        """Makes the connection fit for the next mail, or gives it up."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            client.close()

    def _sender_refused(self, error: SMTPSenderRefused) -> MailNotSentError:
        if error.code == _TOO_LARGE:
            return MailNotSentError(reason=self._words(error), is_permanent=True)
        # Whatever else is said of the sender is said of every mail; 452 may still be this one's size.
        return MailServerError(reason=self._words(error), is_about_mail=True)

    def _refused(self, error: SMTPResponseException) -> MailNotSentError:
        return MailNotSentError(reason=self._words(error), is_permanent=error.code in _PERMANENT)

    def _words(self, error: Exception) -> str:
        if isinstance(error, SMTPResponseException):
            return _short(f"{error.code} {error.message}")
        return _short(f"{self._smtp.host}:{self._smtp.port} {str(error) or type(error).__name__}")


def as_text(content: bytes) -> bytes:
    """A message, which begins with a header, as DATA wants it: a leading dot is doubled, a lone one ends it."""
    text = content.replace(b"\r\n.", b"\r\n..")
    return text + (b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n")


def _short(words: str) -> str:
    """A server's words fit for one line of a page, and for a database that refuses NUL."""
    return one_line(words)[:_LONGEST_REASON]
