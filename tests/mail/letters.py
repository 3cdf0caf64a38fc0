"""Mails as units send them, and forms as they fill them."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl

from tracker.actions.filing.issue_form import MEDIA_TYPE, issue_form
from tracker.domain.form_words import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session

    from tests.example import Example
    from tracker.config import Settings
    from tracker.models import OrgUnit

OFFICE = "duban@example.org"


def blank_form(session: Session, settings: Settings, example: Example, unit: OrgUnit) -> bytes:
    """The form of the example's round; needs a session that commits."""
    return issue_form(
        session,
        example.filer(unit),
        settings,
        example.task_list,
        example.round,
        unit,
        example.round.opened_at,
    ).content


def fill_form(form: bytes, texts: Mapping[str, str]) -> bytes:
    """`texts` by task number into 本期进度, as a person would type them."""
    book = openpyxl.load_workbook(BytesIO(form))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            named = {"".join(str(cell.value).split()): cell.column for cell in row if cell.value}
            if COLUMNS["text"] not in named:
                continue
            for below in sheet.iter_rows(min_row=(row[0].row or 0) + 1):
                number = str(below[named[COLUMNS["number"]] - 1].value or "").strip()
                if number in texts:
                    below[named[COLUMNS["text"]] - 1].value = texts[number]
            target = BytesIO()
            book.save(target)
            return target.getvalue()
    raise AssertionError("no table in the form")


def letter(
    sender: str,
    *files: tuple[str, bytes],
    subject: str = "报送第三季度进展",
    message_id: str = "",
    text: str = "您好，报送表见附件。",
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """`files` are names and contents."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = OFFICE
    message["Subject"] = subject
    message["Date"] = "Mon, 30 Sep 2024 10:00:00 +0800"
    message["Message-ID"] = message_id or f"<{abs(hash((sender, subject, files)))}@mail.example.org>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    for name, content in files:
        main, sub = MEDIA_TYPE.split("/") if name.endswith(".xlsx") else ("application", "octet-stream")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def posted(sender: str, *files: tuple[str, bytes], **options: object) -> bytes:
    return letter(sender, *files, **options).as_bytes()  # type: ignore[arg-type]
