"""Forms without a database: invented tasks, a key of the tests' own, and the texts that stand in the cells."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from tracker.domain.form_identity import FormIdentity, RowMark, sign_fields
from tracker.domain.form_words import form_words
from tracker.reports.forms.form_data import FormRow, FormSheet
from tracker.reports.forms.form_sheet import render_form_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.domain.assessment import Assessment

SECRET = "5" * 64
ISSUED_AT = datetime(2024, 9, 15, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
IDENTITY = FormIdentity(round_id=3, unit_id=7, version_id=2, issued_at=ISSUED_AT)
# Columns of the sheet, and the row of its header.
NUMBER, TASK, PREVIOUS, TEXT, COUNT, STATUS, REMARK, MARK = range(1, 9)
# Where the list asks for it, 自评 stands before 备注, which moves to the right with what is behind it.
ASSESSMENT = REMARK
HEADER = 6


def make_form(
    texts: Sequence[str],
    *,
    limit: int = 300,
    content: str = "示例任务{number}的具体内容。",
    previous: str = "",
    note: str = "",
    is_open: bool = True,
    unit: str = "甲县",
    asks_assessment: bool = False,
    assessment: Assessment | None = None,
) -> FormSheet:
    """One row a text, tasks 1, 2, 3 …"""
    fields = IDENTITY.fields(SECRET) | form_words(str, asks_assessment=asks_assessment)
    signature = sign_fields(fields, SECRET)
    return FormSheet(
        title="示例重点任务清单",
        unit=unit,
        period_label="2024年第三季度",
        due="2024年10月6日（星期日）23:59",
        mailbox="duban@example.org",
        character_limit=limit,
        fields=fields,
        signature=signature,
        rows=tuple(
            FormRow(
                mark=RowMark(number, 0).written(SECRET, signature),
                number=str(number),
                content=content.format(number=number),
                previous=previous,
                note=note,
                text=text,
                is_nil=None,
                remark="",
                is_open=is_open,
                assessment=assessment,
            )
            for number, text in enumerate(texts, start=1)
        ),
    )


def form_bytes(texts: Sequence[str], **options: Any) -> bytes:
    return render_form_sheet(make_form(texts, **options), str)


def opened(data: bytes) -> tuple[Workbook, Worksheet]:
    """The workbook and the sheet to fill, as a person would have them in front of them."""
    book = load_workbook(BytesIO(data))
    return book, book.worksheets[0]


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
