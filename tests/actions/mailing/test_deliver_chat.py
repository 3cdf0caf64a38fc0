"""The same reminder to a chat robot: queued beside the mail, sent once, and never into our own network."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, build_example
from tracker.actions.chasing.remind import plan_by_hand, send_reminders
from tracker.actions.mailing.deliver import deliver_all
from tracker.actions.people.import_contacts import import_contacts
from tracker.config import Chat, Settings
from tracker.domain.actors import Role
from tracker.errors import MailNotSentError
from tracker.importers.contacts import ContactRow
from tracker.mail.chat import send_chat
from tracker.models import Contact, MailState, OutgoingMail, Reminder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

pytest.importorskip("apprise", reason="NOT RUN: the extra `chat` is not installed")

# Apprise loads all its plugins, and what they load.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

JSON = Chat(schemas=("json",))
ON_LOOPBACK = Chat(schemas=("json",), allow_private=True)


class Robot(ThreadingHTTPServer):
    """Takes what is posted; with `onward` it sends the caller there instead. `status` is its answer."""

    onward = ""
    status = 200

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Handler)
        self.taken: list[str] = []

    @property
    def url(self) -> str:
        return f"json://{self.server_address[0]!s}:{self.server_address[1]}/secret-key"


class _Handler(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        self.server.taken.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(307 if self.server.onward else self.server.status)
        if self.server.onward:
            self.send_header("Location", self.server.onward)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[Robot]:
    with Robot(host) as robot:
        thread = threading.Thread(target=robot.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield robot
        finally:
            robot.shutdown()
            thread.join()


def test_a_robot_gets_the_words() -> None:
    with listening() as robot:
        send_chat(robot.url, "主题", "正文", ON_LOOPBACK)
    assert len(robot.taken) == 1
    assert "secret-key" not in robot.taken[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "192.168.1.1",
                                  "0.0.0.0", "[::ffff:7f00:1]", "[fe80::1]", "100.64.0.1", "2130706433"])  # fmt: skip
def test_an_address_in_our_own_network_is_refused(host: str) -> None:
    with pytest.raises(MailNotSentError, match="本机或内网") as refused:
        send_chat(f"json://{host}:9/secret-key", "主题", "正文", JSON)
    assert "secret-key" not in str(refused.value)


def test_nothing_arrives_where_it_is_refused() -> None:
    with listening() as robot, pytest.raises(MailNotSentError, match="本机或内网") as refused:
        send_chat(robot.url, "主题", "正文", JSON)
    assert refused.value.is_permanent
    assert robot.taken == []


def test_a_redirect_into_our_own_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.2 stands for a public host that sends the caller on to 127.0.0.1."""
    monkeypatch.setattr("tracker.mail.guarded.is_public", lambda address: str(address) == "127.0.0.2")
    with listening("127.0.0.2") as outside, listening() as inside:
        outside.onward = f"http://127.0.0.1:{inside.server_address[1]}/"
        with pytest.raises(MailNotSentError, match="本机或内网"):
            send_chat(outside.url, "主题", "正文", JSON)
        assert len(outside.taken) == 1
        assert inside.taken == []
        # Where it is allowed the redirect is followed: what stood in its way was the guard.
        send_chat(outside.url, "主题", "正文", ON_LOOPBACK)
        assert len(inside.taken) == 1


@pytest.mark.parametrize(
    "url",
    ["json://127.0.0.1/x", "mailto://a:b@example.org", "file:///etc/passwd", "wecombot://key?verify=no", ""],
)
def test_only_allowed_kinds_are_spoken_to(url: str) -> None:
    with pytest.raises(MailNotSentError, match="不是允许的群机器人"):
        send_chat(url, "主题", "正文", Chat())


def test_nothing_logs_the_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with listening() as robot:
        robot.status = 500
        with pytest.raises(MailNotSentError, match="没有接收") as refused:
            send_chat(robot.url, "主题", "正文", ON_LOOPBACK)
    assert not refused.value.is_permanent
    assert "secret-key" not in caplog.text + str(refused.value)


