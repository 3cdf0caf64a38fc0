"""Mails as they are really sent, and as nobody should send them."""

from __future__ import annotations

import base64
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.letters import letter, posted
from tracker.mail.arrival import (
    UnreadableMailError,
    clean_name,
    fingerprint_of,
    is_winmail,
    read_arrival,
    read_head,
)
from tracker.mail.attached_forms import read_mail
from tracker.mail.automatic import failed_checks, why_automatic
from tracker.mail.charsets import decode_bytes, decode_words, parameter


def raw(head: str, body: bytes = b"", encoding: str = "gb18030") -> bytes:
    return head.encode(encoding).replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


def word(text: str, charset: str) -> str:
    """An encoded-word, labelled gb2312 whatever is in it."""
    return f"=?gb2312?B?{base64.b64encode(text.encode(charset)).decode()}?="


def test_gbk_that_is_labelled_gb2312_is_read() -> None:
    text = "镕基镇、堃桥村报送表"
    content = raw(
        f"From: {word('朱镕', 'gbk')} <a@example.org>\nSubject: {word(text, 'gbk')}\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: 8bit",
        text.encode("gbk"),
    )
    arrival = read_arrival(content)
    assert (arrival.head.from_name, arrival.head.subject, arrival.text) == ("朱镕", text, text)


def test_a_character_that_is_cut_between_two_encoded_words_is_one_character() -> None:
    data = "督办事项".encode()
    halves = [base64.b64encode(part).decode() for part in (data[:4], data[4:])]
    assert decode_words(" ".join(f"=?utf-8?B?{half}?=" for half in halves)) == "督办事项"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="form.xlsx"', "form.xlsx"),
        ("attachment; filename*=utf-8''%E6%8A%A5%E9%80%81%E8%A1%A8.xlsx", "报送表.xlsx"),
        ("attachment; filename*0*=gb2312''%B1%A8; filename*1*=%CB%CD; filename*2=.xls", "报送.xls"),
        (f'attachment; filename="{word("报送表.xlsx", "gbk")}"', "报送表.xlsx"),
        ('attachment; filename="报送表.xlsx"', "报送表.xlsx"),
        ('attachment; filename="../../x.xlsx"', "x.xlsx"),
        ('attachment; filename="C:\\\\temp\\\\x.xlsx"', "x.xlsx"),
        ('attachment; filename="a\r\n b.xlsx"', "a b.xlsx"),
        ('attachment; filename=""', "attachment-2"),
        ("attachment; filename*=utf-8''a%0d%0aBcc%3a%20x.xlsx", "a Bcc_ x.xlsx"),
        (f'attachment; filename="{"长" * 2000}.xlsx"', "长" * 116 + ".xlsx"),
    ],
)
def test_file_names_of_every_kind_become_plain_ones(header: str, name: str) -> None:
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        b"Content-Disposition: " + header.encode("gb18030") + b"\r\n\r\ndata\r\n--b--\r\n"
    )
    content = raw('From: a@example.org\nContent-Type: multipart/mixed; boundary="b"', body)
    (file,) = read_arrival(content).files
    assert (file.name, file.content) == (name, b"data")


def test_bidi_controls_in_a_name_are_shown() -> None:
    assert clean_name("表\u202exslx.exe", "-") == "表⟨U+202E⟩xslx.exe"


def test_html_becomes_text_and_stays_text() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content(
        "<html><head><title>t</title><style>p{}</style></head><body><p>第一段&lt;b&gt;</p>"
        "<div>第二段<br>第三段</div><script>alert(1)</script></body></html>",
        subtype="html",
    )
    assert read_arrival(message.as_bytes()).text.split() == ["第一段<b>", "第二段", "第三段"]


def test_a_form_is_looked_for_in_forwarded_mails_down_to_a_depth() -> None:
    message = letter("a@example.org", ("deep.bin", b"data"))
    for number in range(3):
        outer = letter("a@example.org", subject=str(number))
        outer.add_attachment(message)
        message = outer
        (file,) = read_arrival(message.as_bytes()).files
        assert (file.name, file.depth) == ("deep.bin", number + 1)
    outer = letter("a@example.org")
    outer.add_attachment(message)
    assert read_arrival(outer.as_bytes()).files == ()


def test_a_mail_that_was_attached_as_a_file_is_opened_too() -> None:
    inner = posted("b@example.org", ("form.xlsx", b"data"))
    (file,) = read_arrival(posted("a@example.org", ("转发.eml", inner))).files
    assert (file.name, file.depth) == ("form.xlsx", 1)


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("a@example.org", "a@example.org"),
        ("<a@example.org>", "a@example.org"),
        ('"张, 三" <A@Example.org>', "A@Example.org"),
        ("a@example.org <a@example.org>", "a@example.org"),
        ("a@example.org <b@example.net>", ""),
        ("a@example.org, b@example.net", ""),
        ("a@example.org)<b@example.net", ""),
        ('"a@example.org" <b@example.net>', "b@example.net"),
        ("a@example.org\nFrom: b@example.net", ""),
        ("группа:;", ""),
        ("", ""),
    ],
)
def test_the_sender_is_one_address_or_none(sender: str, address: str) -> None:
    assert read_head(raw(f"From: {sender}", encoding="utf-8")).from_address == address


