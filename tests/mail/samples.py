"""Invented digests, letters and queued mails for the mail tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.mail.digest import ClosedRound, Digest, DigestPart, MissingUnit, MissingUnits, OutstandingTask
from tracker.mail.letter import Attachment, Letter
from tracker.mail.outbox import enqueue
from tracker.models import OutgoingMail, key

if TYPE_CHECKING:
    from tracker.db import Database

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE_AT = datetime(2024, 10, 6, 23, 59, 59, tzinfo=SHANGHAI)
AT = datetime(2024, 9, 30, 1, 0, tzinfo=UTC)
LIST_TITLE = "桂林市促进脱贫人口持续增收三年行动方案重点任务清单"
TASKS = (
    OutstandingTask("1", "推动我市农村特别是脱贫地区一二三产业融合", "pending"),
    OutstandingTask("12", "强化发达地区市场拓展", "draft"),
    OutstandingTask(
        "37", "开展示范区建设五年行动", "returned", "请补充本季度新增数量，\n并说明与上季度的差别。"
    ),
)


def part(
    *, tasks: tuple[OutstandingTask, ...] = TASKS, round_id: int = 1, is_overdue: bool = False
) -> DigestPart:
    return DigestPart(
        round_id=round_id,
        unit_id=7,
        unit="市农业农村局",
        list_slug="guilin-2022-2024",
        list_title=LIST_TITLE,
        period="2024Q3",
        period_label="2024年第三季度",
        due_at=DUE_AT,
        is_due_on_holiday=True,
        is_overdue=is_overdue,
        rung="-1",
        planned_at=AT,
        tasks=tasks,
        reason="您是市农业农村局的填报人，本期还有任务未报送；这是截止前第 1 个工作日的催报。",
        link="http://127.0.0.1:8000/rounds/1/units/7",
        mailbox="forms@example.org",
    )


def digest(
    *parts: DigestPart, to_name: str = "某科室填报人", to_address: str = "filler@example.org"
) -> Digest:
    return Digest(to_name, to_address, parts or (part(),))


def missing() -> MissingUnits:
    return MissingUnits(
        list_title=LIST_TITLE,
        period_label="2024年第三季度",
        due_at=DUE_AT,
        expected=1215,
        filed=1203,
        on_time=1190,
        units=(
            MissingUnit("市农业农村局", "department", 9, 2, ("1", "12"), ("某填报人 filler@example.org",)),
            MissingUnit("龙胜各族自治县", "county", 70, 10, (*"123456789", "10"), ()),
        ),
        link="http://127.0.0.1:8000/rounds/1",
    )


def closed() -> ClosedRound:
    return ClosedRound(
        list_title=LIST_TITLE,
        period_label="2024年第三季度",
        due_on=date(2024, 10, 6),
        closed_at=datetime(2024, 10, 14, 9, 0, tzinfo=UTC),
        expected=1215,
        filed=1215,
        on_time=1214,
        missing=0,
        link="http://127.0.0.1:8000/rounds/1",
        is_published=False,
        account_link="http://127.0.0.1:8000/rounds/1/account",
    )


WORKBOOK = Attachment(
    "落实进度汇总表 2024年第三季度.xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    bytes(range(256)) * 80,
)


def letter(cause: str = "test:1", to: str = "filler@example.org", *attachments: Attachment) -> Letter:
    return Letter(
        cause=cause,
        kind="reminder",
        to_name="某科室填报人",
        to_address=to,
        subject="【催报】2024年第三季度 12 项未报（10月6日截止）",
        text="您好：\n.以点开头的一行\n结束。\n",
        html="<p>您好：</p>\n<p>结束。</p>\n",
        attachments=attachments,
    )


def mail(**values: object) -> OutgoingMail:
    """A queued row that lies in no database."""
    row = OutgoingMail(
        id=1,
        cause="test:1",
        kind="reminder",
        message_id="<5f0c1c2e-0000-4000-8000-000000000001@example.org>",
        to_name="某科室填报人",
        to_address="filler@example.org",
        subject="【催报】12 项未报",
        text="正文\n",
        html="<p>正文</p>\n",
        created_at=AT,
        next_attempt_at=AT,
    )
    for name, value in values.items():
        setattr(row, name, value)
    return row


def fill(database: Database, count: int, *, bad: int = -1) -> list[int]:
    """Queues that many mails, due at `AT`; number `bad` goes to gone@example.org. Their ids."""
    ids = []
    with database.transaction() as session:
        for number in range(count):
            to = "gone@example.org" if number == bad else f"u{number}@example.org"
            row = enqueue(session, letter(f"test:{number}", to), AT, sender="duban@example.org")
            assert row is not None
            ids.append(key(row))
    return ids
