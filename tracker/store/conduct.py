"""Findings 认定 and appeals 申诉: what is held against units beside the clock, and what was struck out."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlmodel import col, func, select

from tracker.domain.faults import Fault
from tracker.errors import UnknownAppealError
from tracker.models import (
    Appeal,
    AppealState,
    Finding,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    ReportingRound,
    Review,
    ReviewOutcome,
    Task,
    TaskList,
)
from tracker.store.faults import has_fault
from tracker.store.obligation_list import ObligationFilter, StateWord, conditions
from tracker.store.rounds import units_in_round

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

# No rule asks for a longer row (ScoringRules.interview_after).
_LOOK_BACK: Final = 20


def struck_out_faults(session: Session, reporting_round: ReportingRound) -> dict[int, tuple[Fault, ...]]:
    """By obligation id, the gravest first; also of a fault that the obligation no longer has."""
    rows = session.exec(
        select(Appeal.obligation_id, Appeal.fault)
        .join(Obligation, col(Obligation.id) == col(Appeal.obligation_id))
        .where(Obligation.round_id == reporting_round.id, Appeal.state == AppealState.UPHELD)
        .distinct()
    )
    found: dict[int, set[Fault]] = defaultdict(set)
    for obligation_id, fault in rows:
        found[obligation_id].add(Fault(fault))
    return {
        obligation_id: tuple(fault for fault in Fault if fault in faults)
        for obligation_id, faults in found.items()
    }


def findings_of(session: Session, reporting_round: ReportingRound) -> dict[int, Finding]:
    """By obligation id, the one that counts: not withdrawn."""
    return _active(session, Obligation.round_id == reporting_round.id)


def findings_on_unit(session: Session, reporting_round: ReportingRound, unit_id: int) -> dict[int, Finding]:
    """As `findings_of`, of one unit."""
    return _active(session, Obligation.round_id == reporting_round.id, Obligation.unit_id == unit_id)


def times_returned(session: Session, reporting_round: ReportingRound) -> dict[int, int]:
    """By obligation id, how often the office returned a text of it; one that it never returned is not in it.

    What the unit above sends back to those below it stays between them.
    """
    rows = session.exec(
        select(ProgressUpdate.obligation_id, func.count())
        .join(Review, col(Review.update_id) == col(ProgressUpdate.id))
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(
            Obligation.round_id == reporting_round.id,
            Review.outcome == ReviewOutcome.RETURNED,
            col(Review.by_unit_id).is_(None),
        )
        .group_by(col(ProgressUpdate.obligation_id))
    )
    return dict(rows.all())


def count_faults(
    session: Session, reporting_round: ReportingRound, *, is_struck_out: bool
) -> dict[int, Counter[Fault]]:
    """By unit id, how many of its obligations have each fault, or had it until an appeal struck it out."""
    found: dict[int, Counter[Fault]] = defaultdict(Counter)
    for fault in _struck_out_at_all(session, reporting_round) if is_struck_out else Fault:
        rows = session.exec(
            select(Obligation.unit_id, func.count())
            .where(
                *conditions(reporting_round, ObligationFilter()),
                *has_fault(fault, reporting_round.id, is_struck_out=is_struck_out),
            )
            .group_by(col(Obligation.unit_id))
        )
        for unit_id, count in rows:
            found[unit_id][fault] = count
    return dict(found)


def _struck_out_at_all(session: Session, reporting_round: ReportingRound) -> list[Fault]:
    """Mostly none: then a large round is not counted through for it."""
    rows = session.exec(
        select(Appeal.fault)
        .join(Obligation, col(Obligation.id) == col(Appeal.obligation_id))
        .where(Obligation.round_id == reporting_round.id, Appeal.state == AppealState.UPHELD)
        .distinct()
    )
    return [Fault(fault) for fault in rows]


def missed_before(session: Session, reporting_round: ReportingRound) -> dict[int, int]:
    """By unit id, in how many rounds in a row right before this one it had something missing when they closed.

    A round in which nothing was expected of a unit is passed over, and so is one that is still open; what an appeal
    struck out was not missing. A unit with none is not in it. Looks back over `_LOOK_BACK` rounds.
    """
    earlier = session.exec(
        select(ReportingRound)
        .where(
            ReportingRound.list_id == reporting_round.list_id,
            ReportingRound.due_at < reporting_round.due_at,
            col(ReportingRound.closed_at).is_not(None),
        )
        .order_by(col(ReportingRound.due_at).desc())
        .limit(_LOOK_BACK)
    ).all()
    going_on = units_in_round(session, reporting_round)
    found: Counter[int] = Counter()
    for before in earlier:
        if not going_on:
            break
        owed = conditions(before, ObligationFilter(state=StateWord.EXPECTED))
        missing = has_fault(Fault.MISSING, before.id, is_struck_out=False)
        unit_ids = select(Obligation.unit_id).distinct()
        owing = set(session.exec(unit_ids.where(*owed)))
        at_fault = set(session.exec(unit_ids.where(*owed, *missing)))
        found.update(at_fault & going_on)
        going_on -= owing - at_fault
    return dict(found)


class AppealRow(NamedTuple):
    appeal: Appeal
    obligation: Obligation
    task: Task
    unit: OrgUnit
    round: ReportingRound


def appeal_by_number(session: Session, number: int) -> Appeal:
    """Locked until the transaction ends. Raises UnknownAppealError."""
    found = session.get(Appeal, number, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownAppealError(number)
    return found


def appeals_on(session: Session, obligation_id: int) -> Sequence[Appeal]:
    """Of one obligation, the newest first."""
    return session.exec(
        select(Appeal).where(Appeal.obligation_id == obligation_id).order_by(col(Appeal.id).desc())
    ).all()


def faults_on(session: Session, obligation: Obligation) -> tuple[Fault, ...]:
    """What is held against one obligation, the gravest first; what is missing may not be due yet."""
    own = select(Obligation.id).where(Obligation.id == obligation.id)
    return tuple(
        fault
        for fault in Fault
        if session.exec(own.where(*has_fault(fault, obligation.round_id, is_struck_out=False))).first()
    )


def findings_on(session: Session, obligation_ids: Collection[int]) -> dict[int, list[Finding]]:
    """All there ever were on these obligations, withdrawn or not, the newest first."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in session.exec(
        select(Finding).where(col(Finding.obligation_id).in_(obligation_ids)).order_by(col(Finding.id).desc())
    ):
        found[finding.obligation_id].append(finding)
    return dict(found)


