"""The office's mailbox (IMAP, RFC 3501): what is new in one folder, each mail whole, and the mark that it was taken.

imap-tools signs in and knows folder names; the rest goes through its client directly, because its own flagging and
moving empty the folder of whatever people have marked as deleted.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from tracker.domain.texts import one_line
from tracker.errors import TrackerError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from types import TracebackType

    from tracker.config import Imap

# Of a larger one only the header is fetched.
LARGEST_MAIL: Final = 25 * 1024 * 1024
_LONGEST_REASON: Final = 300
_ERRORS: Final = (imaplib.IMAP4.error, ImapToolsError, OSError, ValueError)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE: Final = re.compile(rb'INTERNALDATE "([^"]+)"')


class MailboxError(TrackerError):
    """The mailbox could not be read this time; it is tried again. `reason` is the server's word, or the system's."""

    message = mark("来件邮箱暂时无法读取：{reason}")


class NotMarkedError(MailboxError):
    """The mail was taken, but the server does not let it be marked or moved."""

    message = mark("来件已收下，但未能在邮箱中标记或移动：{reason}")


class RefusedError(MailboxError):
    """The server answered NO or BAD to one command; the connection stands."""


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """`content` is the header only unless `is_whole`; `arrived_at` is when the server took it, None where it does
    not say."""

    content: bytes
    arrived_at: datetime | None
    is_whole: bool


class Mailbox(Protocol):
    """One folder, opened. Everything raises MailboxError when the connection is lost."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def uid_validity(self) -> int: ...

    def uids(self, *, after: int, since: date) -> Sequence[int]:
        """Ascending, those above `after`; with `after` 0 those that came on or after the day."""

    def fetch(self, uid: int) -> FetchedMail | None:
        """None for one that has gone meanwhile. Raises RefusedError where the server cannot give it."""

    def mark_taken(self, uid: int) -> None:
        """Raises NotMarkedError where the server refuses."""


class ImapMailbox:
    def __init__(self, imap: Imap) -> None:
        self._imap = imap
        self._box: BaseMailBox | None = None
        self._uid_validity = 0
        self._can: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        try:
            self._box = self._connected()
            self._open(self._box)
        except _ERRORS as error:
            self._leave()
            raise self._trouble(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    @property
    def uid_validity(self) -> int:
        return self._uid_validity

    def uids(self, *, after: int, since: date) -> Sequence[int]:
        day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
        criteria = ("UID", f"{after + 1}:*") if after else ("SINCE", day)
        data = self._ask("SEARCH", *criteria)
        found = {
            int(word) for part in data if isinstance(part, bytes) for word in part.split() if word.isdigit()
        }
        # `n:*` names the last mail even where it is below n.
        return sorted(uid for uid in found if uid > after)

    def fetch(self, uid: int) -> FetchedMail | None:
        about = b" ".join(_flat(self._ask("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")))
        size = _SIZE.search(about)
        if size is None:
            return None
        is_whole = int(size[1]) <= LARGEST_MAIL
        data = self._ask("FETCH", str(uid), "(BODY.PEEK[])" if is_whole else "(BODY.PEEK[HEADER])")
        content = next((part[1] for part in data if isinstance(part, tuple)), None)
        if content is None:
            return None
        return FetchedMail(content, _moment(about), is_whole)

    def mark_taken(self, uid: int) -> None:
        try:
            if self._imap.done_folder:
                self._move(uid)
            else:
                self._ask("STORE", str(uid), "+FLAGS", r"(\Seen)")
        except RefusedError as error:
            raise NotMarkedError(reason=error.fields["reason"]) from error

    def _move(self, uid: int) -> None:
        folder: Any = encode_folder(self._imap.done_folder)
        if "MOVE" in self._can:
            self._ask("MOVE", str(uid), folder)
            return
        self._ask("COPY", str(uid), folder)
        self._ask("STORE", str(uid), "+FLAGS", r"(\Seen \Deleted)")
        if "UIDPLUS" in self._can:
            # A plain EXPUNGE would also remove what somebody else has marked.
            self._ask("EXPUNGE", str(uid))

    @property
    def _client(self) -> imaplib.IMAP4:
        assert self._box is not None  # noqa: S101 - used within `with`
        return self._box.client

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        try:
            status, data = self._client.uid(command, *arguments)
        except imaplib.IMAP4.abort as error:
            raise self._trouble(error) from error
        except imaplib.IMAP4.error as error:
            raise RefusedError(reason=_short(str(error))) from error
        except _ERRORS as error:
            raise self._trouble(error) from error
        if status != "OK":
            raise RefusedError(reason=_short(b" ".join(_flat(data)).decode("utf-8", "replace")))
        return list(data)

    def _connected(self) -> BaseMailBox:
        imap = self._imap
        if imap.security == "none":
            return MailBoxUnencrypted(imap.host, imap.port, imap.timeout_seconds)
        context = ssl.create_default_context()
        box = MailBox if imap.security == "tls" else MailBoxStartTls
        return box(imap.host, imap.port, timeout=imap.timeout_seconds, ssl_context=context)

    def _open(self, box: BaseMailBox) -> None:
        password = self._imap.password.get_secret_value() if self._imap.password else ""
        box.login(self._imap.username, password, initial_folder=None)
        # Asked again: before the sign-in a server does not say all that it can.
        _, data = box.client.capability()
        self._can = frozenset(b" ".join(_flat(data)).decode("ascii", "replace").upper().split())
        if "ID" in self._can:
            # 163 and its sisters let nobody in who has not said what program it is (RFC 2971).
            box.client.xatom("ID", '("name" "duban-tracker")')
        if self._imap.done_folder and not box.folder.exists(self._imap.done_folder):
            box.folder.create(self._imap.done_folder)
        box.folder.set(self._imap.folder)
        _, data = box.client.response("UIDVALIDITY")
        self._uid_validity = int(data[0]) if data and data[0] else 0

    def _leave(self) -> None:
        if self._box is None:
            return
        try:
            self._box.logout()
        except _ERRORS:
            # What was taken is taken; a server that does not say goodbye changes nothing.
            self._box.client.shutdown()
        self._box = None

    def _trouble(self, error: Exception) -> MailboxError:
        words = str(error) or type(error).__name__
        if isinstance(error, ImapToolsError) and (result := getattr(error, "command_result", None)):
            words = b" ".join(_flat(result[1])).decode("utf-8", "replace")
        return MailboxError(reason=_short(f"{self._imap.host}:{self._imap.port} {words}"))


def _flat(data: Any) -> list[bytes]:  # noqa: ANN401 - imaplib's lists of bytes and pairs
    found: list[bytes] = []
    for part in data or ():
        found += [
            piece for piece in (part if isinstance(part, tuple) else (part,)) if isinstance(piece, bytes)
        ]
    return found


def _moment(about: bytes) -> datetime | None:
    found = _DATE.search(about)
    try:
        day, month, rest = (found[1] if found else b"").decode("ascii", "replace").strip().split("-", 2)
        number = _MONTHS.index(month.title()) + 1
        return datetime.strptime(f"{day}-{number}-{rest}", "%d-%m-%Y %H:%M:%S %z")
    except ValueError:
        return None


def _short(words: str) -> str:
    return one_line(words)[:_LONGEST_REASON]
