"""What becomes of a mail: every row of "Mailed forms"."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from sqlmodel import select

from tests.example import COORDINATOR, SHANGHAI, Example, build_example
from tests.mail import bounce_samples
from tests.mail.letters import blank_form, fill_form, letter, posted
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import store_mail
from tracker.actions.mailbox.settle_incoming import (
    MailSettledError,
    bind_sender,
    discard_incoming,
    file_incoming,
    process_again,
)
from tracker.actions.rounds.close_round import close_round
from tracker.domain.actors import Role
from tracker.errors import ForbiddenError, InvalidValueError
from tracker.mail.attached_forms import read_mail
from tracker.models import (
    Contact,
    IncomingMail,
    IncomingState,
    MailState,
    Material,
    Obligation,
    OutgoingMail,
    ProgressUpdate,
    Receipt,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import Message

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

NOW = datetime(2024, 9, 30, 10, tzinfo=SHANGHAI)
A, B, STRANGER = "a@example.org", "b@example.org", "someone@example.net"


@dataclass(slots=True)
class Office:
    """The example's office and its mailbox."""

    database: Database
    settings: Settings
    example: Example

    def form(self, unit: OrgUnit, texts: Mapping[str, str] | None = None) -> bytes:
        with self.database.transaction() as session:
            blank = blank_form(session, self.settings, self.example, unit)
        return fill_form(blank, texts or {})

    def receive(
        self, content: bytes, now: datetime = NOW, received_at: datetime | None = None
    ) -> IncomingMail:
        """The mail, stored and settled."""
        with self.database.transaction() as session:
            number = store_mail(session, content, received_at or now)
        assert number is not None
        process_mail(self.database, self.settings, now)
        return self.mail(number)

    def mail(self, number: int | None) -> IncomingMail:
        with self.database.reading() as session:
            return session.get_one(IncomingMail, number)

    def answers(self) -> list[OutgoingMail]:
        with self.database.reading() as session:
            return list(session.exec(select(OutgoingMail).where(OutgoingMail.kind == "form_receipt")))

    def versions(self) -> list[ProgressUpdate]:
        with self.database.reading() as session:
            return list(session.exec(select(ProgressUpdate).order_by(ProgressUpdate.id)))  # type: ignore[arg-type]

    def materials(self) -> list[Material]:
        with self.database.reading() as session:
            return list(session.exec(select(Material)))


@pytest.fixture
def office(database: Database, settings: Settings) -> Office:
    with database.transaction() as session:
        example = build_example(session, settings)
    return Office(database, settings, example)


def test_a_form_from_a_contact_of_its_unit_is_filed_and_answered(office: Office) -> None:
    form = office.form(office.example.county_a, {"1": "建成示例基地 3 个。", "2": "培训 120 人。"})
    mail = office.receive(
        posted("甲县某 <A@Example.org>", ("随便什么名字.bin", form), message_id="<x1@qq.example>")
    )
    assert mail.state is IncomingState.FILED
    assert [update.text for update in office.versions()] == ["建成示例基地 3 个。", "培训 120 人。"]
    assert {(u.filed_by, u.via) for u in office.versions()} == {("甲县联系人 a@example.org", "mail")}
    (answer,) = office.answers()
    assert (answer.to_address, answer.answers, answer.state) == (A, "<x1@qq.example>", MailState.QUEUED)
    with office.database.reading() as session:
        (receipt,) = session.exec(select(Receipt)).all()
    assert (mail.receipt_id, mail.answer_id, mail.unit_id) == (
        receipt.id,
        answer.id,
        office.example.county_a.id,
    )
    for words in (answer.text, answer.html):
        assert receipt.number in words
        assert "本次报送：第 1、2 项" in words
        assert "本期各项已全部报送" in words
        assert "/filing/example/2024Q3" in words


