"""The message as it travels."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.mail.samples import WORKBOOK, mail
from tracker.config import Mail, Mailbox, Settings, Site
from tracker.domain.texts import one_line
from tracker.errors import MailNotSentError, SettingsError
from tracker.mail.envelope import seal
from tracker.models import MailAttachment

if TYPE_CHECKING:
    from email.message import EmailMessage, Message
    from pathlib import Path

# "\r\nBcc: evil@example.org" as an encoded-word: a real second header on Python 3.11.7 unless guarded.
ENCODED_BREAK = "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?="
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
THREATS = [
    "王\r\nBcc: evil@example.org",
    "王\nBcc: evil@example.org\n\nbody",
    "a\rBcc: evil@example.org",
    "a\u2028Bcc: evil@example.org",
    "a\u2029Bcc: evil@example.org",
    "a\x85Bcc: evil@example.org",
    "a\x0bBcc: evil@example.org\x0c",
    ENCODED_BREAK,
    f"张 {ENCODED_BREAK} 三",
    "=?utf-8?q?=0D=0ABcc:_evil=40example.org?=",
    '"><evil@example.org>, "',
    "a@example.org, b",
    "a\\",
    'say "no", (comment) <x@example.org>; group:',
    "x" * 500,
    "很长的名称" * 60,
    "𠀀🙂e\u0301",
]


def settings_with(root: Path, **mail_settings: str) -> Settings:
    return Settings(root=root, site=Site(), mail=Mail(**mail_settings))


def sealed(settings: Settings, *attachments: MailAttachment, **values: object) -> Message:
    content = seal(mail(**values), attachments, settings).content
    content.decode("ascii")
    assert max(len(line) for line in content.split(b"\r\n")) <= 200
    assert b"\n" not in content.replace(b"\r\n", b"")
    return message_from_bytes(content)


def parsed(settings: Settings, *attachments: MailAttachment, **values: object) -> EmailMessage:
    return message_from_bytes(seal(mail(**values), attachments, settings).content, policy=default)


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


def test_headers_come_from_the_row_and_the_settings(tmp_path: Path) -> None:
    settings = Settings(
        root=tmp_path,
        mail=Mail(sender="office@example.org", sender_name="督办办公室"),
        mailbox=Mailbox(address="forms@example.org"),
    )
    envelope = seal(mail(), (), settings)
    message = message_from_bytes(envelope.content, policy=default)
    assert message.keys() == HEADERS
    assert message["From"].addresses[0].display_name == "督办办公室"
    assert message["From"].addresses[0].addr_spec == "office@example.org"
    assert message["To"].addresses[0].display_name == "某科室填报人"
    assert message["To"].addresses[0].addr_spec == "filler@example.org"
    assert message["Reply-To"] == "forms@example.org"
    assert message["Subject"] == "【催报】12 项未报"
    assert message["Date"] == "Mon, 30 Sep 2024 09:00:00 +0800"
    assert message["Message-ID"] == "<5f0c1c2e-0000-4000-8000-000000000001@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert (envelope.sender, envelope.recipient) == ("office@example.org", "filler@example.org")
    assert envelope.message_id == message["Message-ID"]


def test_text_comes_before_html_as_alternatives(settings: Settings) -> None:
    message = parsed(settings, text="您好\n第二行\n", html="<p>您好</p>\n")
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), text.get_content()) == ("text/plain", "您好\r\n第二行\r\n")
    assert (html.get_content_type(), html.get_content()) == ("text/html", "<p>您好</p>\r\n")


def test_every_part_is_seven_bit_with_short_lines(settings: Settings) -> None:
    attachment = MailAttachment(
        mail_id=1, file_name="a.bin", media_type="application/zip", content=bytes(256)
    )
    message = sealed(settings, attachment, text="长" * 5000, html="<p>" + "长" * 5000 + "</p>")
    encodings = [part["Content-Transfer-Encoding"] for part in message.walk() if not part.is_multipart()]
    assert encodings == ["base64", "base64", "base64"]


def test_an_attachment_keeps_its_bytes_and_its_chinese_name(settings: Settings) -> None:
    attachment = MailAttachment(
        mail_id=1, file_name=WORKBOOK.file_name, media_type=WORKBOOK.media_type, content=WORKBOOK.content
    )
    message = parsed(settings, attachment)
    assert message.get_content_type() == "multipart/mixed"
    (found,) = message.iter_attachments()
    assert found.get_filename() == "落实进度汇总表 2024年第三季度.xlsx"
    assert found.get_content_type() == WORKBOOK.media_type
    assert found.get_content() == WORKBOOK.content


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("../../表.xlsx", ".._.._表.xlsx"),
        ("C:\\表.xlsx", "C__表.xlsx"),
        ('a"; name="b.exe', "a_; name=_b.exe"),
        ("a\r\nBcc: evil@example.org", "a Bcc_ evil@example.org"),
    ],
)
def test_an_attachment_name_is_neither_a_path_nor_a_header(
    settings: Settings, name: str, arrives: str
) -> None:
    attachment = MailAttachment(mail_id=1, file_name=name, media_type="application/zip", content=b"x")
    (found,) = parsed(settings, attachment).iter_attachments()
    assert found.get_filename() == arrives
    assert found.keys() == ["Content-Type", "Content-Disposition", "Content-Transfer-Encoding"]


def test_a_media_type_keeps_its_parameters(settings: Settings) -> None:
    attachment = MailAttachment(
        mail_id=1,
        file_name="报送截止.ics",
        media_type='text/calendar; method=PUBLISH; charset=utf-8; component="VEVENT"',
        content="BEGIN:VCALENDAR\r\nSUMMARY:截止\r\nEND:VCALENDAR\r\n".encode(),
    )
    (found,) = parsed(settings, attachment).iter_attachments()
    assert found.get_content_type() == "text/calendar"
    assert (found.get_param("method"), found.get_param("component")) == ("PUBLISH", "VEVENT")
    assert found.get_content() == "BEGIN:VCALENDAR\r\nSUMMARY:截止\r\nEND:VCALENDAR\r\n"
    assert found.get_filename() == "报送截止.ics"


@pytest.mark.parametrize("length", [0, 1, 19, 20, 21, 200])
def test_a_long_attachment_name_is_folded_and_arrives_whole(settings: Settings, length: int) -> None:
    name = ("落实进度%20汇总 表" * 20)[:length] + ".xlsx"
    attachment = MailAttachment(mail_id=1, file_name=name, media_type="application/zip", content=b"x")
    sealed(settings, attachment)
    (found,) = parsed(settings, attachment).iter_attachments()
    assert found.get_filename() == name


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 114, 5000])
def test_an_attachment_of_any_size_arrives_whole(settings: Settings, size: int) -> None:
    content = (bytes(range(256)) * 20)[:size]
    attachment = MailAttachment(mail_id=1, file_name="a", media_type="application/zip", content=content)
    (found,) = parsed(settings, attachment).iter_attachments()
    assert found.get_content() == content


def test_an_answer_names_the_mail_that_it_answers(settings: Settings) -> None:
    message = parsed(settings, answers="<CA+a/b=1@mail.example.org>")
    assert message["In-Reply-To"] == message["References"] == "<CA+a/b=1@mail.example.org>"
    assert message["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    "answers", ["no-id", "<a>\r\nBcc: e@example.org", "<a b@x>", "<张@x>", "<" + "a" * 300 + ">"]
)
def test_an_answer_to_what_is_no_message_id_names_none(settings: Settings, answers: str) -> None:
    assert sealed(settings, answers=answers).keys() == HEADERS


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "nonsense",
        "text/plain\r\nBcc: e@example.org",
        "message/rfc822",
        "Multipart/mixed; boundary=x",
        "text/calendar; method=PUBLISH\r\nBcc: e@example.org",
        'text/calendar; name="a\r\n"',
        "text/plain; x=" + "a" * 200,
    ],
)
def test_an_unusable_media_type_travels_as_plain_bytes(settings: Settings, media_type: str) -> None:
    attachment = MailAttachment(mail_id=1, file_name="a", media_type=media_type, content=b"x")
    (found,) = parsed(settings, attachment).iter_attachments()
    assert found.get_content_type() == "application/octet-stream"


@pytest.mark.parametrize("threat", THREATS)
@pytest.mark.parametrize("field", ["subject", "to_name", "sender_name"])
def test_a_value_stays_one_header_and_arrives_as_it_was_typed(
    tmp_path: Path, field: str, threat: str
) -> None:
    if field == "sender_name":
        message = sealed(settings_with(tmp_path, sender_name=threat))
    else:
        message = sealed(settings_with(tmp_path), **{field: threat})
    assert message.keys() == HEADERS
    header, address = {
        "subject": ("Subject", ""),
        "to_name": ("To", " <filler@example.org>"),
        "sender_name": ("From", " <duban@example.org>"),
    }[field]
    value = str(message[header]).replace("\r\n", "")
    assert decoded(value).replace('"', "").removesuffix(address) == one_line(threat).replace('"', "")
    # And to a reader that parses addresses it is one mailbox, ours.
    strict = message_from_bytes(bytes(message), policy=default)
    assert [a.addr_spec for a in strict["To"].addresses] == ["filler@example.org"]
    assert [a.addr_spec for a in strict["From"].addresses] == ["duban@example.org"]


@given(st.text(max_size=120))
@example(ENCODED_BREAK)
@example("\ud800")
def test_no_text_makes_another_header(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    message = sealed(settings_with(tmp_path_factory.getbasetemp()), subject=text, to_name=text)
    assert message.keys() == HEADERS


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@example.org",
        "a@example.org\r\nBcc: evil@example.org",
        "a@example.org> SIZE=1",
        "a b@example.org",
        "a@example.org,b@example.org",
        "张三@example.org",
        "a@-example.org",
    ],
)
def test_an_unusable_address_is_refused_for_good(settings: Settings, address: str) -> None:
    with pytest.raises(MailNotSentError) as caught:
        seal(mail(to_address=address), (), settings)
    assert caught.value.is_permanent


def test_an_unusable_sender_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"mail\.sender"):
        seal(mail(), (), settings_with(tmp_path, sender="督办@example.org"))
