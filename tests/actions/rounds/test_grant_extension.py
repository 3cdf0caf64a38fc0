"""Extensions: who may have one and until when, and what follows them: timeliness, rungs, closing."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.actions.reminding import DUE_AT, EVE, FIRST_AFTER, at, file, obligation, told
from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.chasing.remind import plan_reminders
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.filing.filing_checks import takes_texts
from tracker.actions.rounds.close_round import close_expired_rounds, close_round
from tracker.actions.rounds.grant_extension import grant_extension, revoke_extension
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Actor, Role, system
from tracker.domain.rules import ReportingRules
from tracker.errors import (
    ExtensionRevokedError,
    ExtensionTooEarlyError,
    ExtensionTooLateError,
    ForbiddenError,
    InvalidValueError,
    NothingExpectedError,
    RoundClosedError,
    UnknownExtensionError,
)
from tracker.models import Extension, ReportingRound, TaskList, UnitKind, key
from tracker.reports.wording import late_label
from tracker.store.extensions import due_at_of, extension_history
from tracker.store.rounds import rates_by_unit, round_by_name
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

UNTIL = date(2024, 10, 10)
EXTENDED = at(10, 10, 23, 59, 59)
LOCKS_AT = at(10, 12, 23, 59, 59)


def current(session: Session, example: Example) -> ReportingRound:
    return session.get_one(ReportingRound, example.round.id)


def grant(
    session: Session,
    settings: Settings,
    example: Example,
    *,
    unit: OrgUnit | None = None,
    until: date = UNTIL,
    reason: str = "防汛救灾",
    now: datetime = EVE,
    actor: Actor = COORDINATOR,
) -> Extension:
    found = current(session, example)
    return grant_extension(session, actor, settings, found, unit or example.county_a, until, reason, now)


def revoke(
    session: Session, settings: Settings, example: Example, extension: Extension, now: datetime = EVE
) -> None:
    revoke_extension(session, COORDINATOR, settings, current(session, example), key(extension), now)


def test_it_is_kept_with_who_granted_it_when_and_why(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        grant(session, settings, example, reason="  防汛\r\n救灾 ")
    with database.reading() as session:
        ((row, unit),) = extension_history(session, current(session, example))
        assert (row.due_at, row.granted_at, row.granted_by, row.reason) == (
            EXTENDED,
            EVE,
            "统筹人",
            "防汛\n救灾",
        )
        assert unit.name == "甲县"
        assert due_at_of(session, current(session, example), key(example.county_a)) == EXTENDED
        assert due_at_of(session, current(session, example), key(example.county_b)) == DUE_AT


@pytest.mark.parametrize(
    ("until", "error"),
    [
        (date(2024, 10, 6), ExtensionTooEarlyError),
        (date(2024, 9, 30), ExtensionTooEarlyError),
        (date(2024, 10, 7), None),
        # The next quarter is due on 6 January: the unit would owe two at once.
        (date(2025, 1, 6), None),
        (date(2025, 1, 7), ExtensionTooLateError),
    ],
)
def test_it_is_later_than_the_due_day_and_not_later_than_the_next_periods(
    sqlite_database: Database, settings: Settings, until: date, error: type[Exception] | None
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        if error is None:
            assert grant(session, settings, example, until=until).due_at.date() == until
            return
        with pytest.raises(error):
            grant(session, settings, example, until=until)


def test_a_list_that_reports_on_demand_gives_at_most_ninety_days(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        found = current(session, example)
        found.period = "2024N3"
        found.rules = ReportingRules(period_type="on_demand").model_dump_json()
        session.add(found)
        with pytest.raises(ExtensionTooLateError, match="2025-01-04"):
            grant(session, settings, example, until=date(2025, 1, 5))
        grant(session, settings, example, until=date(2025, 1, 4))


@pytest.mark.parametrize("reason", ["", "  \n", "字" * 301])
def test_a_reason_is_asked_for(sqlite_database: Database, settings: Settings, reason: str) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(InvalidValueError):
            grant(session, settings, example, reason=reason)
        assert extension_history(session, current(session, example)) == []


def test_who_owes_nothing_or_may_not_grant_or_is_too_late_is_refused(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        other = add_unit(session, "示例学校", UnitKind.OTHER)
        session.flush()
        with pytest.raises(NothingExpectedError):
            grant(session, settings, example, unit=other)
        for actor in (example.filer(example.county_a), Actor(Role.LEADER, "领导", "test")):
            with pytest.raises(ForbiddenError):
                grant(session, settings, example, actor=actor)
        extension = grant(session, settings, example)
        close_round(session, COORDINATOR, current(session, example), EVE)
        with pytest.raises(RoundClosedError):
            grant(session, settings, example)
        with pytest.raises(RoundClosedError):
            revoke(session, settings, example, extension)


def test_what_is_filed_within_it_is_on_time(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        grant(session, settings, example)
        file(session, example, example.county_a, 1, now=EXTENDED)
        file(session, example, example.county_a, 2, now=EXTENDED + timedelta(seconds=1))
        file(session, example, example.county_b, 1, now=at(10, 7))
        rates = rates_by_unit(session, current(session, example))
    assert (rates[key(example.county_a)].on_time, rates[key(example.county_a)].late) == (1, 1)
    assert (rates[key(example.county_b)].on_time, rates[key(example.county_b)].late) == (0, 1)


def test_what_was_filed_before_the_grant_is_judged_anew_in_the_same_transaction(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_a, 1, now=at(10, 8))
        file(session, example, example.county_b, 1, now=at(10, 8))
        assert obligation(session, example, example.county_a, 1).is_on_time is False
        extension = grant(session, settings, example, now=at(10, 11))
        assert obligation(session, example, example.county_a, 1).is_on_time is True
        assert obligation(session, example, example.county_a, 2).is_on_time is None
        assert obligation(session, example, example.county_b, 1).is_on_time is False
        revoke(session, settings, example, extension, at(10, 11))
        assert obligation(session, example, example.county_a, 1).is_on_time is False


def test_a_second_one_takes_the_place_of_the_first_and_gives_it_back(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        grant(session, settings, example)
        second = grant(session, settings, example, until=date(2024, 10, 8))
        found = current(session, example)
        assert due_at_of(session, found, key(example.county_a)) == at(10, 8, 23, 59, 59)
        revoke(session, settings, example, second)
        assert due_at_of(session, found, key(example.county_a)) == EXTENDED
        with pytest.raises(ExtensionRevokedError, match="统筹人"):
            revoke(session, settings, example, second)
        with pytest.raises(UnknownExtensionError):
            revoke_extension(session, COORDINATOR, settings, found, 999, EVE)


def test_one_of_another_round_is_not_revoked_from_here(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        extension = grant(session, settings, example)
        task_list = session.get_one(TaskList, example.task_list.id)
        other = open_round(session, COORDINATOR, settings, task_list, "2024Q4", OPENED_AT)
        with pytest.raises(UnknownExtensionError):
            revoke_extension(session, COORDINATOR, settings, other, key(extension), EVE)


def test_the_round_waits_with_closing_for_the_last_extension(database: Database, settings: Settings) -> None:
    last = at(10, 16, 23, 59, 59)
    with database.transaction() as session:
        example = build_example(session, settings)
        assert current(session, example).locks_at == LOCKS_AT
        grant(session, settings, example)
        assert current(session, example).locks_at == LOCKS_AT
        extension = grant(session, settings, example, unit=example.county_b, until=last.date())
        found = current(session, example)
        assert found.locks_at == last
        assert takes_texts(found, LOCKS_AT + timedelta(days=1))
        assert close_expired_rounds(session, system("test"), last - timedelta(seconds=1)) == 0
    with database.transaction() as session:
        revoke(session, settings, example, extension)
        assert current(session, example).locks_at == LOCKS_AT
        grant(session, settings, example, unit=example.county_b, until=last.date())
        assert close_expired_rounds(session, system("test"), last + timedelta(seconds=1)) == 1


def test_a_round_that_only_a_person_closes_stays_one(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings, now=at(10, 21))
        grant(session, settings, example, until=date(2024, 11, 1), now=at(10, 22))
        assert current(session, example).locks_at is None


def test_its_rungs_stand_around_its_own_day_and_the_others_stay(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        grant(session, settings, example, now=at(9, 26))
        eve = plan_reminders(session, settings, EVE)
        after = plan_reminders(session, settings, FIRST_AFTER)
        own_eve = plan_reminders(session, settings, at(10, 9, 9))
        own_after = plan_reminders(session, settings, at(10, 11, 9))
    assert "a@example.org" in told(eve)
    assert told(after)["b@example.org"] == [("乙县", "1", ["1", "2", "3"])]
    assert told(after)["a@example.org"] == [("甲县", "-5@2024-10-10", ["1", "2"])]
    assert told(own_eve)["a@example.org"] == [("甲县", "-1@2024-10-10", ["1", "2"])]
    (part,) = next(d for d in own_eve.digests if d.to_address == "a@example.org").parts
    assert (part.due_at, part.is_overdue, part.is_extended) == (EXTENDED, False, True)
    assert part.reason == "距截止还有 1 个工作日（第 -1 档）"
    assert told(own_after)["a@example.org"] == [("甲县", "1@2024-10-10", ["1", "2"])]
    (part,) = next(d for d in own_after.digests if d.to_address == "a@example.org").parts
    assert part.reason == "已逾期 1 个工作日（第 1 档）"


def test_the_grant_itself_brings_no_reminder(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        grant(session, settings, example, now=FIRST_AFTER - timedelta(minutes=1))
        plan = plan_reminders(session, settings, FIRST_AFTER)
    assert sorted(told(plan)) == ["b@example.org", "bureau@example.org"]
    reasons = {skip.unit: skip.reason for skip in plan.skipped}
    assert reasons == {"甲县": "已延期至 2024-10-10，尚未到下一档催报时间（2024-10-09 09:00）"}


def test_the_report_does_not_call_an_extended_unit_overdue(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        grant(session, settings, example)
        task_list, found = round_by_name(session, "example", "2024Q3")
        early, late = (
            compile_report(session, settings, task_list, found, moment) for moment in (at(10, 8), at(10, 11))
        )
    for report, own in ((early, "未到期"), (late, "逾期未报")):
        labels = {entry.unit.name: late_label(entry, report, str) for entry in report.tasks[0].entries}
        assert labels == {"市示例局": "逾期未报", "甲县": own, "乙县": "逾期未报"}


def test_a_text_filed_at_the_very_moment_of_the_grant_is_judged_by_it(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
    gate = threading.Barrier(2)

    def filing() -> None:
        gate.wait(timeout=30)
        with database.transaction() as session:
            file(session, example, example.county_a, 1, 2, now=at(10, 8))

    def granting() -> None:
        gate.wait(timeout=30)
        with database.transaction() as session:
            grant(session, settings, example, now=at(10, 8))

    threads = [threading.Thread(target=act) for act in (filing, granting)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with database.reading() as session:
        timely = [obligation(session, example, example.county_a, number).is_on_time for number in (1, 2)]
    assert timely == [True, True]