def test_a_mail_in_gbk_that_calls_itself_gb2312_and_its_form_xls_is_filed(office: Office) -> None:
    form = office.form(office.example.county_a, {"1": "镕基镇、堃桥村各建成一处。"})
    head = (
        "From: 甲县联系人 <a@example.org>\r\nSubject: 镕基镇进展\r\nMessage-ID: <gbk@example.org>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n镕基镇的表见附件。\r\n"
        '--b\r\nContent-Type: application/vnd.ms-excel; name="镕基镇.xls"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    content = head.encode("gbk") + base64.encodebytes(form) + b"--b--\r\n"
    mail = office.receive(content)
    assert (mail.state, mail.subject) == (IncomingState.FILED, "镕基镇进展")
    assert [update.text for update in office.versions()] == ["镕基镇、堃桥村各建成一处。"]


def test_what_was_refused_is_answered_with_both_numbers(office: Office) -> None:
    form = office.form(office.example.county_a, {"1": "字" * 318, "2": "培训 120 人。"})
    mail = office.receive(posted(A, ("form.xlsx", form)))
    assert mail.state is IncomingState.FILED
    (answer,) = office.answers()
    assert "318 字，超过上限 300 字" in answer.text
    assert "本次报送：第 2 项" in answer.text
    assert "本期还需报送：第 1 项" in answer.text


def test_a_form_that_was_refused_whole_is_refused_and_answered(office: Office) -> None:
    mail = office.receive(posted(A, ("f.xlsx", office.form(office.example.county_a, {"1": "字" * 301}))))
    assert mail.state is IncomingState.REFUSED
    assert office.versions() == []
    assert "【未报送】" in office.answers()[0].subject


def test_the_same_mail_twice_is_one_row_and_one_version(office: Office) -> None:
    content = posted(A, ("f.xlsx", office.form(office.example.county_a, {"1": "一次。"})))
    office.receive(content)
    with office.database.transaction() as session:
        assert store_mail(session, b"Received: by another way\r\n" + content, NOW) is None
    process_mail(office.database, office.settings, NOW)
    assert len(office.versions()) == len(office.answers()) == 1


def test_the_same_form_in_another_mail_files_nothing_new(office: Office) -> None:
    form = office.form(office.example.county_a, {"1": "一次。"})
    office.receive(posted(A, ("f.xlsx", form), message_id="<1@example.org>"))
    mail = office.receive(posted(A, ("f.xlsx", form), message_id="<2@example.org>"))
    assert mail.state is IncomingState.FILED
    assert len(office.versions()) == 1
    assert "与已报送的相同，未作更改：第 1 项" in office.answers()[1].text


def test_a_form_older_than_what_is_on_file_is_a_conflict_with_both_texts(office: Office) -> None:
    example = office.example
    form = office.form(example.county_a, {"1": "邮寄的文字。"})
    with office.database.transaction() as session:
        filing = Filing(example.tasks[0], "网页上的文字。", 0)
        submit(session, example.filer(example.county_a), example.round, example.county_a, [filing], NOW)
    mail = office.receive(posted(A, ("f.xlsx", form)))
    assert mail.state is IncomingState.REFUSED
    assert [update.text for update in office.versions()] == ["网页上的文字。"]
    (answer,) = office.answers()
    for words in (answer.text, answer.html):
        assert "网页上的文字。" in words
        assert "邮寄的文字。" in words


@pytest.mark.parametrize("sender", [STRANGER, "office@example.org"])
def test_a_form_from_nobody_of_its_unit_waits_for_a_person_and_nobody_is_answered(
    office: Office, sender: str
) -> None:
    mail = office.receive(posted(sender, ("f.xlsx", office.form(office.example.county_a, {"1": "冒名。"}))))
    assert mail.state is IncomingState.QUARANTINED
    assert f"{sender} 不是甲县的联系人" in mail.reason
    assert office.versions() == []
    assert office.answers() == []


def test_another_units_form_waits_and_its_sender_learns_nothing_of_that_unit(office: Office) -> None:
    mail = office.receive(posted(B, ("f.xlsx", office.form(office.example.county_a, {"1": "冒名。"}))))
    assert mail.state is IncomingState.QUARANTINED
    assert "乙县" in mail.reason
    assert "甲县" in mail.reason
    assert office.versions() == []
    (answer,) = office.answers()
    assert answer.to_address == B
    assert "甲县" not in answer.text + answer.html + answer.subject
    assert "与您的邮箱登记的单位不符" in answer.text


def test_an_altered_identity_waits_and_nothing_is_filed(office: Office) -> None:
    book = openpyxl.load_workbook(io.BytesIO(office.form(office.example.county_b, {"1": "改成甲县的。"})))
    changed = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            if row[0].value == "unit":
                row[1].value = str(office.example.county_a.id)
                changed += 1
    assert changed == 1
    target = io.BytesIO()
    book.save(target)
    mail = office.receive(posted(A, ("f.xlsx", target.getvalue())))
    assert mail.state is IncomingState.QUARANTINED
    assert "识别信息被改动过" in mail.reason
    assert office.versions() == []


def test_a_workbook_without_an_identity_is_no_form_and_is_kept_as_material(office: Office) -> None:
    book = openpyxl.Workbook()
    target = io.BytesIO()
    book.save(target)
    mail = office.receive(posted(A, ("进展.xlsx", target.getvalue())))
    assert mail.state is IncomingState.QUARANTINED
    assert "没有报送表" in mail.reason
    assert "1 个附件存为材料" in mail.reason
    (material,) = office.materials()
    assert (material.unit_id, material.file_name) == (office.example.county_a.id, "进展.xlsx")
    assert office.answers() == []


def test_a_file_that_cannot_be_read_is_named_to_a_known_sender_and_to_nobody_else(office: Office) -> None:
    broken = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0".ljust(
        120, b"\0"
    )
    broken = (
        broken[:8].ljust(1024, b"\0")
        + "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
        + b"\x22\x00" * 40
    )
    mail = office.receive(posted(A, ("报送表.xls", broken)))
    assert mail.state is IncomingState.QUARANTINED
    assert "报送表.xls" in mail.reason
    (answer,) = office.answers()
    assert "报送表.xls" in answer.text
    office.receive(posted(STRANGER, ("报送表.xls", broken)))
    assert len(office.answers()) == 1


