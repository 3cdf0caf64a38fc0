"""The ways out, against real servers on loopback."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import time
from typing import TYPE_CHECKING, Any

import aiosmtplib
import pytest
from pydantic import SecretStr

from tests.mail.samples import mail
from tests.mail.smtp_sink import Sink, free_port, smtp_sink
from tracker.config import Smtp
from tracker.errors import MailNotSentError
from tracker.mail.envelope import seal
from tracker.mail.transport import FolderTransport, MailServerError, SmtpTransport, transport_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tracker.config import Settings
    from tracker.mail.envelope import Envelope
    from tracker.mail.transport import Transport


def envelope(settings: Settings, number: int = 1, to: str = "filler@example.org") -> Envelope:
    row = mail(message_id=f"<{number}@example.org>", to_address=to, text="您好：\n.以点开头\n..\n结束。\n")
    return seal(row, (), settings)


def smtp(port: int, **values: Any) -> SmtpTransport:
    return SmtpTransport(Smtp(port=port, timeout_seconds=5).model_copy(update=values), hello="example.org")


def send(transport: Transport, envelopes: Sequence[Envelope]) -> list[MailNotSentError | None]:
    """Sends all over one opened transport; for each the error it met."""

    async def run() -> list[MailNotSentError | None]:
        met: list[MailNotSentError | None] = []
        async with transport:
            for one in envelopes:
                try:
                    await transport.send(one)
                except MailNotSentError as error:
                    met.append(error)
                else:
                    met.append(None)
        return met

    return asyncio.run(run())


def test_a_folder_gets_one_whole_file_a_message(settings: Settings) -> None:
    folder = settings.at_root(settings.mail.folder)
    one, two = envelope(settings, 1), envelope(settings, 2)
    assert send(transport_of(settings), [one, two, one]) == [None, None, None]
    assert sorted(path.name for path in folder.iterdir()) == ["1@example.org.eml", "2@example.org.eml"]
    assert (folder / "1@example.org.eml").read_bytes() == one.content


def test_a_message_id_is_no_path(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mail"
    row = envelope(settings)
    evil = type(row)("<../../x@example.org>", row.sender, row.recipient, row.content)
    assert send(FolderTransport(folder), [evil]) == [None]
    assert [path.name for path in folder.iterdir()] == [".._.._x@example.org.eml"]


def test_a_folder_that_cannot_be_written_stops_the_batch(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    (error,) = send(FolderTransport(tmp_path / "taken"), [envelope(settings)])
    assert isinstance(error, MailServerError)


def test_a_batch_goes_over_one_connection(settings: Settings) -> None:
    with smtp_sink() as sink:
        assert send(smtp(sink.port), [envelope(settings, n) for n in range(20)]) == [None] * 20
    assert sink.connections == 1
    assert sink.message_ids == [f"<{n}@example.org>" for n in range(20)]


def test_lines_that_begin_with_a_dot_arrive_whole(settings: Settings) -> None:
    with smtp_sink() as sink:
        send(smtp(sink.port), [envelope(settings)])
    body = sink.messages[0].get_body(("plain",))
    assert body is not None
    assert body.get_content() == "您好：\r\n.以点开头\r\n..\r\n结束。\r\n"


def test_a_5xx_for_the_recipient_is_permanent_and_the_next_mail_goes_out(settings: Settings) -> None:
    with smtp_sink(Sink(recipients={"gone@example.org": "550 5.1.1 no such user"})) as sink:
        met = send(smtp(sink.port), [envelope(settings, 1, "gone@example.org"), envelope(settings, 2)])
    assert met[0] is not None
    assert met[0].is_permanent
    assert met[0].fields["reason"] == "550 5.1.1 no such user"
    assert met[1] is None
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("reply", "is_permanent"), [("554 5.7.1 spam", True), ("451 4.3.0 try later", False), ("421 busy", False)]
)
def test_an_answer_to_the_text_is_about_that_mail(settings: Settings, reply: str, is_permanent: bool) -> None:
    with smtp_sink(Sink(replies=[reply])) as sink:
        first, second = send(smtp(sink.port), [envelope(settings, 1), envelope(settings, 2)])
    assert first is not None
    assert first.is_permanent is is_permanent
    assert first.fields["reason"] == reply
    assert not isinstance(first, MailServerError)
    assert second is None


def test_a_4xx_for_the_recipient_is_temporary(settings: Settings) -> None:
    with smtp_sink(Sink(recipients={"grey@example.org": "450 4.2.0 greylisted"})) as sink:
        first, second = send(smtp(sink.port), [envelope(settings, 1, "grey@example.org"), envelope(settings)])
    assert first is not None
    assert not first.is_permanent
    assert second is None


def test_a_connection_dropped_after_the_text_is_temporary_and_opened_again(settings: Settings) -> None:
    with smtp_sink(Sink(replies=["drop"])) as sink:
        first, second = send(smtp(sink.port), [envelope(settings, 1), envelope(settings, 2)])
    assert first is not None
    assert not first.is_permanent
    assert not isinstance(first, MailServerError)
    assert second is None
    assert sink.message_ids == ["<1@example.org>", "<2@example.org>"]


def test_a_connection_closed_between_mails_costs_no_mail(settings: Settings) -> None:
    async def run() -> None:
        with smtp_sink() as sink:
            port = sink.port
            async with smtp(port) as transport:
                await transport.send(envelope(settings, 1))
                transport._client.transport.abort()  # type: ignore[union-attr]
                await transport.send(envelope(settings, 2))
        assert sink.message_ids == ["<1@example.org>", "<2@example.org>"]
        assert sink.connections == 2

    asyncio.run(run())


def test_a_server_that_cannot_be_reached_stops_the_batch(settings: Settings) -> None:
    (error,) = send(smtp(free_port()), [envelope(settings)])
    assert isinstance(error, MailServerError)
    assert not error.is_permanent
    assert not error.is_about_mail


def test_a_name_that_does_not_resolve_stops_the_batch(settings: Settings) -> None:
    (error,) = send(smtp(25, host="no-such-host.invalid"), [envelope(settings)])
    assert isinstance(error, MailServerError)
    assert not error.is_about_mail


def test_a_stalled_server_is_given_up_after_the_time_limit(settings: Settings) -> None:
    started = time.monotonic()
    with smtp_sink(Sink(replies=["stall"])) as sink:
        (error,) = send(smtp(sink.port, timeout_seconds=0.3), [envelope(settings)])
        assert time.monotonic() - started < 30
    assert isinstance(error, MailServerError)
    assert error.is_about_mail


@pytest.mark.parametrize("reply", ["550 5.7.1 sender not allowed", "451 4.7.1 too much mail"])
def test_a_refused_sender_is_the_servers_trouble_not_the_mails(settings: Settings, reply: str) -> None:
    with smtp_sink(Sink(sender_reply=reply)) as sink:
        (error,) = send(smtp(sink.port), [envelope(settings)])
    assert isinstance(error, MailServerError)
    assert not error.is_permanent


def test_a_mail_too_large_for_the_server_is_refused_for_good(settings: Settings) -> None:
    with smtp_sink(data_size_limit=100) as sink:
        (error,) = send(smtp(sink.port), [envelope(settings)])
    assert error is not None
    assert error.is_permanent


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_login_is_made_where_a_name_is_given(settings: Settings) -> None:
    with smtp_sink(password="right") as sink:
        good = smtp(sink.port, username="duban", password=SecretStr("right"))
        assert send(good, [envelope(settings)]) == [None]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("login", [{"username": "duban", "password": SecretStr("wrong")}, {}])
def test_a_wrong_or_missing_password_parks_nothing(settings: Settings, login: dict[str, Any]) -> None:
    with smtp_sink(password="right") as sink:
        (error,) = send(smtp(sink.port, **login), [envelope(settings)])
    assert isinstance(error, MailServerError)
    assert not error.is_permanent
    assert "wrong" not in str(error)
    assert sink.received == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that only its own file vouches for, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    crt, key = folder / "crt.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(crt)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return crt, key


def encrypted(certificate: tuple[Path, Path], security: str) -> dict[str, Any]:
    """What makes a server speak TLS in that way."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    if security == "starttls":
        return {"tls_context": context, "require_starttls": True}
    return {"ssl_context": context}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_tls_is_used_and_the_certificate_is_checked(
    settings: Settings,
    certificate: tuple[Path, Path],
    security: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with smtp_sink(**encrypted(certificate, security)) as sink:
        (error,) = send(smtp(sink.port, security=security), [envelope(settings)])
        assert isinstance(error, MailServerError)
        assert sink.received == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert send(smtp(sink.port, security=security), [envelope(settings)]) == [None]
    assert len(sink.received) == 1


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
@pytest.mark.parametrize("stalls", [False, True])
def test_no_connection_outlives_its_batch(
    settings: Settings,
    certificate: tuple[Path, Path],
    security: str,
    stalls: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server may answer the goodbye, or nothing at all, and keep its end open: ours is closed all the same."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    sockets: list[Any] = []
    connect = aiosmtplib.SMTP.connect

    async def keep(client: aiosmtplib.SMTP, **options: Any) -> Any:
        answer = await connect(client, **options)
        assert client.transport
        sockets.append(client.transport.get_extra_info("socket"))
        return answer

    monkeypatch.setattr(aiosmtplib.SMTP, "connect", keep)
    options = {} if security == "none" else encrypted(certificate, security)
    with smtp_sink(Sink(replies=["stall"] if stalls else [], lingers=True), **options) as sink:
        (error,) = send(smtp(sink.port, security=security, timeout_seconds=1), [envelope(settings)])
        assert bool(error) == stalls
        assert [socket.fileno() for socket in sockets] == [-1]


def test_starttls_that_the_server_does_not_offer_is_not_done_without(settings: Settings) -> None:
    with smtp_sink() as sink:
        (error,) = send(smtp(sink.port, security="starttls"), [envelope(settings)])
    assert isinstance(error, MailServerError)
    assert sink.received == []