def test_no_line_break_of_theirs_survives_in_a_header() -> None:
    injected = "=?utf-8?b?" + base64.b64encode(b"x\r\nBcc: victim@example.org").decode() + "?="
    head = read_head(raw(f"From: {injected} <a@example.org>\nSubject: {injected}\nMessage-ID: {injected}"))
    for value in (head.subject, head.from_name, head.message_id):
        assert value.splitlines() == [value]


def test_the_fingerprint_is_of_what_the_writer_sent() -> None:
    content = posted("a@example.org", ("f.bin", b"1"), message_id="<1@example.org>")
    again = b"Received: from elsewhere\nX-Spam: no\n" + content.replace(b"\n", b"\r\n") + b"\r\n"
    assert fingerprint_of(again) == fingerprint_of(content)
    for other in (
        posted("a@example.org", ("f.bin", b"2"), message_id="<1@example.org>"),
        posted("b@example.org", ("f.bin", b"1"), message_id="<1@example.org>"),
        posted("a@example.org", ("f.bin", b"1"), message_id="<2@example.org>"),
    ):
        assert fingerprint_of(other) != fingerprint_of(content)


def test_outlooks_own_wrapping_is_known() -> None:
    (file,) = read_arrival(posted("a@example.org", ("winmail.dat", b"x"))).files
    assert is_winmail(file)


@pytest.mark.parametrize(
    "content",
    [
        raw("X: " + "x" * 300_000),
        raw('Content-Type: multipart/mixed; boundary="b"', b"\n--b\n\n" * 6000),
        raw("From: a@example.org", b"").join([b"", b"\r\n" + b"--"]) + b"\n--" * 6000,
    ],
)
def test_a_mail_that_is_built_to_cost_time_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableMailError):
        read_arrival(content)


def test_endless_nesting_is_refused() -> None:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(500)
    )
    with pytest.raises(UnreadableMailError):
        read_arrival(head + b"\r\n\r\nx")


def test_a_signature_picture_is_no_attachment() -> None:
    message = letter("a@example.org")
    message.add_attachment(b"png", maintype="image", subtype="png", disposition="inline", cid="<1>")
    assert read_arrival(message.as_bytes()).files == ()


_PIECES = st.sampled_from(
    [
        b"From: a@example.org\r\n", b"Subject: =?gb2312?B?xxx?=\r\n", b"\r\n", b"\n\n", b"--b\r\n", b"--b--",
        b'Content-Type: multipart/mixed; boundary="b"\r\n', b"Content-Type: message/rfc822\r\n",
        b"Content-Type: text/html; charset=idna\r\n", b"Content-Transfer-Encoding: base64\r\n", b"=?utf-8?q?=ff?=",
        b"Content-Disposition: attachment; filename*0*=x''%zz; filename*999=y; filename=\"\\\r\n", b"\xff\xfe\x00",
        b'Content-Type: text/plain; charset="\r\n', b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 666 x\n",
        b"Content-Type: message/partial\r\n", b"Content-Type: ;;;\r\n", b"<", b"<p>", b"=?a?b?c?=", b"\r",
    ]
)  # fmt: skip


@given(
    st.one_of(st.binary(max_size=2000), st.lists(st.one_of(_PIECES, st.binary(max_size=20))).map(b"".join))
)
def test_any_bytes_give_a_value_or_a_named_refusal(content: bytes) -> None:
    head = read_head(content)
    assert "\0" not in head.subject + head.from_name + head.from_address + head.message_id
    assert len(fingerprint_of(content)) == 64
    why_automatic(head, ["duban@example.org"])
    failed_checks(head, "mx.example.org")
    reading = read_mail(content)
    assert reading.arrival is not None or reading.refused
    for file in reading.others:
        assert file.name.isprintable()
        assert "/" not in file.name
        assert 0 < len(file.name) <= 200


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_in_any_charset_are_text_that_a_database_takes(data: bytes, charset: str) -> None:
    text = decode_bytes(data, charset)
    assert not {*text} & {*map(chr, range(9)), "\x1b", "\x7f", "\x9b"}
    text.encode()


@given(st.text(max_size=200))
def test_any_parameters_are_one_line(header: str) -> None:
    for name in ("filename", "charset"):
        value = parameter(header, name)
        assert value.splitlines() in ([], [value])


def test_what_the_library_reads_otherwise_is_read_alike() -> None:
    """The parts are the library's own: nothing is lost beside what it finds."""
    content = posted("a@example.org", ("一.xlsx", b"1"), ("二.pdf", b"2"))
    names = [part.get_filename() for part in message_from_bytes(content).walk() if part.get_filename()]
    assert len(read_arrival(content).files) == len(names) == 2