def test_a_closed_round_is_named(office: Office) -> None:
    content = posted(A, ("f.xlsx", office.form(office.example.county_a, {"1": "晚了。"})))
    with office.database.transaction() as session:
        close_round(session, COORDINATOR, office.example.round, NOW)
    mail = office.receive(content, NOW + timedelta(hours=1))
    assert mail.state is IncomingState.QUARANTINED
    assert "已关闭" in mail.reason
    assert "已关闭" in office.answers()[0].text
    assert office.versions() == []


def test_a_form_in_an_archive_in_a_forwarded_mail_is_found(office: Office) -> None:
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w") as archive:
        archive.writestr("说明.txt", "无")
        archive.writestr("表.xlsx", office.form(office.example.county_a, {"1": "转来的。"}))
    inner = letter("colleague@example.net", ("压缩包.zip", packet.getvalue()))
    outer = letter(A)
    outer.add_attachment(inner)
    assert office.receive(outer.as_bytes()).state is IncomingState.FILED
    assert [update.text for update in office.versions()] == ["转来的。"]


def test_several_forms_of_one_sender_are_each_filed(office: Office) -> None:
    with office.database.transaction() as session:
        session.add(
            Contact(unit_id=key(office.example.county_b), name="兼", email="A@EXAMPLE.org", role=Role.FILLER)
        )
    forms = (
        ("甲.xlsx", office.form(office.example.county_a, {"1": "甲。"})),
        ("乙.xlsx", office.form(office.example.county_b, {"1": "乙。"})),
    )
    mail = office.receive(posted(A, *forms))
    assert mail.state is IncomingState.FILED
    assert {update.text for update in office.versions()} == {"甲。", "乙。"}
    (answer,) = office.answers()
    assert "甲县" in answer.text
    assert "乙县" in answer.text


