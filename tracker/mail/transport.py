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
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from tracker.domain.texts import one_line
from tracker.errors import MailNotSentError

if TYPE_CHECKING:
    from types import TracebackType

    from tracker.config import Settings, Smtp
    from tracker.mail.envelope import Envelope

# Steps of one delivery that may each wait for the whole time limit: connect, greeting, EHLO, STARTTLS, AUTH
# (three), MAIL, RCPT, DATA, the text, RSET.
LONGEST_DELIVERY_STEPS: Final = 12
_LONGEST_REASON: Final = 500
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


class Transport(Protocol):
    """Opened once for a batch. `send` raises MailNotSentError, or MailServerError to stop the batch."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def send(self, envelope: Envelope) -> None: ...


def transport_of(settings: Settings) -> Transport:
    """The way out that the settings name."""
    if settings.mail.transport == "folder":
        return FolderTransport(settings.at_root(settings.mail.folder))
    return SmtpTransport(settings.mail.smtp, hello=settings.mail.sender.rpartition("@")[2])


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
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(self._folder / name, envelope.content)
        except OSError as error:
            raise MailServerError(reason=_short(str(error))) from error

    def _write(self, target: Path, content: bytes) -> None:
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
    """One connection for a batch, opened at the first mail and again when the server has dropped it."""

    def __init__(self, smtp: Smtp, *, hello: str) -> None:
        """`hello` is the name in EHLO: asking for the machine's own can hang on a broken name server."""
        self._smtp = smtp
        self._hello = hello
        self._client: SMTP | None = None

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

    async def send(self, envelope: Envelope) -> None:
        """Raises MailNotSentError with the server's words; permanent only for a 5xx to this very mail."""
        client = await self._begin(envelope)
        try:
            await client.rcpt(envelope.recipient)
            await client.data(envelope.content)
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
                raise MailServerError(reason=self._words(error)) from error
        self._client = await self._connect()
        try:
            return await self._offer(self._client, envelope)
        except SMTPSenderRefused as error:
            raise self._sender_refused(error) from error
        except (SMTPException, OSError, ValueError) as error:
            raise MailServerError(reason=self._words(error)) from error

    async def _offer(self, client: SMTP, envelope: Envelope) -> SMTP:
        size = [f"SIZE={len(envelope.content)}"] if client.supports_extension("size") else []
        await client.mail(envelope.sender, options=size)
        return client

    async def _connect(self) -> SMTP:
        """Raises MailServerError: unreachable, no such name, no TLS, a wrong password."""
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
            raise MailServerError(reason=self._words(error)) from error
        return client

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


def _short(words: str) -> str:
    """A server's words fit for one line of a page, and for a database that refuses NUL."""
    return one_line(words)[:_LONGEST_REASON]