def _remind(database: Database, settings: Settings, url: str) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        contact = session.exec(select(Contact).where(Contact.email == "a@example.org")).one()
        contact.chat_url = url
        session.add(contact)
        plan = plan_by_hand(session, settings, example.task_list, example.round, OPENED_AT)
        assert send_reminders(session, COORDINATOR, settings, plan) == 3


def _chats(database: Database) -> list[OutgoingMail]:
    with database.reading() as session:
        return list(session.exec(select(OutgoingMail).where(OutgoingMail.channel == "chat")))


def test_a_reminder_goes_both_ways_with_one_ledger(database: Database, settings: Settings) -> None:
    with listening() as robot:
        sending = settings.model_copy(
            update={
                "chat": ON_LOOPBACK,
                "mail": settings.mail.model_copy(update={"transport": "smtp"}),
            }
        )
        _remind(database, sending, robot.url)
        with database.reading() as session:
            assert len(session.exec(select(Reminder)).all()) == 3
        (queued,) = _chats(database)
        assert (queued.to_address, queued.to_domain) == ("a@example.org", "")
        assert robot.url not in f"{queued!r}"
        # The mails find no server and wait; the robot has its message.
        deliver_all(database, sending, clock=lambda: OPENED_AT)
        deliver_all(database, sending, clock=lambda: OPENED_AT)
        assert len(robot.taken) == 1
        assert "甲县" in json.loads(robot.taken[0])["message"]
    assert [chat.state for chat in _chats(database)] == [MailState.SENT]


def test_without_the_words_to_send_it_is_a_file_like_every_mail(
    sqlite_database: Database, settings: Settings
) -> None:
    _remind(sqlite_database, settings, "wecombot://secret-key")
    deliver_all(sqlite_database, settings, clock=lambda: OPENED_AT)
    assert [chat.state for chat in _chats(sqlite_database)] == [MailState.SENT]
    files = list((settings.root / "var" / "mail").glob("*.eml"))
    assert len(files) == 4
    assert all(b"secret-key" not in file.read_bytes() for file in files)


def test_a_refused_robot_waits_for_a_person(sqlite_database: Database, settings: Settings) -> None:
    sending = settings.model_copy(update={"mail": settings.mail.model_copy(update={"transport": "smtp"})})
    _remind(sqlite_database, sending, "json://127.0.0.1:9/secret-key")
    deliver_all(sqlite_database, sending, clock=lambda: OPENED_AT)
    (chat,) = _chats(sqlite_database)
    assert chat.state is MailState.PARKED
    assert chat.last_error == "json://… 不是允许的群机器人"


def test_who_has_no_robot_any_more_gets_no_message(sqlite_database: Database, settings: Settings) -> None:
    _remind(sqlite_database, settings, "wecombot://secret-key")
    with sqlite_database.transaction() as session:
        contact = session.exec(select(Contact).where(Contact.email == "a@example.org")).one()
        contact.chat_url = ""
        session.add(contact)
    deliver_all(sqlite_database, settings, clock=lambda: OPENED_AT)
    assert [chat.state for chat in _chats(sqlite_database)] == [MailState.CANCELLED]


def test_a_table_gives_keeps_and_takes_away_a_robot(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)

        def given(url: str) -> str:
            row = ContactRow("甲县", "甲县联系人", "a@example.org", Role.FILLER, "第 2 行", url)
            import_contacts(session, COORDINATOR, [row], ())
            return session.exec(select(Contact.chat_url).where(Contact.email == "a@example.org")).one()

        assert given("wecombot://key-1") == "wecombot://key-1"
        assert given("") == "wecombot://key-1"
        with pytest.raises(Exception, match="群机器人地址无效") as refused:
            given("json://10.0.0.1/secret-key")
        assert "secret-key" not in str(refused.value)
        assert given("无") == ""


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    """企业微信 takes 2,048 bytes: what to do stands first, where to do it last."""
    with listening() as robot:
        send_chat(robot.url, "主题", "开头" + "任务" * 2000 + "填报页面：http://x/", ON_LOOPBACK)
    message = json.loads(robot.taken[0])["message"]
    assert len(message.encode()) < 2000
    assert message.startswith("开头")
    assert message.endswith("填报页面：http://x/")