def test_attachments_beside_a_form_become_materials_once(office: Office) -> None:
    form = office.form(office.example.county_a, {"1": "有材料。"})
    story = ("../../经验\r\n材料.pdf", b"%PDF-1.4 example")
    for number in (1, 2):
        message = letter(A, ("f.xlsx", form), message_id=f"<{number}@example.org>")
        message.add_attachment(story[1], maintype="application", subtype="pdf", filename="经验材料.pdf")
        office.receive(message.as_bytes())
    (material,) = office.materials()
    assert (material.unit_id, material.round_id) == (office.example.county_a.id, office.example.round.id)
    assert material.file_name == "经验材料.pdf"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List-Id": "<all.example.org>"},
        {"X-Auto-Response-Suppress": "All"},
        {"Return-Path": "<>"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_machines_mail_is_ignored_and_never_answered(office: Office, headers: dict[str, str]) -> None:
    mail = office.receive(posted(A, headers=headers))
    assert mail.state is IncomingState.IGNORED
    with_form = posted(A, ("f.xlsx", office.form(office.example.county_a, {"1": "机器。"})), headers=headers)
    assert office.receive(with_form).state is IncomingState.QUARANTINED
    assert office.versions() == []
    assert office.answers() == []


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        (A, "自动回复：【催报】12 项未报"),
        (A, "Automatic reply: overdue"),
        ("MAILER-DAEMON@mx.example.net", "Undelivered"),
        ("postmaster@example.net", "退信"),
        ("duban@example.org", "自己"),
    ],
)
def test_vacation_notes_daemons_and_our_own_address_are_never_answered(
    office: Office, sender: str, subject: str
) -> None:
    assert office.receive(posted(sender, subject=subject)).state is IncomingState.IGNORED
    assert office.answers() == []


def test_a_mail_of_ours_that_comes_back_is_known_by_its_message_id(office: Office) -> None:
    office.receive(posted(A, ("f.xlsx", office.form(office.example.county_a, {"1": "一。"}))))
    (answer,) = office.answers()
    assert (
        office.receive(posted("b@example.org", message_id=answer.message_id)).state is IncomingState.IGNORED
    )


@pytest.mark.parametrize(
    "bounce",
    [
        bounce_samples.standard,
        bounce_samples.coremail,
        bounce_samples.qq,
        bounce_samples.qmail,
        bounce_samples.exchange,
    ],
)
def test_a_bounce_marks_the_mail_it_is_about(office: Office, bounce: Callable[[str], Message]) -> None:
    office.receive(posted(A, ("f.xlsx", office.form(office.example.county_a, {"1": "一。"}))))
    (answer,) = office.answers()
    with office.database.transaction() as session:
        sent = session.get_one(OutgoingMail, answer.id)
        sent.state, sent.sent_at = MailState.SENT, NOW
        session.add(sent)
    assert office.receive(bounce(answer.message_id).as_bytes()).state is IncomingState.BOUNCE
    with office.database.reading() as session:
        assert session.get_one(OutgoingMail, answer.id).state is MailState.BOUNCED
    assert len(office.answers()) == 1


@pytest.mark.parametrize("reply", [bounce_samples.vacation, bounce_samples.read_receipt])
def test_an_automatic_reply_is_no_bounce_and_gets_no_answer(
    office: Office, reply: Callable[[str], Message]
) -> None:
    assert office.receive(reply("<1@example.org>").as_bytes()).state is IncomingState.IGNORED
    assert office.answers() == []


def test_a_sender_whose_checks_failed_at_the_trusted_server_is_not_believed(office: Office) -> None:
    content = posted(
        A,
        ("f.xlsx", office.form(office.example.county_a, {"1": "冒名。"})),
        headers={"Authentication-Results": "mx.office.example; spf=pass; dkim=none; dmarc=fail (p=reject)"},
    )
    mailbox = office.settings.mailbox.model_copy(update={"trusted_authserv": "mx.office.example"})
    strict = office.settings.model_copy(update={"mailbox": mailbox})
    mail = Office(office.database, strict, office.example).receive(content)
    assert mail.state is IncomingState.QUARANTINED
    assert "DMARC" in mail.reason
    assert office.versions() == []
    assert office.answers() == []


def test_what_another_server_says_of_the_checks_does_not_count(office: Office) -> None:
    mailbox = office.settings.mailbox.model_copy(update={"trusted_authserv": "mx.office.example"})
    office.settings = office.settings.model_copy(update={"mailbox": mailbox})
    content = posted(
        A,
        ("f.xlsx", office.form(office.example.county_a, {"1": "可信。"})),
        headers={"Authentication-Results": "mx.elsewhere.example; dmarc=fail"},
    )
    assert office.receive(content).state is IncomingState.FILED