def finding_on(session: Session, obligation_id: int) -> Finding | None:
    """The one that counts."""
    return session.exec(
        select(Finding)
        .where(Finding.obligation_id == obligation_id, col(Finding.withdrawn_at).is_(None))
        .order_by(col(Finding.id).desc())
    ).first()


def list_appeals(
    session: Session, task_list: TaskList, *, state: AppealState, limit: int | None = None, offset: int = 0
) -> list[AppealRow]:
    """Those that wait, who waits longest first; of the decided ones the newest first."""
    order = col(Appeal.id) if state is AppealState.ASKED else col(Appeal.decided_at).desc()
    where = (ReportingRound.list_id == task_list.id, Appeal.state == state)
    rows = session.exec(
        _rows().where(*where).order_by(order, col(Appeal.id).desc()).limit(limit).offset(offset)
    )
    return [AppealRow(*row) for row in rows]


def asked_since(session: Session, round_id: int, unit_id: int, first: int) -> list[AppealRow]:
    """What waits of one unit in one round, from the appeal of this number on."""
    rows = session.exec(
        _rows()
        .where(
            Obligation.round_id == round_id,
            Obligation.unit_id == unit_id,
            Appeal.state == AppealState.ASKED,
            col(Appeal.id) >= first,
        )
        .order_by(col(Appeal.id))
    )
    return [AppealRow(*row) for row in rows]


def decided_since(session: Session, round_id: int, unit_id: int, since: datetime) -> list[AppealRow]:
    """What was decided of one unit in one round since then, in that order."""
    rows = session.exec(
        _rows()
        .where(
            Obligation.round_id == round_id,
            Obligation.unit_id == unit_id,
            Appeal.state != AppealState.ASKED,
            col(Appeal.decided_at) >= since,
        )
        .order_by(col(Appeal.decided_at), col(Appeal.id))
    )
    return [AppealRow(*row) for row in rows]


def _active(session: Session, *where: ColumnElement[bool] | bool) -> dict[int, Finding]:
    rows = session.exec(
        select(Finding)
        .join(Obligation, col(Obligation.id) == col(Finding.obligation_id))
        .where(*where, col(Finding.withdrawn_at).is_(None))
        .order_by(col(Finding.id))
    )
    return {finding.obligation_id: finding for finding in rows}


def _rows() -> Any:  # noqa: ANN401 - SQLModel's select has no type for five tables
    return (
        select(Appeal, Obligation, Task, OrgUnit, ReportingRound)  # type: ignore[call-overload]
        .join(Obligation, col(Obligation.id) == col(Appeal.obligation_id))
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
    )


def count_appeals(session: Session, task_list: TaskList) -> dict[AppealState, int]:
    rows = session.exec(
        select(Appeal.state, func.count())
        .join(Obligation, col(Obligation.id) == col(Appeal.obligation_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .where(ReportingRound.list_id == task_list.id)
        .group_by(col(Appeal.state))
    )
    counts = dict(rows.all())
    return {state: counts.get(state, 0) for state in AppealState}
