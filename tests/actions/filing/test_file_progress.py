"""Filing: what is taken, what is refused, and that nothing written is ever lost."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, SHANGHAI, Example, build_example
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.review.review_update import exempt, review_update
from tracker.actions.rounds.close_round import close_round
from tracker.domain.actors import Actor, Role
from tracker.domain.states import ObligationState
from tracker.errors import (
    AlreadyAcceptedError,
    ConflictError,
    ControlCharacterError,
    EmptyTextError,
    ForbiddenError,
    NotExpectedError,
    NotFoundError,
    RoundClosedError,
    TextTooLongError,
    TransitionError,
)
from tracker.models import (
    Draft,
    Obligation,
    ProgressUpdate,
    Receipt,
    ReportingRound,
    ReviewOutcome,
    Task,
    key,
)
from tracker.store.progress import history_of, receipt_lines
from tracker.store.rounds import round_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.actions.filing.file_progress import Submission
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

NOW = OPENED_AT + timedelta(days=3)
DUE_AT = datetime(2024, 10, 6, 23, 59, 59, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Desk:
    """The example in a database, and short ways to act in it, one transaction each."""

    database: Database
    example: Example

    @property
    def county(self) -> OrgUnit:
        return self.example.county_a

    @property
    def task(self) -> Task:
        return self.example.tasks[0]

    def submit(
        self,
        *filings: Filing,
        unit: OrgUnit | None = None,
        actor: Actor | None = None,
        now: datetime = NOW,
        request_key: str | None = None,
    ) -> Submission:
        unit = unit or self.county
        with self.database.transaction() as session:
            return submit(
                session,
                actor or self.example.filer(unit),
                session.get_one(ReportingRound, self.example.round.id),
                unit,
                filings,
                now,
                request_key=request_key,
            )

    def draft(self, text: str, *, base_version: int | None = None, now: datetime = NOW) -> Draft | None:
        with self.database.transaction() as session:
            return save_draft(
                session,
                self.example.filer(self.county),
                session.get_one(ReportingRound, self.example.round.id),
                self.county,
                self.task,
                text,
                now,
                base_version=base_version,
            )

    def review(self, outcome: ReviewOutcome, task: Task | None = None) -> None:
        with self.database.transaction() as session:
            task = task or self.task
            obligation = self.obligation_in(session, task)
            review_update(session, COORDINATOR, obligation, task, outcome, NOW, reason="请补充数字")

    def obligation_in(self, session: Session, task: Task | None = None) -> Obligation:
        return session.exec(
            select(Obligation).where(
                Obligation.task_id == (task or self.task).id, Obligation.unit_id == self.county.id
            )
        ).one()

    def obligation(self, task: Task | None = None) -> Obligation:
        with self.database.reading() as session:
            return self.obligation_in(session, task)

    def history(self, task: Task | None = None) -> list[tuple[int, str, str]]:
        """Version, text and nil reason, the oldest first."""
        with self.database.reading() as session:
            versions = history_of(session, self.obligation_in(session, task))
            return [(found.version, found.text, found.nil_reason) for found in reversed(versions)]

    def draft_text(self, task: Task | None = None) -> str | None:
        with self.database.reading() as session:
            found = session.get(Draft, key(self.obligation_in(session, task)))
            return found.text if found else None

    def receipts(self) -> Sequence[Receipt]:
        with self.database.reading() as session:
            return session.exec(select(Receipt).order_by(Receipt.id)).all()  # type: ignore[arg-type]


@pytest.fixture
def desk(database: Database, settings: Settings) -> Desk:
    with database.transaction() as session:
        return Desk(database, build_example(session, settings))


def test_a_submitted_text_is_on_file_with_a_receipt(desk: Desk) -> None:
    outcome = desk.submit(Filing(desk.task, " 已完成\r\n两项 "))
    assert outcome.receipt is not None
    assert [line.task.number for line in outcome.filed] == ["1"]
    assert outcome.refused == ()
    found = desk.obligation()
    assert (found.state, found.version, found.is_on_time) == (ObligationState.SUBMITTED, 1, True)
    assert found.first_submitted_at == NOW
    with desk.database.reading() as session:
        lines = receipt_lines(session, outcome.receipt)
        assert [(task.number, update.text, update.filed_by) for task, update in lines] == [
            ("1", "已完成\n两项", "甲县填报人")
        ]
    assert outcome.receipt.number.startswith(f"20240918-{key(desk.county):03d}-")


def test_one_text_of_301_characters_does_not_hold_up_the_others(desk: Desk) -> None:
    second = desk.example.tasks[1]
    outcome = desk.submit(Filing(desk.task, "字" * 300), Filing(second, "字" * 301))
    assert [line.task.number for line in outcome.filed] == ["1"]
    (refusal,) = outcome.refused
    assert refusal.task == second
    assert isinstance(refusal.error, TextTooLongError)
    assert refusal.error.fields == {"task": "2", "count": 301, "limit": 300, "excess": 1}
    assert desk.obligation().state is ObligationState.SUBMITTED
    assert desk.obligation(second).state is ObligationState.DRAFT
    assert desk.draft_text(second) == "字" * 301
    assert desk.history(second) == []


def test_when_nothing_is_taken_there_is_no_receipt(desk: Desk) -> None:
    outcome = desk.submit(Filing(desk.task, "字" * 301))
    assert outcome.receipt is None
    assert outcome.filed == ()
    assert desk.receipts() == []


def test_an_empty_text_is_refused_and_leaves_no_draft(desk: Desk) -> None:
    (refusal,) = desk.submit(Filing(desk.task, " \u3000\r\n")).refused
    assert isinstance(refusal.error, EmptyTextError)
    assert desk.obligation().state is ObligationState.PENDING
    assert desk.draft_text() is None


def test_control_characters_are_refused_at_the_door(desk: Desk) -> None:
    for bad in ("\0", "\x0b", "\ufffe", "\ud800"):
        (refusal,) = desk.submit(Filing(desk.task, f"已完成{bad}")).refused
        assert isinstance(refusal.error, ControlCharacterError)
        with pytest.raises(ControlCharacterError, match="第 4 个字符"):
            desk.draft(f"已完成{bad}")
    assert desk.draft_text() is None
    assert desk.history() == []


def test_a_repeated_request_answers_with_the_first_receipt(desk: Desk) -> None:
    first = desk.submit(Filing(desk.task, "已完成"), request_key="k1")
    again = desk.submit(Filing(desk.task, "已完成"), request_key="k1", now=NOW + timedelta(minutes=1))
    assert first.receipt is not None
    assert again.receipt is not None
    assert again.receipt.number == first.receipt.number
    assert len(desk.receipts()) == 1
    assert desk.history() == [(1, "已完成", "")]


def test_two_units_may_use_the_same_request_key(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "甲县已完成"), request_key="k1")
    other = desk.submit(Filing(desk.task, "乙县已完成"), request_key="k1", unit=desk.example.county_b)
    assert other.receipt is not None
    assert len({receipt.number for receipt in desk.receipts()}) == 2


def test_the_same_text_filed_twice_is_one_version_with_its_first_receipt(desk: Desk) -> None:
    first = desk.submit(Filing(desk.task, "已完成", base_version=0))
    again = desk.submit(Filing(desk.task, "已完成 ", base_version=0))
    assert first.receipt is not None
    assert again.receipt is not None
    assert again.receipt.number == first.receipt.number
    assert [line.task.number for line in again.filed] == ["1"]
    assert desk.history() == [(1, "已完成", "")]


def test_the_same_text_after_a_return_is_a_new_version(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "已完成"))
    desk.review(ReviewOutcome.RETURNED)
    desk.submit(Filing(desk.task, "已完成"))
    assert desk.history() == [(1, "已完成", ""), (2, "已完成", "")]
    assert desk.obligation().state is ObligationState.SUBMITTED


def test_versions_are_added_and_never_overwritten(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "第一稿", base_version=0))
    desk.submit(Filing(desk.task, "第二稿", base_version=1))
    desk.submit(Filing(desk.task, "确无进展", base_version=2, is_nil=True))
    desk.submit(Filing(desk.task, "第三稿"))
    assert desk.history() == [(1, "第一稿", ""), (2, "第二稿", ""), (3, "", "确无进展"), (4, "第三稿", "")]
    assert desk.obligation().version == 4
    assert len(desk.receipts()) == 4


def test_a_conflict_keeps_both_texts(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "先到的", base_version=0))
    (refusal,) = desk.submit(Filing(desk.task, "后到的", base_version=0)).refused
    assert isinstance(refusal.error, ConflictError)
    assert (refusal.error.theirs, refusal.error.yours) == ("先到的", "后到的")
    assert desk.history() == [(1, "先到的", "")]
    assert desk.draft_text() == "后到的"
    # What was filed still counts as filed.
    assert desk.obligation().state is ObligationState.SUBMITTED


def test_a_nil_report_needs_its_reason_and_counts_as_filed(desk: Desk) -> None:
    (refusal,) = desk.submit(Filing(desk.task, "", is_nil=True)).refused
    assert isinstance(refusal.error, EmptyTextError)
    desk.submit(Filing(desk.task, "本季度没有安排", is_nil=True))
    assert desk.history() == [(1, "", "本季度没有安排")]
    assert desk.obligation().state is ObligationState.NIL
    with desk.database.reading() as session:
        rates = round_rates(session, desk.example.round)
    assert (rates.expected, rates.filed, rates.nil, rates.on_time) == (8, 1, 1, 1)


def test_a_reason_and_a_text_of_the_same_words_are_two_versions(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "没有新增", is_nil=True))
    desk.submit(Filing(desk.task, "没有新增"))
    assert desk.history() == [(1, "", "没有新增"), (2, "没有新增", "")]
    assert desk.obligation().state is ObligationState.SUBMITTED


def test_an_accepted_text_is_closed_to_its_unit(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "已完成"))
    desk.review(ReviewOutcome.ACCEPTED)
    (refusal,) = desk.submit(Filing(desk.task, "改一改")).refused
    assert isinstance(refusal.error, AlreadyAcceptedError)
    with pytest.raises(AlreadyAcceptedError):
        desk.draft("改一改")
    assert desk.history() == [(1, "已完成", "")]
    assert desk.draft_text() is None
    assert desk.obligation().state is ObligationState.ACCEPTED


def test_an_exempt_obligation_takes_no_text(desk: Desk) -> None:
    with desk.database.transaction() as session:
        exempt(session, COORDINATOR, desk.obligation_in(session), desk.task, "本期没有任务")
    (refusal,) = desk.submit(Filing(desk.task, "已完成")).refused
    assert isinstance(refusal.error, TransitionError)
    assert "免报" in str(refusal.error)
    assert desk.history() == []


def test_a_task_that_the_unit_does_not_owe_is_refused_by_its_number(desk: Desk) -> None:
    outcome = desk.submit(Filing(desk.task, "已完成"), Filing(desk.example.tasks[2], "只有乙县报"))
    assert [line.task.number for line in outcome.filed] == ["1"]
    (refusal,) = outcome.refused
    assert isinstance(refusal.error, NotExpectedError)
    assert str(refusal.error) == "本期第 3 项任务不需要甲县报送。"


def test_after_closing_nothing_is_taken(desk: Desk) -> None:
    with desk.database.transaction() as session:
        found = session.get_one(ReportingRound, desk.example.round.id)
        close_round(session, COORDINATOR, found, NOW)
    with pytest.raises(RoundClosedError, match="2024Q3"):
        desk.submit(Filing(desk.task, "已完成"))
    with pytest.raises(RoundClosedError):
        desk.draft("已完成")
    assert desk.history() == []


def test_past_the_moment_it_locks_nothing_is_taken_even_before_the_job_has_run(desk: Desk) -> None:
    locks_at = datetime(2024, 10, 12, 23, 59, 59, tzinfo=SHANGHAI)
    with pytest.raises(RoundClosedError):
        desk.submit(Filing(desk.task, "已完成"), now=locks_at + timedelta(seconds=1))
    assert desk.submit(Filing(desk.task, "已完成"), now=locks_at).receipt is not None


def test_another_units_filer_learns_nothing_and_a_leader_may_not(desk: Desk) -> None:
    stranger = desk.example.filer(desk.example.county_b)
    with pytest.raises(NotFoundError) as caught:
        desk.submit(Filing(desk.task, "替别人报"), actor=stranger)
    assert type(caught.value) is NotFoundError
    assert desk.county.name not in str(caught.value)
    with pytest.raises(ForbiddenError):
        desk.submit(Filing(desk.task, "领导代报"), actor=Actor(Role.LEADER, "领导", "test"))
    assert desk.receipts() == []


def test_a_coordinator_files_for_a_unit_under_his_own_name(desk: Desk) -> None:
    outcome = desk.submit(Filing(desk.task, "电话报来"), actor=COORDINATOR)
    assert outcome.receipt is not None
    assert (outcome.receipt.filed_by, outcome.receipt.unit_id) == ("统筹人", desk.county.id)


@pytest.mark.parametrize(("seconds", "is_on_time"), [(0, True), (1, False)])
def test_the_last_second_of_the_due_day_is_on_time_and_the_next_is_late(
    desk: Desk, seconds: int, is_on_time: bool
) -> None:
    desk.submit(Filing(desk.task, "已完成"), now=DUE_AT + timedelta(seconds=seconds))
    assert desk.obligation().is_on_time is is_on_time
    with desk.database.reading() as session:
        rates = round_rates(session, desk.example.round)
    assert (rates.filed, rates.on_time, rates.late) == (1, int(is_on_time), int(not is_on_time))


def test_a_return_never_turns_on_time_into_late_nor_late_into_on_time(desk: Desk) -> None:
    second = desk.example.tasks[1]
    late = DUE_AT + timedelta(days=2)
    desk.submit(Filing(desk.task, "按时"), now=DUE_AT)
    desk.submit(Filing(second, "逾期"), now=late)
    desk.review(ReviewOutcome.RETURNED)
    desk.review(ReviewOutcome.RETURNED, second)
    desk.submit(Filing(desk.task, "改好"), Filing(second, "改好"), now=late + timedelta(hours=1))
    assert desk.obligation().is_on_time is True
    assert desk.obligation().first_submitted_at == DUE_AT
    assert desk.obligation(second).is_on_time is False


def test_a_draft_may_be_longer_than_what_will_be_accepted_but_not_without_bound(desk: Desk) -> None:
    assert desk.draft("字" * 6000) is not None
    with pytest.raises(TextTooLongError) as caught:
        desk.draft("字" * 6001)
    assert (caught.value.fields["count"], caught.value.fields["limit"]) == (6001, 6000)
    assert desk.draft_text() == "字" * 6000


def test_an_empty_draft_takes_the_draft_away(desk: Desk) -> None:
    desk.draft("写了一半")
    assert desk.obligation().state is ObligationState.DRAFT
    assert desk.draft(" \r\n") is None
    assert desk.draft_text() is None
    assert desk.obligation().state is ObligationState.PENDING


def test_a_draft_is_replaced_not_added_and_gone_once_filed(desk: Desk) -> None:
    desk.draft("一")
    desk.draft("二")
    assert desk.draft_text() == "二"
    desk.submit(Filing(desk.task, "三"))
    assert desk.draft_text() is None
    assert desk.history() == [(1, "三", "")]


def test_a_draft_over_a_filed_text_leaves_it_filed(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "已报"))
    draft = desk.draft("想改", base_version=1)
    assert draft is not None
    assert draft.base_version == 1
    assert desk.obligation().state is ObligationState.SUBMITTED
    assert desk.draft("") is None
    assert desk.obligation().state is ObligationState.SUBMITTED


def test_a_draft_over_an_older_version_meets_a_conflict_with_both_texts(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "新的"))
    with pytest.raises(ConflictError) as caught:
        desk.draft("旧的上面写的", base_version=0)
    assert (caught.value.theirs, caught.value.yours) == ("新的", "旧的上面写的")


def test_a_request_killed_before_its_commit_leaves_nothing(desk: Desk) -> None:
    def cut(session: Session) -> None:
        submit(session, COORDINATOR, desk.example.round, desk.county, [Filing(desk.task, "没写完")], NOW)
        session.flush()
        raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"), desk.database.transaction() as session:
        cut(session)
    assert desk.obligation().version == 0
    assert desk.receipts() == []


def race(
    desk: Desk, texts: Sequence[str], base_version: int, request_key: str | None = None
) -> list[Submission]:
    """All texts filed at once on one base, each by its own connection."""
    gate = threading.Barrier(len(texts))
    outcomes: list[Submission] = []

    def file(text: str) -> None:
        gate.wait(timeout=30)
        filing = Filing(desk.task, text, base_version=base_version)
        outcomes.append(desk.submit(filing, request_key=request_key))

    threads = [threading.Thread(target=file, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_of_many_editors_on_one_base_one_wins_and_nobodys_text_is_lost(desk: Desk) -> None:
    for turn in range(5):
        texts = [f"第 {turn} 轮，第 {editor} 位" for editor in range(6)]
        outcomes = race(desk, texts, base_version=turn)
        won = [outcome for outcome in outcomes if outcome.filed]
        lost = [refusal.error for outcome in outcomes for refusal in outcome.refused]
        assert (len(won), len(lost)) == (1, 5)
        filed = desk.history()[-1][1]
        # The first turn starts from no version: the winner's text is there for the others all the same.
        conflicts = [error for error in lost if isinstance(error, ConflictError)]
        assert len(conflicts) == 5
        assert {error.theirs for error in conflicts} == {filed}
        assert {error.yours for error in conflicts} == set(texts) - {filed}
    assert [version for version, _, _ in desk.history()] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("request_key", [None, "k1"])
def test_a_double_click_is_one_version_also_when_both_clicks_come_at_once(
    desk: Desk, request_key: str | None
) -> None:
    outcomes = race(desk, ["同一段文字"] * 4, 0, request_key)
    assert len(outcomes) == 4
    assert all(outcome.filed and outcome.receipt for outcome in outcomes)
    assert desk.history() == [(1, "同一段文字", "")]
    assert len(desk.receipts()) == 1


def test_every_version_belongs_to_a_receipt_of_its_own_unit(desk: Desk) -> None:
    for unit in (desk.county, desk.example.county_b, desk.example.bureau):
        desk.submit(Filing(desk.task, f"{unit.name}已完成"), unit=unit)
    with desk.database.reading() as session:
        rows = session.exec(
            select(Receipt.unit_id, Obligation.unit_id)
            .join(ProgressUpdate, ProgressUpdate.receipt_id == Receipt.id)  # type: ignore[arg-type]
            .join(Obligation, Obligation.id == ProgressUpdate.obligation_id)  # type: ignore[arg-type]
        ).all()
    assert len(rows) == 3
    assert all(receipt_unit == unit for receipt_unit, unit in rows)
