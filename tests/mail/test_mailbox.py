"""The mailbox at a real server: what is taken, what is marked, and what survives a dropped connection or a kill."""

from __future__ import annotations

import os
import pkgutil
import signal
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import pytest
from imap_tools import MailBoxUnencrypted
from sqlmodel import select

from tests.example import SHANGHAI, build_example
from tests.mail.dovecot import Dovecot, dovecot, why_not
from tests.mail.letters import blank_form, fill_form, posted
from tests.mail.smtp_sink import free_port
from tracker import jobs
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import TOO_LARGE, is_time_to_poll, receive_mail
from tracker.actions.site.examine_site import examine_site
from tracker.db import open_database
from tracker.mail import mailbox as mailbox_module
from tracker.mail.mailbox import ImapMailbox, MailboxError
from tracker.models import IncomingMail, IncomingState, MailboxPlace, OutgoingMail, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imap_tools import BaseMailBox

    from tracker.config import Imap, Settings
    from tracker.db import Database

pytestmark = [
    pytest.mark.dovecot,
    pytest.mark.skipif(bool(why_not()), reason=f"NOT RUN AGAINST DOVECOT: {why_not()}"),
]

NOW = datetime(2024, 9, 30, 10, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


def with_mailbox(settings: Settings, imap: Imap) -> Settings:
    return settings.model_copy(update={"mailbox": settings.mailbox.model_copy(update={"imap": imap})})


@pytest.fixture
def live(settings: Settings, server: Dovecot) -> Settings:
    """The site's settings with an account at dovecot."""
    return with_mailbox(settings, server.mailbox())


def stored(database: Database) -> list[IncomingMail]:
    with database.reading() as session:
        return list(session.exec(select(IncomingMail).order_by(IncomingMail.id)))  # type: ignore[arg-type]


def place(database: Database, folder: str = "INBOX") -> MailboxPlace:
    with database.reading() as session:
        return session.get_one(MailboxPlace, folder)


def flags(imap: Imap, folder: str = "INBOX") -> list[tuple[str, ...]]:
    """Of every mail in the folder."""
    assert imap.password
    with MailBoxUnencrypted(imap.host, imap.port).login(
        imap.username, imap.password.get_secret_value(), folder
    ) as box:
        return [message.flags for message in box.fetch(mark_seen=False)]


def test_each_mail_is_taken_once_and_marked_as_read(
    database: Database, live: Settings, server: Dovecot
) -> None:
    imap = live.mailbox.imap
    for number in range(3):
        server.deliver(imap, posted("a@example.org", message_id=f"<{number}@example.org>"))
    assert receive_mail(database, live, NOW).stored == 3
    server.deliver(imap, posted("a@example.org", message_id="<3@example.org>"))
    again = receive_mail(database, live, NOW)
    assert (again.stored, again.known, again.trouble) == (1, 0, "")
    assert [mail.message_id for mail in stored(database)] == [f"<{n}@example.org>" for n in range(4)]
    assert all("\\Seen" in found for found in flags(imap))
    assert place(database).polled_at == NOW


def test_what_was_taken_is_moved_where_a_folder_is_named(
    sqlite_database: Database, settings: Settings, server: Dovecot
) -> None:
    imap = server.mailbox(done_folder="已收")
    live = with_mailbox(settings, imap)
    server.deliver(imap, posted("a@example.org"))
    assert receive_mail(sqlite_database, live, NOW).stored == 1
    assert flags(imap) == []
    assert len(flags(imap, "已收")) == 1


def test_nobody_elses_deleted_mails_are_emptied(
    sqlite_database: Database, live: Settings, server: Dovecot
) -> None:
    imap = live.mailbox.imap
    server.deliver(imap, posted("a@example.org"))
    assert imap.password
    with MailBoxUnencrypted(imap.host, imap.port).login(
        imap.username, imap.password.get_secret_value()
    ) as box:
        box.client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    receive_mail(sqlite_database, live, NOW)
    assert len(flags(imap)) == 1


def test_a_mailbox_that_is_numbered_anew_imports_nothing_twice(
    database: Database, live: Settings, server: Dovecot
) -> None:
    imap = live.mailbox.imap
    for number in range(3):
        server.deliver(imap, posted("a@example.org", message_id=f"<{number}@example.org>"))
    receive_mail(database, live, NOW)
    before = place(database).uid_validity
    server.renumber(imap)
    server.deliver(imap, posted("a@example.org", message_id="<new@example.org>"))
    again = receive_mail(database, live, NOW)
    assert place(database).uid_validity != before
    assert (again.stored, again.known) == (1, 3)


def test_of_a_mail_that_is_too_large_only_the_header_is_kept_and_a_contact_is_told(
    sqlite_database: Database, live: Settings, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_module, "LARGEST_MAIL", 10_000)
    with sqlite_database.transaction() as session:
        build_example(session, live)
    server.deliver(live.mailbox.imap, posted("a@example.org", ("照片.bin", b"x" * 20_000)))
    receive_mail(sqlite_database, live, NOW)
    process_mail(sqlite_database, live, NOW)
    (mail,) = stored(sqlite_database)
    assert (mail.state, mail.reason) == (IncomingState.QUARANTINED, TOO_LARGE)
    assert len(mail.content) < 10_000
    with sqlite_database.reading() as session:
        (answer,) = session.exec(select(OutgoingMail).where(OutgoingMail.kind == "form_receipt")).all()
    assert "超过 25 MB" in answer.text


def test_a_server_that_is_away_is_said_so_and_tried_again_after_a_pause(
    sqlite_database: Database, settings: Settings, server: Dovecot
) -> None:
    away = with_mailbox(settings, server.mailbox(port=free_port()))
    assert receive_mail(sqlite_database, away, NOW).trouble
    assert "127.0.0.1" in place(sqlite_database).last_error
    with sqlite_database.reading() as session:
        assert not is_time_to_poll(session, away, NOW + timedelta(seconds=60))
        assert is_time_to_poll(session, away, NOW + timedelta(seconds=121))
    live = with_mailbox(settings, server.mailbox())
    assert receive_mail(sqlite_database, live, NOW).trouble == ""
    assert place(sqlite_database).last_error == ""


def test_the_doctor_looks_into_the_mailbox_and_takes_nothing(
    sqlite_database: Database, live: Settings, server: Dovecot
) -> None:
    server.deliver(live.mailbox.imap, posted("a@example.org"))

    def found(settings: Settings) -> bool:
        (finding,) = [one for one in examine_site(settings) if one.subject == "来件邮箱"]
        return finding.is_good

    assert found(live)
    assert not found(with_mailbox(live, server.mailbox(port=free_port())))
    assert stored(sqlite_database) == []
    assert flags(live.mailbox.imap) == [()]


def test_a_wrong_password_is_said_so(sqlite_database: Database, settings: Settings, server: Dovecot) -> None:
    wrong = with_mailbox(settings, server.mailbox(password="wrong"))
    assert "AUTHENTICATIONFAILED" in receive_mail(sqlite_database, wrong, NOW).trouble


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_encrypted_mailbox_is_read_where_its_certificate_is_trusted_and_not_otherwise(
    sqlite_database: Database,
    settings: Settings,
    server: Dovecot,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
) -> None:
    port = server.tls_port if security == "tls" else server.port
    live = with_mailbox(settings, server.mailbox(port=port, security=security))
    server.deliver(live.mailbox.imap, posted("a@example.org"))
    assert "CERTIFICATE_VERIFY_FAILED" in receive_mail(sqlite_database, live, NOW).trouble
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    assert receive_mail(sqlite_database, live, NOW).stored == 1


class Old(ImapMailbox):
    """A server that cannot move, as some still are."""

    def __enter__(self) -> Self:
        super().__enter__()
        self._can -= {"MOVE"}
        return self


def test_a_server_that_cannot_move_is_made_to_copy_and_delete(
    sqlite_database: Database, settings: Settings, server: Dovecot
) -> None:
    imap = server.mailbox(done_folder="Done")
    live = with_mailbox(settings, imap)
    server.deliver(imap, posted("a@example.org"))
    assert receive_mail(sqlite_database, live, NOW, Old(imap)).trouble == ""
    assert flags(imap) == []
    assert len(flags(imap, "Done")) == 1


def test_a_folder_that_cannot_be_made_is_said_so_and_keeps_nothing_from_being_read(
    sqlite_database: Database, settings: Settings, server: Dovecot
) -> None:
    imap = server.mailbox()
    server.deliver(imap, posted("a@example.org"))
    wrong = imap.model_copy(update={"done_folder": "gone"})

    class Refusing(ImapMailbox):
        def _open(self, box: BaseMailBox) -> None:
            super()._open(box)
            box.folder.delete("gone")

    received = receive_mail(sqlite_database, with_mailbox(settings, wrong), NOW, Refusing(wrong))
    assert received.stored == 1
    assert "未能在邮箱中标记或移动" in received.trouble
    assert receive_mail(sqlite_database, with_mailbox(settings, imap), NOW).known == 0


def test_a_site_without_a_mailbox_polls_nothing(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.reading() as session:
        assert not is_time_to_poll(session, settings, NOW)
    assert jobs.read_mailbox(sqlite_database, settings, NOW) == 0


class Dropping(ImapMailbox):
    """A mailbox whose connection drops before a mail is marked."""

    def mark_taken(self, uid: int) -> None:
        del uid
        raise MailboxError(reason="connection lost")


def test_a_connection_that_drops_between_store_and_flag_loses_and_doubles_nothing(
    database: Database, live: Settings, server: Dovecot
) -> None:
    imap = live.mailbox.imap
    for number in range(3):
        server.deliver(imap, posted("a@example.org", message_id=f"<{number}@example.org>"))
    for _ in range(2):
        assert "connection lost" in receive_mail(database, live, NOW, Dropping(imap)).trouble
    assert len(stored(database)) == 1
    again = receive_mail(database, live, NOW)
    assert (again.stored, again.known, again.trouble) == (2, 1, "")
    assert len(stored(database)) == 3
    assert all("\\Seen" in found for found in flags(imap))


# Where a process is killed: before the call named, or right after it.
STEPS = (
    ("tracker.actions.mailbox.receive_mail.ImapMailbox.fetch", "after"),
    ("tracker.actions.mailbox.receive_mail.store_mail", "after"),
    ("tracker.actions.mailbox.receive_mail.ImapMailbox.mark_taken", "before"),
    ("tracker.actions.mailbox.receive_mail.ImapMailbox.mark_taken", "after"),
    ("tracker.actions.mailbox.process_mail.read_mail", "after"),
    ("tracker.actions.mailbox.settle_mail.file_form", "after"),
    ("tracker.actions.mailbox.settle_mail.answer_mail", "after"),
    ("tracker.actions.mailbox.process_mail.settle_mail", "after"),
)


def killed_at(name: str, when: str, run: Callable[[], object]) -> None:
    """Runs in a child process that dies by SIGKILL at its second call of `name`."""
    child = os.fork()
    if child == 0:
        calls = 0
        inner = pkgutil.resolve_name(name)

        def step(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == 2 and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = inner(*arguments, **named)
            if calls == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        try:
            owner, _, attribute = name.rpartition(".")
            setattr(pkgutil.resolve_name(owner), attribute, step)
            run()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"not killed at {name}"


@pytest.mark.parametrize(("name", "when"), STEPS)
def test_a_kill_at_any_step_loses_nothing_and_files_nothing_twice(
    sqlite_database: Database, live: Settings, server: Dovecot, name: str, when: str
) -> None:
    imap = live.mailbox.imap
    with sqlite_database.transaction() as session:
        example = build_example(session, live)
        form = blank_form(session, live, example, example.county_a)
    for number in ("1", "2"):
        content = posted("a@example.org", ("f.xlsx", fill_form(form, {number: f"第 {number} 项。"})))
        server.deliver(imap, content)
    sqlite_database.close()

    def run() -> None:
        database = open_database(live)
        receive_mail(database, live, NOW)
        process_mail(database, live, NOW)

    killed_at(name, when, run)
    run()
    mails = stored(sqlite_database)
    assert [mail.state for mail in mails] == [IncomingState.FILED, IncomingState.FILED]
    with sqlite_database.reading() as session:
        versions = session.exec(select(ProgressUpdate)).all()
        answers = session.exec(select(OutgoingMail).where(OutgoingMail.kind == "form_receipt")).all()
    assert sorted(update.text for update in versions) == ["第 1 项。", "第 2 项。"]
    assert [update.version for update in versions] == [1, 1]
    assert len(answers) == 2
    assert all("\\Seen" in found for found in flags(imap))
