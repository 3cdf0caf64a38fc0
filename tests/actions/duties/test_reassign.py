"""A task goes to another unit: what becomes of both obligations, of later rounds, and of the way back."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.reminding import at, file, obligation, send_back
from tests.example import COORDINATOR, Example, build_example
from tracker.actions.chasing.remind import plan_reminders
from tracker.actions.duties.ask_close_out import ask_close_out
from tracker.actions.duties.close_out import close_asked
from tracker.actions.duties.reassign import reassign, tell_new_unit
from tracker.actions.duties.undo_reassignment import Undoing, undo_reassignment, undoing_of
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.review.review_update import exempt, review_update
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import filers_of, open_round
from tracker.actions.units.merge_units import merge_units
from tracker.actions.units.undo_unit_change import undo_unit_change
from tracker.domain.actors import Actor, Role
from tracker.domain.states import ObligationState
from tracker.errors import (
    AcceptedNotMovedError,
    AlreadyOwedError,
    ClosedOutError,
    ForbiddenError,
    InvalidValueError,
    LaterReassignmentError,
    ReassignmentStandsError,
    ReassignmentUndoneError,
    RoundClosedError,
    StateError,
    TransitionError,
    UnknownReassignmentError,
)
from tracker.models import (
    Assignment,
    AssignmentRole,
    ListVersion,
    Obligation,
    OrgUnit,
    OutgoingMail,
    ProgressUpdate,
    Reassignment,
    ReportingRound,
    ReviewOutcome,
    Task,
    UnitKind,
    key,
)
from tracker.store.rounds import obligations_of
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

_S = ObligationState
NOW = at(9, 20, 10)


def move(
    session: Session,
    settings: Settings,
    example: Example,
    giver: OrgUnit,
    number: int,
    taker: OrgUnit,
    *,
    is_lasting: bool = False,
    reason: str = "职能调整",
) -> Reassignment:
    return reassign(
        session,
        COORDINATOR,
        settings,
        obligation(session, example, giver, number),
        example.tasks[number - 1],
        session.get_one(OrgUnit, taker.id),
        reason,
        NOW,
        is_lasting=is_lasting,
    )


def undo(session: Session, settings: Settings, moved: Reassignment) -> Undoing:
    return undo_reassignment(session, COORDINATOR, settings, key(moved), NOW)


def expected(session: Session, reporting_round: ReportingRound) -> set[tuple[int, str, str]]:
    """Lineage, unit and role of whatever is expected."""
    return {
        (
            session.get_one(Task, owed.task_id).lineage,
            session.get_one(OrgUnit, owed.unit_id).name,
            owed.role.value,
        )
        for owed in obligations_of(session, reporting_round)
        if owed.state is not _S.EXEMPT
    }


def open_next(session: Session, settings: Settings, example: Example) -> ReportingRound:
    return open_round(session, COORDINATOR, settings, example.task_list, "2024Q4", at(12, 20))


def test_the_old_unit_is_exempt_and_the_new_one_owes_the_task_in_its_role(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        other = add_unit(session, "市新设局", UnitKind.DEPARTMENT)
        moved = move(session, settings, example, example.bureau, 1, other, reason=" 职能调整 ")
        old = obligation(session, example, example.bureau, 1)
        assert (old.state, old.exempt_reason) == (_S.EXEMPT, "已改派给市新设局：职能调整")
        new = obligation(session, example, other, 1)
        assert (new.state, new.role, new.version) == (_S.PENDING, AssignmentRole.LEAD, 0)
        assert (moved.reason, moved.reassigned_by, moved.is_lasting) == ("职能调整", "统筹人", False)


def test_what_the_old_unit_wrote_stays_on_file(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_b, 3)
        move(session, settings, example, example.county_b, 3, example.county_a)
        assert session.exec(select(ProgressUpdate)).one().text == "乙县已完成"
        assert obligation(session, example, example.county_a, 3).version == 0


def test_only_a_coordinator_moves_tasks_and_says_why(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        owed = obligation(session, example, example.county_b, 3)
        for actor in (example.filer(example.county_b), Actor(Role.LEADER, "领导", "test")):
            with pytest.raises(ForbiddenError):
                reassign(session, actor, settings, owed, example.tasks[2], example.county_a, "理由", NOW)
            with pytest.raises(ForbiddenError):
                undo_reassignment(session, actor, settings, 1, NOW)
        for reason in (" ", "理" * 301):
            with pytest.raises(InvalidValueError):
                move(session, settings, example, example.county_b, 3, example.county_a, reason=reason)


def test_what_cannot_be_moved_is_refused_with_what_to_do(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        # The new unit owes it anyway.
        with pytest.raises(AlreadyOwedError, match="本来就由乙县报送"):
            move(session, settings, example, a, 1, b)
        with pytest.raises(AlreadyOwedError):
            move(session, settings, example, a, 1, a)
        file(session, example, b, 3)
        owed = obligation(session, example, b, 3)
        review_update(session, COORDINATOR, owed, example.tasks[2], ReviewOutcome.ACCEPTED, NOW)
        with pytest.raises(AcceptedNotMovedError, match="请先退回"):
            move(session, settings, example, b, 3, a)
        exempt(session, COORDINATOR, obligation(session, example, b, 2), example.tasks[1], "已撤并")
        with pytest.raises(TransitionError, match="免报"):
            move(session, settings, example, b, 2, add_unit(session, "丙县", UnitKind.COUNTY))
        assert session.exec(select(Reassignment)).all() == []


def test_a_refusal_leaves_nothing_behind(database: Database, settings: Settings) -> None:
    """Also what was written for the new unit before the old one turned out not to give."""
    with database.transaction() as session:
        example = build_example(session, settings)
        owed = obligation(session, example, example.county_b, 3)
        exempt(session, COORDINATOR, owed, example.tasks[2], "已撤并")
    with pytest.raises(TransitionError), database.transaction() as session:
        move(session, settings, example, example.county_b, 3, example.county_a)
    with database.reading() as session:
        owed_by_a = session.exec(select(Obligation).where(Obligation.unit_id == example.county_a.id)).all()
        assert len(owed_by_a) == 2


def test_a_task_closed_out_for_the_new_unit_is_not_given_to_it(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        asked = ask_close_out(
            session,
            COORDINATOR,
            settings,
            example.task_list,
            example.tasks[2],
            example.county_a,
            "已完成",
            NOW,
        )
        close_asked(session, COORDINATOR, settings, key(asked), "", NOW)
        with pytest.raises(ClosedOutError):
            move(session, settings, example, example.county_b, 3, example.county_a)


def test_a_closed_round_is_not_changed(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        moved = move(session, settings, example, example.county_b, 3, example.county_a)
        close_round(session, COORDINATOR, session.get_one(ReportingRound, example.round.id), NOW)
        with pytest.raises(RoundClosedError):
            move(session, settings, example, example.county_b, 2, example.county_a)
        with pytest.raises(ReassignmentStandsError):
            undo(session, settings, moved)


@pytest.mark.parametrize("stand", ["pending", "draft", "submitted", "nil", "returned"])
def test_undone_both_stand_where_they_stood(database: Database, settings: Settings, stand: str) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        unit = example.county_b
        if stand == "draft":
            current = session.get_one(ReportingRound, example.round.id)
            save_draft(
                session, example.filer(unit), current, unit, example.tasks[2], "半句", NOW, base_version=0
            )
        if stand in ("submitted", "returned"):
            file(session, example, unit, 3)
        if stand == "returned":
            send_back(session, example, unit, 3, NOW)
        if stand == "nil":
            _file_nil(session, example, unit)
        before = obligation(session, example, unit, 3).model_dump()
        assert before["state"].value == stand
        moved = move(session, settings, example, unit, 3, example.county_a)
        assert undoing_of(session, moved) is Undoing.RESTORES
        assert undo(session, settings, moved) is Undoing.RESTORES
        assert obligation(session, example, unit, 3).model_dump() == before
        assert len(obligations_of(session, example.round, unit_id=key(example.county_a))) == 2
        assert (moved.undone_by, moved.undone_at) == ("统筹人", NOW)
        with pytest.raises(ReassignmentUndoneError):
            undo(session, settings, moved)
        with pytest.raises(UnknownReassignmentError):
            undo_reassignment(session, COORDINATOR, settings, 999, NOW)


def _file_nil(session: Session, example: Example, unit: OrgUnit) -> None:
    current = session.get_one(ReportingRound, example.round.id)
    filing = replace(Filing(example.tasks[2], "尚未开始"), is_nil=True)
    assert not submit(session, example.filer(unit), current, unit, [filing], NOW).refused


def test_once_the_new_unit_has_filed_it_stands(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        moved = move(session, settings, example, example.county_b, 3, example.county_a)
        file(session, example, example.county_a, 3)
        assert undoing_of(session, moved) is Undoing.NOTHING
        with pytest.raises(ReassignmentStandsError, match="甲县已经报送"):
            undo(session, settings, moved)


def test_a_draft_of_the_new_unit_is_kept(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        moved = move(session, settings, example, example.county_b, 3, example.county_a)
        unit, current = example.county_a, session.get_one(ReportingRound, example.round.id)
        save_draft(session, example.filer(unit), current, unit, example.tasks[2], "半句", NOW, base_version=0)
        undo(session, settings, moved)
        kept = obligation(session, example, unit, 3)
        assert (kept.state, kept.exempt_reason) == (_S.EXEMPT, "改派已撤销，仍由乙县报送")
        assert obligation(session, example, example.county_b, 3).state is _S.PENDING


def test_moved_on_it_is_undone_from_the_last_one_on(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        third = add_unit(session, "丙县", UnitKind.COUNTY)
        before = expected(session, example.round)
        first = move(session, settings, example, example.county_b, 3, example.county_a)
        second = move(session, settings, example, example.county_a, 3, third)
        with pytest.raises(LaterReassignmentError, match=f"第 {second.id} 号"):
            undo(session, settings, first)
        undo(session, settings, second)
        undo(session, settings, first)
        assert expected(session, example.round) == before


def test_moved_back_the_first_unit_owes_it_again_with_what_it_wrote(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        file(session, example, b, 3)
        move(session, settings, example, b, 3, a)
        file(session, example, a, 3)
        back = move(session, settings, example, a, 3, b)
        assert obligation(session, example, b, 3).state is _S.SUBMITTED
        assert obligation(session, example, a, 3).state is _S.EXEMPT
        # It has filed already: that cannot be taken back by undoing.
        assert undoing_of(session, back) is Undoing.NOTHING


def test_a_lasting_one_is_followed_by_rounds_that_open_later(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        other = add_unit(session, "市新设局", UnitKind.DEPARTMENT)
        move(session, settings, example, example.bureau, 1, other, is_lasting=True)
        # Of this round only.
        move(session, settings, example, example.county_b, 3, example.county_a)
        following = expected(session, open_next(session, settings, example))
        assert (1, "市新设局", "lead") in following
        assert (1, "市示例局", "lead") not in following
        assert (3, "乙县", "local") in following
        assert "市新设局" in {unit.name for unit in filers_of(session, example.task_list)}


def test_it_is_followed_through_a_new_version_of_the_list(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        move(session, settings, example, example.county_b, 3, example.county_a, is_lasting=True)
        version = ListVersion(list_id=key(example.task_list), number=2, imported_at=NOW)
        session.add(version)
        session.flush()
        task = Task(
            version_id=key(version), lineage=3, position=1, number="9", title="任务", content="改写的内容"
        )
        session.add(task)
        session.flush()
        for unit, role in ((example.bureau, AssignmentRole.LEAD), (example.county_b, AssignmentRole.LOCAL)):
            session.add(
                Assignment(task_id=key(task), unit_id=key(unit), role=role, position=1, text=unit.name)
            )
        session.flush()
        following = expected(session, open_next(session, settings, example))
        assert following == {(3, "市示例局", "lead"), (3, "甲县", "local")}


def test_a_lasting_one_can_be_stopped_when_its_round_is_over(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        moved = move(session, settings, example, example.county_b, 3, example.county_a, is_lasting=True)
        file(session, example, example.county_a, 3)
        current = session.get_one(ReportingRound, example.round.id)
        close_round(session, COORDINATOR, current, NOW)
        before = expected(session, current)
        assert undo(session, settings, moved) is Undoing.STOPS
        assert expected(session, current) == before
        assert (3, "乙县", "local") in expected(session, open_next(session, settings, example))


def test_a_unit_that_was_merged_away_is_followed(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        gone = add_unit(session, "丙县", UnitKind.COUNTY)
        change = merge_units(session, COORDINATOR, settings, gone, example.county_a, NOW)
        moved = move(session, settings, example, example.county_b, 3, gone, is_lasting=True)
        assert moved.to_unit_id == example.county_a.id
        undo_unit_change(session, COORDINATOR, change, NOW)
        assert moved.to_unit_id == example.county_a.id


def test_units_that_became_one_owe_the_task_in_later_rounds(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        move(session, settings, example, example.county_b, 3, example.county_a, is_lasting=True)
        merge_units(session, COORDINATOR, settings, example.county_a, example.county_b, NOW)
        assert (3, "乙县", "local") in expected(session, open_next(session, settings, example))


def test_the_next_reminder_tells_the_new_unit_and_not_the_old_one(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_a, 1, 2)
        move(session, settings, example, example.county_b, 3, example.county_a)
        told = {
            digest.to_address: [task.number for part in digest.parts for task in part.tasks]
            for digest in plan_reminders(session, settings, at(9, 27, 10)).digests
        }
        assert told["a@example.org"] == ["3"]
        assert told["b@example.org"] == ["1", "2"]


def test_the_new_unit_can_be_told_at_once(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        moved = move(session, settings, example, example.county_b, 3, example.county_a)
        assert tell_new_unit(session, COORDINATOR, settings, moved, NOW) == 1
        (mail,) = session.exec(select(OutgoingMail)).all()
        assert mail.to_address == "a@example.org"
        assert "示例任务3" in mail.text


def test_of_two_who_move_the_same_task_one_is_refused(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        add_unit(session, "丙县", UnitKind.COUNTY)
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def act(taker: OrgUnit) -> None:
        both.wait()
        try:
            with database.transaction() as session:
                move(session, settings, example, example.county_b, 3, taker)
            outcomes.append("moved")
        except StateError as error:
            outcomes.append(type(error).__name__)

    with database.reading() as session:
        third = session.exec(select(OrgUnit).where(OrgUnit.name == "丙县")).one()
    threads = [threading.Thread(target=act, args=(unit,)) for unit in (example.county_a, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["TransitionError", "moved"]
    with database.reading() as session:
        owing = obligations_of(session, example.round, task_id=key(example.tasks[2]))
        assert sum(owed.state is not _S.EXEMPT for owed in owing) == 2
