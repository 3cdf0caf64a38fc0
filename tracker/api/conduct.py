"""What counts against one obligation, and the appeals of a list."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from sqlmodel import Session

from tracker.actions.review.appeal import ask_appeal, excuse, faults_held
from tracker.actions.review.decide_appeal import refuse_appeal, take_back_excuse, uphold_appeal
from tracker.actions.review.find_no_substance import find_no_substance, withdraw_finding
from tracker.api.access import ApiContext, Caller, Context, Name, round_in_scope, unit_in_scope
from tracker.api.conduct_answers import (
    AppealAnswer,
    AppealsAnswer,
    ConductAnswer,
    FindingAnswer,
    ListedAppealAnswer,
)
from tracker.api.questions import AppealQuestion, DecisionQuestion, ExcuseQuestion, FindingQuestion
from tracker.domain.actors import Actor
from tracker.domain.faults import Fault
from tracker.errors import NotExpectedError, NotFoundError
from tracker.models import Appeal, AppealState, Finding, Obligation, OrgUnit, Task, key
from tracker.store.conduct import appeals_on, count_appeals, findings_on, list_appeals
from tracker.store.lists import list_by_slug, task_by_number
from tracker.store.rounds import lock_obligations

router = APIRouter(tags=["扣分与申诉"])

_OF_TASK = "/rounds/{list}/{period}/units/{unit}/obligations/{task}"
_PAGE = 50
_DECIDE = {"upheld": uphold_appeal, "refused": refuse_appeal, "taken_back": take_back_excuse}
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Act = Callable[[Session, Obligation, Task, datetime], object]


@router.get(f"{_OF_TASK}/conduct", summary="一项的扣分与申诉")
def conduct(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
) -> ConductAnswer:
    """What counts against the unit for one task, and what was said of it."""
    with context.database.reading() as session:
        owned = _owed(session, actor, list, period, unit, task)
        return _answer(session, *owned, context.now(), context.settings.site.zone)


@router.post(f"{_OF_TASK}/appeals", summary="申诉")
def appeal(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
    question: AppealQuestion,
) -> ConductAnswer:
    """Once for each fault; the coordinators are mailed."""

    def act(session: Session, obligation: Obligation, wanted: Task, now: datetime) -> object:
        fault = Fault(question.fault)
        return ask_appeal(session, actor, context.settings, obligation, wanted, fault, question.words, now)

    return _change(context, actor, (list, period, unit, task), act)


@router.post(f"{_OF_TASK}/excuses", summary="直接免责")
def excuses(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
    question: ExcuseQuestion,
) -> ConductAnswer:
    """With a coordinator's key; the unit is mailed."""

    def act(session: Session, obligation: Obligation, wanted: Task, now: datetime) -> object:
        fault = Fault(question.fault)
        return excuse(session, actor, context.settings, obligation, wanted, fault, question.reason, now)

    return _change(context, actor, (list, period, unit, task), act)


@router.post(f"{_OF_TASK}/finding", summary="认定无实质内容")
def find(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
    question: FindingQuestion,
) -> ConductAnswer:
    """With a coordinator's key, of the version that was read."""

    def act(session: Session, obligation: Obligation, wanted: Task, now: datetime) -> object:
        reason, version = question.reason, question.version
        return find_no_substance(session, actor, obligation, wanted, reason, now, version=version)

    return _change(context, actor, (list, period, unit, task), act)


@router.delete(f"{_OF_TASK}/finding", summary="撤销认定")
def withdraw(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
) -> ConductAnswer:
    """What was said stays on record."""

    def act(session: Session, obligation: Obligation, wanted: Task, now: datetime) -> object:
        return withdraw_finding(session, actor, obligation, wanted, now)

    return _change(context, actor, (list, period, unit, task), act)


@router.get("/lists/{list}/appeals", summary="一份清单的申诉")
def appeals(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    state: AppealState = AppealState.ASKED,
    page: Annotated[int, Query(ge=1, description="Of 50 appeals each.")] = 1,
) -> AppealsAnswer:
    """With a key that sees all: those that wait, the oldest first; of the decided ones the newest first."""
    zone = context.settings.site.zone
    with context.database.reading() as session:
        if not actor.sees_all:
            raise NotFoundError
        task_list = list_by_slug(session, list)
        rows = list_appeals(session, task_list, state=state, limit=_PAGE, offset=(page - 1) * _PAGE)
        return AppealsAnswer(
            count=count_appeals(session, task_list)[state],
            appeals=tuple(
                ListedAppealAnswer(
                    **_appeal(row.appeal, zone).model_dump(),
                    period=row.round.period,
                    task=row.task.number,
                    unit=row.unit.name,
                )
                for row in rows
            ),
        )


@router.post("/appeals/{number}/decision", summary="处理申诉")
def decide(context: Context, actor: Caller, number: Number, question: DecisionQuestion) -> AppealAnswer:
    """With a coordinator's key; `taken_back` is of one that was upheld. The unit is mailed."""
    with context.database.transaction() as session:
        act = _DECIDE[question.outcome]
        decided = act(session, actor, context.settings, number, question.decision, context.now())
        return _appeal(decided, context.settings.site.zone)


def _change(context: ApiContext, actor: Actor, address: tuple[str, str, str, str], act: Act) -> ConductAnswer:
    now = context.now()
    with context.database.transaction() as session:
        obligation, task, unit = _owed(session, actor, *address)
        act(session, obligation, task, now)
        return _answer(session, obligation, task, unit, now, context.settings.site.zone)


def _owed(
    session: Session, actor: Actor, slug: str, period: str, name: str, number: str
) -> tuple[Obligation, Task, OrgUnit]:
    """Raises as `round_in_scope` and `unit_in_scope`, UnknownTaskError, NotExpectedError."""
    reporting_round = round_in_scope(session, actor, slug, period)[1]
    owner = unit_in_scope(session, actor, name)
    task = task_by_number(session, reporting_round.version_id, number)
    found = lock_obligations(session, reporting_round, key(owner), [key(task)]).get(key(task))
    if found is None:
        raise NotExpectedError(task=task.number, unit=owner.name)
    return found, task, owner


def _answer(
    session: Session, obligation: Obligation, task: Task, unit: OrgUnit, now: datetime, zone: ZoneInfo
) -> ConductAnswer:
    findings = findings_on(session, [key(obligation)]).get(key(obligation), [])
    return ConductAnswer(
        task=task.number,
        unit=unit.name,
        faults=tuple(fault.value for fault in faults_held(session, obligation, now)),
        findings=tuple(_finding(found, zone) for found in findings),
        appeals=tuple(_appeal(found, zone) for found in appeals_on(session, key(obligation))),
    )


def _appeal(found: Appeal, zone: ZoneInfo) -> AppealAnswer:
    return AppealAnswer(
        number=key(found),
        fault=found.fault.value,
        state=found.state.value,
        words=found.words,
        asked_by=found.asked_by,
        asked_at=found.asked_at.astimezone(zone),
        decision=found.decision,
        decided_by=found.decided_by,
        decided_at=found.decided_at.astimezone(zone) if found.decided_at else None,
    )


def _finding(found: Finding, zone: ZoneInfo) -> FindingAnswer:
    return FindingAnswer(
        reason=found.reason,
        found_by=found.found_by,
        found_at=found.found_at.astimezone(zone),
        withdrawn_by=found.withdrawn_by,
        withdrawn_at=found.withdrawn_at.astimezone(zone) if found.withdrawn_at else None,
    )
