"""The example's round grown until nothing on a page is short or missing: every state, and the longest of everything.

Rows are written straight into the tables; the places of `build_places` stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

from sqlmodel import select

from tests.actions.gathering import gather
from tests.mail.letters import posted
from tests.web.places import OFFICE
from tests.web.stories.importing import BUNDLED
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import store_mail
from tracker.actions.search.index_texts import index_texts
from tracker.domain.actors import Role
from tracker.domain.assessment import Assessment
from tracker.domain.states import ObligationState
from tracker.models import (
    Account,
    AssignmentRole,
    ChasePause,
    CloseOut,
    CloseOutState,
    Contact,
    Draft,
    Extension,
    Indicator,
    IndicatorKind,
    IndicatorState,
    IndicatorValue,
    Instruction,
    InstructionReply,
    MailState,
    Material,
    Obligation,
    OrgUnit,
    OutgoingMail,
    ProgressUpdate,
    Reassignment,
    Receipt,
    ReportedValue,
    ReportingRound,
    Review,
    ReviewOutcome,
    Task,
    UnitKind,
    ValueRole,
    key,
)
from tracker.store.units import add_alias, add_unit

if TYPE_CHECKING:
    from sqlmodel import Session

    from tests.web.conftest import Pages

TASKS: Final = 16
UNITS: Final = 14
EARLIER: Final = "2024Q1"
# As long as a real one, and one word of Latin letters that no line can break.
LONG_NAME: Final = "示例壮族自治州示例瑶族自治县国家级示例高新技术产业开发区管理委员会办公室"
LATIN_NAME: Final = "Example" * 12
LONG_TEXT: Final = "本期围绕示例目标，建成示例站点12个、培训示例人员345人次，完成年度计划的67.8%。" * 6
STOCK_TEXT: Final = "高度重视，加强领导，扎实推进各项示例工作，取得明显成效。" * 9
WORD: Final = "W" * 280
LONG_TASK: Final = "健全示例联农带农机制，支持示例经营主体与示例农户建立利益联结。" * 12
REASON: Final = "请补充本期具体数字，写明与上期相比的变化，并说明未完成部分的原因和下一步打算。" * 4
_STATES: Final = tuple(ObligationState)
_FILED: Final = {
    ObligationState.SUBMITTED,
    ObligationState.RETURNED,
    ObligationState.ACCEPTED,
    ObligationState.NIL,
}


def grow(pages: Pages) -> None:
    """After `build_places`; leaves the site working."""
    with pages.database.transaction() as session:
        _Growth(session, pages).grow()
    for place in range(12):
        with pages.database.transaction() as session:
            file = (f"{LONG_NAME}经验典型材料{place}.pdf", b"%PDF-1.4")
            mail = posted(f"{'sender' * 6}{place}@example.net", file, subject=LONG_TEXT[:120])
            store_mail(session, mail, pages.now + timedelta(seconds=place))
    process_mail(pages.database, pages.settings, pages.now)
    content = load_list(pages.settings, BUNDLED)
    with pages.database.transaction() as session:
        import_list(session, OFFICE, content, pages.now)
    index_texts(pages.database, pages.now, at_most=10_000)


@dataclass(slots=True)
class _Growth:
    session: Session
    pages: Pages

    def grow(self) -> None:
        example = self.pages.example
        units = self._units()
        tasks = [self._task(number) for number in range(4, TASKS + 1)]
        current = self.session.get_one(ReportingRound, example.round.id)
        gather(self.session, current)
        earlier = self._earlier(current)
        # Above the three that the tests know stand those of every state.
        own = [self.session.get_one(OrgUnit, unit.id) for unit in (example.county_a, example.county_b)]
        states = cycle(_STATES)
        for unit in (*own, *units):
            receipts = {
                key(found): self._receipt(found, unit, f"{key(found)}-{key(unit)}")
                for found in (current, earlier)
            }
            for task, state in zip(tasks, islice(states, 1, None), strict=False):
                self._obligation(earlier, task, unit, ObligationState.SUBMITTED, receipts[key(earlier)])
                self._obligation(current, task, unit, state, receipts[key(current)])
        self._duties(current, tasks, own[0], units)
        self._chasing(current, own[0], units)
        self._mails(units)

    def _units(self) -> list[OrgUnit]:
        """Below 甲县, of every kind; the first has the longest name, the second one that does not break."""
        county = self.session.get_one(OrgUnit, self.pages.example.county_a.id)
        names = [LONG_NAME, LATIN_NAME, *(f"{LONG_NAME[:18]}示例{number}局" for number in range(UNITS - 2))]
        units = [
            add_unit(self.session, name, kind, county if place % 3 == 0 else None)
            for place, (name, kind) in enumerate(zip(names, cycle(UnitKind), strict=False))
        ]
        for place, unit in enumerate(units):
            for number in range(4):
                add_alias(self.session, unit, f"{LONG_NAME}又名{place}之{number}")
            self.session.add(
                Contact(
                    unit_id=key(unit),
                    name="示例联系人" * 6,
                    email=f"{'contact' * 7}{place}@example.org",
                    role=Role.FILLER if place % 2 else Role.LEADER,
                    chat_url="wecombot://example" if place == 1 else "",
                )
            )
            self.session.add(
                Account(
                    username=f"{unit.name[:90]}账号",
                    password_hash="-",
                    role=Role.FILLER,
                    unit_id=key(unit),
                    is_active=place % 4 != 0,
                    paused_until=self.pages.now + timedelta(minutes=5) if place == 2 else None,
                    created_at=self.pages.now,
                )
            )
        return units

    def _task(self, number: int) -> Task:
        first = self.session.get_one(Task, self.pages.example.tasks[0].id)
        task = Task(
            version_id=first.version_id,
            lineage=number,
            measure_id=first.measure_id,
            position=number,
            number=str(number),
            title=f"第{number}：{LONG_TASK[:120]}",
            content=LONG_TASK,
            units_text="、".join([LONG_NAME] * 8),
            units_block=number,
            deadline="2024年12月底前",
        )
        self.session.add(task)
        self.session.flush()
        for place in range(2):
            indicator = Indicator(
                version_id=first.version_id,
                lineage=number * 10 + place,
                task_id=key(task),
                position=number * 10 + place,
                name=f"{LONG_NAME}示例指标{number}",
                unit="人次（折合标准人次）",
                category="示例类别",
                kind=IndicatorKind.BINDING if place else IndicatorKind.ANTICIPATED,
                state=IndicatorState.CONFIRMED if number % 3 else IndicatorState.PROPOSED,
            )
            self.session.add(indicator)
            self.session.flush()
            for role in ValueRole:
                self.session.add(
                    IndicatorValue(
                        indicator_id=key(indicator),
                        role=role,
                        position=1,
                        text="不少于123456789人次",
                        value=Decimal(123456789),
                        on_date="2025",
                    )
                )
        return task

    def _earlier(self, current: ReportingRound) -> ReportingRound:
        opened_at = self.pages.now - timedelta(days=120)
        earlier = ReportingRound(
            list_id=current.list_id,
            version_id=current.version_id,
            period=EARLIER,
            opened_at=opened_at,
            due_at=opened_at + timedelta(days=20),
            closed_at=opened_at + timedelta(days=40),
            announced_at=opened_at + timedelta(days=40),
            missing_told_at=opened_at + timedelta(days=21),
            rules=current.rules,
        )
        self.session.add(earlier)
        self.session.flush()
        return earlier

    def _receipt(self, reporting_round: ReportingRound, unit: OrgUnit, number: str) -> Receipt:
        receipt = Receipt(
            number=f"20240930-{number}",
            round_id=key(reporting_round),
            unit_id=key(unit),
            issued_at=self.pages.now,
            filed_by=unit.name,
            via="web",
        )
        self.session.add(receipt)
        self.session.flush()
        return receipt

    def _obligation(
        self,
        reporting_round: ReportingRound,
        task: Task,
        unit: OrgUnit,
        state: ObligationState,
        receipt: Receipt,
    ) -> None:
        is_filed, now = state in _FILED, self.pages.now
        place = task.position + key(unit)
        versions = 2 if is_filed and place % 3 == 0 else int(is_filed)
        owed = Obligation(
            round_id=key(reporting_round),
            task_id=key(task),
            unit_id=key(unit),
            role=AssignmentRole.LOCAL,
            state=state,
            version=versions,
            endorsed_version=versions if place % 2 else 0,
            is_on_time=place % 4 != 0 if is_filed else None,
            first_submitted_at=now - timedelta(days=place % 5) if is_filed else None,
            last_submitted_at=now - timedelta(hours=place) if is_filed else None,
            exempt_reason=REASON if state is ObligationState.EXEMPT else "",
        )
        self.session.add(owed)
        self.session.flush()
        if state is ObligationState.DRAFT:
            self.session.add(
                Draft(
                    obligation_id=key(owed), text=LONG_TEXT, base_version=0, saved_at=now, saved_by=unit.name
                )
            )
        for version in range(1, versions + 1):
            self._version(owed, task, version, receipt, is_nil=state is ObligationState.NIL)

    def _version(self, owed: Obligation, task: Task, version: int, receipt: Receipt, *, is_nil: bool) -> None:
        texts = (LONG_TEXT, STOCK_TEXT, f"{LONG_TEXT[:120]}{WORD}", LONG_TEXT[:290])
        text = texts[(owed.unit_id + task.position + version) % len(texts)]
        update = ProgressUpdate(
            obligation_id=key(owed),
            version=version,
            text="" if is_nil else text,
            nil_reason=REASON if is_nil else "",
            remark=REASON,
            assessment=tuple(Assessment)[task.position % len(Assessment)],
            submitted_at=self.pages.now,
            filed_by=receipt.filed_by,
            via=("web", "api", "mail", "form")[task.position % 4],
            receipt_id=key(receipt),
        )
        self.session.add(update)
        self.session.flush()
        for outcome in _words_on(owed.state, version == owed.version):
            self.session.add(
                Review(
                    update_id=key(update),
                    outcome=outcome,
                    by_unit_id=key(self.pages.example.county_a)
                    if outcome is ReviewOutcome.ENDORSED
                    else None,
                    reason=REASON if outcome is ReviewOutcome.RETURNED else "",
                    reviewed_at=self.pages.now,
                    reviewed_by="统筹",
                )
            )
        for indicator in self.session.exec(select(Indicator).where(Indicator.task_id == task.id)):
            self.session.add(
                ReportedValue(
                    update_id=key(update),
                    indicator_id=key(indicator),
                    value=Decimal(f"{task.lineage}123456.5"),
                    reason=REASON if version > 1 else "",
                )
            )
        if task.position % 2:
            self.session.add(
                Material(
                    unit_id=owed.unit_id,
                    round_id=owed.round_id,
                    task_id=owed.task_id,
                    file_name=f"{LONG_NAME}{version}.pdf",
                    media_type="application/pdf",
                    content=b"%PDF-1.4",
                    content_hash=f"{owed.id}-{version}",
                    received_at=self.pages.now,
                    received_from=receipt.filed_by,
                )
            )

    def _duties(self, current: ReportingRound, tasks: list[Task], own: OrgUnit, units: list[OrgUnit]) -> None:
        now = self.pages.now
        for place, unit in enumerate((own, *units)):
            state = tuple(CloseOutState)[place % len(CloseOutState)]
            is_decided = state is not CloseOutState.ASKED
            self.session.add(
                CloseOut(
                    list_id=current.list_id,
                    lineage=tasks[place % 2].lineage,
                    unit_id=key(unit),
                    state=state,
                    evidence=LONG_TEXT * 3,
                    asked_at=now - timedelta(days=place),
                    asked_by=unit.name,
                    decision=REASON if is_decided else "",
                    decided_at=now if is_decided else None,
                    decided_by="统筹" if is_decided else "",
                )
            )
            self.session.add(
                Reassignment(
                    list_id=current.list_id,
                    lineage=tasks[2].lineage,
                    round_id=key(current),
                    from_unit_id=key(unit),
                    to_unit_id=key(own if unit is not own else units[0]),
                    is_lasting=place % 2 == 0,
                    reason=REASON,
                    reassigned_at=now,
                    reassigned_by="统筹",
                    undone_at=now if place % 3 else None,
                    undone_by="统筹" if place % 3 else "",
                )
            )
            for count in range(4):
                self._instruction(current, tasks[count], own if place == 0 else unit, count)

    def _instruction(self, current: ReportingRound, task: Task, unit: OrgUnit, count: int) -> None:
        """Open, overdue, answered and closed, by `count`."""
        now = self.pages.now
        given = Instruction(
            unit_id=key(unit),
            list_id=current.list_id,
            lineage=task.lineage,
            text=LONG_TEXT * 2,
            instructed_by="示例领导" * 20,
            instructed_on=now.date() - timedelta(days=20),
            due_on=now.date() + timedelta(days=-3 if count == 1 else 7),
            created_at=now - timedelta(days=20),
            created_by="统筹",
            closed_at=now if count == 3 else None,
            closed_by="统筹" if count == 3 else "",
        )
        self.session.add(given)
        self.session.flush()
        if count > 1:
            self.session.add(
                InstructionReply(
                    instruction_id=key(given),
                    text=LONG_TEXT * 3,
                    replied_at=now,
                    replied_by=unit.name,
                    via="web",
                )
            )

    def _chasing(self, current: ReportingRound, own: OrgUnit, units: list[OrgUnit]) -> None:
        now = self.pages.now
        for place, unit in enumerate((own, *units)):
            self.session.add(
                Extension(
                    round_id=key(current),
                    unit_id=key(unit),
                    due_at=current.due_at + timedelta(days=4),
                    reason=REASON,
                    granted_at=now - timedelta(days=1),
                    granted_by="统筹",
                    revoked_at=now if place % 3 == 2 else None,
                    revoked_by="统筹" if place % 3 == 2 else "",
                )
            )
            if place % 2:
                self.session.add(
                    ChasePause(
                        unit_id=key(unit),
                        round_id=key(current) if place % 3 else None,
                        reason=REASON,
                        paused_at=now - timedelta(days=1),
                        paused_by="统筹",
                    )
                )

    def _mails(self, units: list[OrgUnit]) -> None:
        now = self.pages.now
        for number, state in enumerate(list(MailState) * 6):
            self.session.add(
                OutgoingMail(
                    cause=f"full:{number}",
                    kind=("reminder", "returned", "round_opened", "instruction")[number % 4],
                    message_id=f"<full-{number}@example.org>",
                    to_name="示例联系人" * 6,
                    to_address=f"{'contact' * 7}{number % len(units)}@example.org",
                    subject=LONG_TEXT[:120],
                    text=f"{LONG_TEXT}\n{WORD}\n" * 12,
                    html="<p>Text</p>",
                    state=state,
                    attempts=3 if state is MailState.PARKED else 0,
                    created_at=now,
                    next_attempt_at=now,
                    sent_at=now if state in {MailState.SENT, MailState.BOUNCED} else None,
                    bounced_at=now if state is MailState.BOUNCED else None,
                    last_error=f"550 5.1.1 {WORD}" if state in {MailState.PARKED, MailState.BOUNCED} else "",
                )
            )
        self.session.flush()


def _words_on(state: ObligationState, is_newest: bool) -> tuple[ReviewOutcome, ...]:
    if not is_newest:
        return (ReviewOutcome.ENDORSED, ReviewOutcome.RETURNED)
    return {
        ObligationState.RETURNED: (ReviewOutcome.RETURNED,),
        ObligationState.ACCEPTED: (ReviewOutcome.ENDORSED, ReviewOutcome.ACCEPTED),
    }.get(state, ())