def test_a_form_counts_by_the_moment_it_came_into_the_mailbox(office: Office) -> None:
    due_at = office.example.round.due_at
    content = posted(A, ("f.xlsx", office.form(office.example.county_a, {"1": "压线。"})))
    office.receive(content, due_at + timedelta(minutes=5), received_at=due_at - timedelta(minutes=1))
    with office.database.reading() as session:
        filed = session.exec(select(Obligation).where(Obligation.version == 1)).one()
    assert filed.is_on_time is True


def test_outlooks_own_wrapping_is_named(office: Office) -> None:
    mail = office.receive(posted(A, ("winmail.dat", b"\x78\x9f\x3e\x22example")))
    assert "winmail.dat" in mail.reason
    assert "winmail.dat" in office.answers()[0].text
    assert office.materials() == []


def test_answers_to_one_address_have_a_limit_a_day_and_filing_has_none(office: Office) -> None:
    mailbox = office.settings.mailbox.model_copy(update={"answers_per_address_per_day": 1})
    office.settings = office.settings.model_copy(update={"mailbox": mailbox})
    for number in (1, 2):
        form = office.form(office.example.county_a, {str(number): f"第 {number} 次。"})
        mail = office.receive(posted(A, ("f.xlsx", form), message_id=f"<{number}@example.org>"))
        assert mail.state is IncomingState.FILED
    assert "没有答复" in mail.reason
    assert len(office.versions()) == 2
    assert len(office.answers()) == 1


# What a coordinator decides.


def quarantined(office: Office, sender: str = STRANGER) -> IncomingMail:
    form = office.form(office.example.county_a, {"1": "换了邮箱。"})
    mail = office.receive(posted(f"新同志 <{sender}>", ("f.xlsx", form)))
    assert mail.state is IncomingState.QUARANTINED
    return mail


def test_a_coordinator_files_it_as_the_unit_with_a_reason_that_is_kept(office: Office) -> None:
    mail = quarantined(office)
    with office.database.transaction() as session:
        reading = read_mail(mail.content)
        file_incoming(session, COORDINATOR, office.settings, key(mail), reading, "电话核实", NOW)
    (update,) = office.versions()
    assert "统筹人" in update.filed_by
    assert STRANGER in update.filed_by
    settled = office.mail(mail.id)
    assert (settled.state, settled.handled_by) == (IncomingState.FILED, "统筹人")
    assert "电话核实" in settled.reason
    assert office.answers() == []
    with office.database.transaction() as session, pytest.raises(MailSettledError):
        file_incoming(session, COORDINATOR, office.settings, key(mail), reading, "再来", NOW)


def test_a_sender_who_is_bound_is_a_contact_and_gets_the_receipt(office: Office) -> None:
    mail = quarantined(office)
    with office.database.transaction() as session:
        unit_id = office.example.county_a.id
        bind_sender(session, COORDINATOR, office.settings, key(mail), read_mail(mail.content), unit_id, NOW)
    assert office.mail(mail.id).state is IncomingState.FILED
    (answer,) = office.answers()
    assert answer.to_address == STRANGER
    with office.database.reading() as session:
        contact = session.exec(select(Contact).where(Contact.email == STRANGER)).one()
    assert (contact.unit_id, contact.name) == (unit_id, "新同志")


def test_what_is_discarded_stays_with_its_reason_and_can_be_taken_up_again(office: Office) -> None:
    mail = quarantined(office)
    with office.database.transaction() as session:
        discard_incoming(session, COORDINATOR, office.settings, key(mail), "重复", NOW)
    assert office.mail(mail.id).state is IncomingState.DISCARDED
    assert "重复" in office.mail(mail.id).reason
    with office.database.transaction() as session:
        process_again(session, COORDINATOR, office.settings, key(mail), read_mail(mail.content), NOW)
    assert office.mail(mail.id).state is IncomingState.QUARANTINED


def test_without_a_reason_or_a_right_nothing_is_decided(office: Office) -> None:
    mail = quarantined(office)
    with office.database.transaction() as session, pytest.raises(InvalidValueError):
        discard_incoming(session, COORDINATOR, office.settings, key(mail), " \n", NOW)
    filer = office.example.filer(office.example.county_a)
    with office.database.transaction() as session, pytest.raises(ForbiddenError):
        discard_incoming(session, filer, office.settings, key(mail), "理由", NOW)
    assert office.mail(mail.id).state is IncomingState.QUARANTINED
