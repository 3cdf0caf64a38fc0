"""Invented mails of every kind: what a template is tried with where no round gives real data."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tracker.domain.faults import FAULT_LABELS, Fault
from tracker.domain.ladder import OPENING
from tracker.i18n import mark
from tracker.mail.appeal_message import DECIDED, ToldAppeal, ToldAppeals, appeal_letter
from tracker.mail.close_out_message import ToldCloseOut, close_out_letter
from tracker.mail.digest import (
    ClosedRound,
    Digest,
    DigestPart,
    Interviews,
    InterviewUnit,
    MissingUnit,
    MissingUnits,
    OutstandingTask,
)
from tracker.mail.document_message import (
    AccountPreview,
    PublishedAccount,
    account_preview,
    account_published,
)
from tracker.mail.form_receipt import FormAnswer, ReceiptPart, RefusedText, form_receipt
from tracker.mail.instruction_message import Instructed, instruction_letter
from tracker.mail.interview_message import interviews
from tracker.mail.letter import Attachment
from tracker.mail.messages import missing_units, reminder, round_closed
from tracker.mail.return_message import ReturnedTask, ReturnedTexts, returned_texts

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Settings
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

_NAME: Final = "示例联系人"
_ADDRESS: Final = "sample@example.org"
_TITLE: Final = "示例任务清单"
_PERIOD: Final = "2024年第三季度"
_UNIT: Final = "示例局"
_FILES: Final = (
    Attachment("示例报告.docx", "application/octet-stream", b""),
    Attachment("示例汇总表.xlsx", "application/octet-stream", b""),
)


def sample_letter(kind: str, templates: MailTemplates, settings: Settings, now: datetime) -> Letter:
    """Everything that a template may say of is in it: a returned task, a unit that is overdue, a refused text."""
    site = settings.site
    match kind:
        case "reminder" | "round_opened":
            letter = reminder(
                Digest(_NAME, _ADDRESS, _parts(settings, now, is_opening=kind == "round_opened")),
                at=now,
                templates=templates,
                site=site,
            )
        case "missing_units":
            letter = missing_units(
                _missing(settings, now), to_name=_NAME, to_address=_ADDRESS, templates=templates, site=site
            )
        case "interviews":
            letter = interviews(
                _interviews(settings, now), to_name=_NAME, to_address=_ADDRESS, templates=templates, site=site
            )
        case "round_closed":
            workbook = Attachment("示例汇总表.xlsx", "application/octet-stream", b"")
            letter = round_closed(
                _closed(settings, now),
                workbook,
                to_name=_NAME,
                to_address=_ADDRESS,
                templates=templates,
                site=site,
            )
        case "account_preview":
            letter = account_preview(
                _preview(settings, now),
                _FILES,
                to_name=_NAME,
                to_address=_ADDRESS,
                templates=templates,
                site=site,
            )
        case "account_published":
            letter = account_published(
                _published(settings, now),
                _FILES,
                to_name=_NAME,
                to_address=_ADDRESS,
                templates=templates,
                site=site,
            )
        case "returned":
            letter = returned_texts(
                _returned(settings, now),
                cause="sample",
                to_name=_NAME,
                to_address=_ADDRESS,
                templates=templates,
                site=site,
            )
        case "appeal_asked" | "appeal_decided" | "closeout_asked" | "closeout_decided":
            letter = _request_letter(kind, templates, settings, now)
        case "instruction":
            letter = instruction_letter(
                _instructed(settings, now),
                cause="sample",
                to_name=_NAME,
                to_address=_ADDRESS,
                templates=templates,
                site=site,
            )
        case _:
            letter = form_receipt(
                _answer(settings), cause="sample", answers="", templates=templates, site=site
            )
    return letter


def _parts(settings: Settings, now: datetime, *, is_opening: bool) -> tuple[DigestPart, ...]:
    tasks = (
        OutstandingTask("1", "示例任务一", "pending"),
        OutstandingTask("2", "示例任务二", "draft"),
        *(() if is_opening else (OutstandingTask("3", "示例任务三", "returned", "请补充数字"),)),
    )
    return tuple(
        DigestPart(
            round_id=number,
            unit_id=1,
            unit=_UNIT,
            list_slug="sample",
            list_title=_TITLE,
            period="2024Q3",
            period_label=_PERIOD,
            due_at=now + timedelta(days=3 if not is_overdue else -3),
            is_due_on_holiday=True,
            is_overdue=is_overdue,
            rung=OPENING if is_opening else "-1",
            planned_at=now,
            tasks=tasks,
            reason="距截止还有 1 个工作日（示例）",
            link=settings.site.link("/filing/sample/2024Q3"),
            mailbox=settings.mailbox.address,
            sentence="示例附言。",
            next_at=now + timedelta(days=1),
            is_extended=number == 1,
        )
        for number, is_overdue in ((1, False), (2, not is_opening))
    )


def _missing(settings: Settings, now: datetime) -> MissingUnits:
    return MissingUnits(
        list_title=_TITLE,
        period_label=_PERIOD,
        due_at=now,
        expected=20,
        filed=17,
        on_time=16,
        units=(
            MissingUnit(_UNIT, "department", 9, 2, ("1", "2"), (f"{_NAME} <{_ADDRESS}>",)),
            MissingUnit("示例县", "county", 9, 1, ("1",), (), now.date()),
        ),
        link=settings.site.link("/"),
    )


def _interviews(settings: Settings, now: datetime) -> Interviews:
    units = (
        InterviewUnit(_UNIT, "department", 9, ("1", "2"), 3, (f"{_NAME} <{_ADDRESS}>",), 2, 1, 1, "示例说明"),
        InterviewUnit("示例县", "county", 9, ("1",), 3, (), 0, 0, 0, ""),
    )
    return Interviews(_TITLE, _PERIOD, now, units, settings.site.link("/"))


def _closed(settings: Settings, now: datetime) -> ClosedRound:
    return ClosedRound(
        list_title=_TITLE,
        period_label=_PERIOD,
        due_on=now.date(),
        closed_at=now,
        expected=20,
        filed=18,
        on_time=17,
        missing=2,
        link=settings.site.link("/"),
        is_published=False,
        account_link=settings.site.link("/"),
    )


def _preview(settings: Settings, now: datetime) -> AccountPreview:
    return AccountPreview(
        cause="sample",
        list_title=_TITLE,
        period_label=_PERIOD,
        is_summary=False,
        is_closed=False,
        as_of=now,
        expected=20,
        filed=18,
        on_time=17,
        link=settings.site.link("/"),
    )


def _published(settings: Settings, now: datetime) -> PublishedAccount:
    return PublishedAccount(
        cause="sample",
        title=f"关于{_TITLE}{_PERIOD}落实情况的通报",
        kind="通报",
        number=3,
        edition=2,
        correction="更正示例县的未报项数。",
        as_of=now,
        expected=20,
        filed=18,
        on_time=17,
        link=settings.site.link("/"),
    )


def _returned(settings: Settings, now: datetime) -> ReturnedTexts:
    return ReturnedTexts(
        unit=_UNIT,
        list_title=_TITLE,
        period_label=_PERIOD,
        tasks=(
            ReturnedTask("1", "示例任务一", "请补充数字。", "", "示例统筹人", now),
            ReturnedTask("2", "示例任务二", "请写明进展。", "示例县", "示例联系人", now),
        ),
        until=now + timedelta(days=3),
        is_overdue=False,
        is_closed=False,
        link=settings.site.link("/filing/sample/2024Q3"),
    )


def _appeals(settings: Settings, now: datetime, *, is_decided: bool) -> ToldAppeals:
    by = "示例统筹人" if is_decided else "示例联系人"
    words = "情况属实，予以免责。" if is_decided else "截止前已送纸质材料，请核实。"
    return ToldAppeals(
        unit=_UNIT,
        list_title=_TITLE,
        period_label=_PERIOD,
        appeals=tuple(
            ToldAppeal(number, title, FAULT_LABELS[fault], outcome, is_upheld, words, by, now)
            for number, title, fault, outcome, is_upheld in (
                ("1", "示例任务一", Fault.LATE, mark("已免责"), True),
                ("2", "示例任务二", Fault.RETURNED, mark("未采纳"), False),
            )
        ),
        link=settings.site.link("/lists/sample/appeals"),
    )


def _request_letter(kind: str, templates: MailTemplates, settings: Settings, now: datetime) -> Letter:
    """What a unit asks of the office, and the answer."""
    if kind.startswith("appeal"):
        return appeal_letter(
            _appeals(settings, now, is_decided=kind == DECIDED),
            kind=kind,
            cause="sample",
            to_name=_NAME,
            to_address=_ADDRESS,
            templates=templates,
            site=settings.site,
        )
    return close_out_letter(
        _close_out(settings, now),
        kind=kind,
        cause="sample",
        to_name=_NAME,
        to_address=_ADDRESS,
        templates=templates,
        site=settings.site,
    )


def _close_out(settings: Settings, now: datetime) -> ToldCloseOut:
    return ToldCloseOut(
        unit=_UNIT,
        list_title=_TITLE,
        number="1",
        title="示例任务一",
        outcome=mark("已销号"),
        is_closed=True,
        is_reopened=False,
        words="示例：目标已全部完成，验收材料见附件。",
        by=_NAME,
        at=now,
        link=settings.site.link("/lists/sample/closeouts"),
    )


def _instructed(settings: Settings, now: datetime) -> Instructed:
    return Instructed(
        unit=_UNIT,
        text="示例批示：请说明进展。",
        instructed_by="示例领导",
        instructed_on=now.date(),
        due_on=now.date() + timedelta(days=3),
        about=f"{_TITLE} 1 示例任务一",
        further="请补充数字。",
        is_reminder=True,
        is_overdue=False,
        link=settings.site.link("/instructions/1"),
    )


def _answer(settings: Settings) -> FormAnswer:
    part = ReceiptPart(
        unit=_UNIT,
        list_title=_TITLE,
        period_label=_PERIOD,
        receipt="示例 0001",
        filed=("1",),
        unchanged=("2",),
        refused=(RefusedText("第 3 项任务的进度超过字数上限。", "已报的示例文字", "来信的示例文字"),),
        outstanding=("3",),
        link=settings.site.link("/filing/sample/2024Q3"),
    )
    return FormAnswer(_NAME, _ADDRESS, "示例来信", (part,), ("附件无法读取（示例）。",))
