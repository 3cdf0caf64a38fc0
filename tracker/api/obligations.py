"""What a unit owes in a round, and the coordinator's word on what it filed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from tracker.actions.filing.compile_worksheet import WorksheetLine, compile_worksheet
from tracker.actions.filing.filing_checks import takes_texts
from tracker.actions.filing.indicator_lines import IndicatorLine
from tracker.actions.review.review_texts import Decision, review_texts
from tracker.api.access import Caller, Context, Name, reviewed_in_scope, round_in_scope, unit_in_scope
from tracker.api.answers import (
    DraftAnswer,
    IndicatorAnswer,
    LastValueAnswer,
    ObligationAnswer,
    ObligationsAnswer,
    PreviousAnswer,
    ReviewAnswer,
    StatedAnswer,
    ValueAnswer,
)
from tracker.api.questions import ReviewQuestion
from tracker.domain.assessment import Assessment
from tracker.domain.reported_values import read_typed
from tracker.domain.states import ObligationState
from tracker.errors import NotExpectedError
from tracker.importers.indicators.parsed import IndicatorPoint
from tracker.models import Draft, ReviewOutcome, key
from tracker.store.extensions import due_at_of
from tracker.store.lists import task_by_number
from tracker.store.rounds import lock_obligations

router = APIRouter(prefix="/rounds/{list}/{period}/units/{unit}", tags=["应报项"])


@router.get("/obligations", summary="应报项")
def obligations(context: Context, actor: Caller, list: Name, period: Name, unit: Name) -> ObligationsAnswer:  # noqa: A002 - the address says {list}
    """What the unit owes, with the texts on file, last period's, and (to itself only) its drafts."""
    zone = context.settings.site.zone
    now = context.now()
    with context.database.reading() as session:
        task_list, reporting_round = round_in_scope(session, actor, list, period)
        owner = unit_in_scope(session, actor, unit)
        worksheet = compile_worksheet(session, actor, task_list, reporting_round, owner)
        is_own = actor.unit_id == key(owner)
        return ObligationsAnswer(
            list=task_list.slug,
            period=reporting_round.period,
            unit=owner.name,
            due_at=due_at_of(session, reporting_round, key(owner)).astimezone(zone),
            is_open=takes_texts(reporting_round, now),
            asks_assessment=worksheet.asks_assessment,
            obligations=tuple(
                _obligation(line, worksheet.character_limit, worksheet.previous_period, zone, is_own=is_own)
                for line in worksheet.lines
            ),
        )


@router.post("/obligations/{task}/review", summary="审核")
def review(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
    question: ReviewQuestion,
) -> ReviewAnswer:
    """The word on the version that was read: a coordinator's key accepts, the key of a unit above endorses, both return
    with a reason."""
    now = context.now()
    with context.database.transaction() as session:
        reporting_round, owner = reviewed_in_scope(session, actor, list, period, unit)
        reviewed = task_by_number(session, reporting_round.version_id, task)
        # Locked: a version that is filed at this very moment waits, or is what is reviewed.
        found = lock_obligations(session, reporting_round, key(owner), [key(reviewed)]).get(key(reviewed))
        if found is None:
            raise NotExpectedError(task=reviewed.number, unit=owner.name)
        decision = Decision(key(found), question.version, ReviewOutcome(question.outcome), question.reason)
        outcome = review_texts(session, context.settings, actor, reporting_round, [decision], now)
        for refused in outcome.refused:
            raise refused.error
        (written,) = outcome.reviews
        return ReviewAnswer(
            task=reviewed.number,
            version=found.version,
            state=found.state.value,
            reason=written.reason,
            reviewed_at=now.astimezone(context.settings.site.zone),
        )


def draft_answer(draft: Draft, numbers: Mapping[int, int], zone: ZoneInfo) -> DraftAnswer:
    """`numbers` are the indicators' numbers in the list by their ids; one that is not asked any more is left out."""
    return DraftAnswer(
        text=draft.text,
        is_nil=draft.is_nil,
        assessment=_word(draft.assessment),
        values=tuple(
            ValueAnswer(indicator=numbers[indicator_id], value=value.number, reason=value.reason)
            for indicator_id, value in read_typed(draft.reported).items()
            if indicator_id in numbers
        ),
        base_version=draft.base_version,
        saved_at=draft.saved_at.astimezone(zone),
        saved_by=draft.saved_by,
    )


def told_state(state: ObligationState, *, is_own: bool) -> str:
    """That a unit has begun to write is its own affair."""
    is_hidden = state is ObligationState.DRAFT and not is_own
    return (ObligationState.PENDING if is_hidden else state).value


def _obligation(
    line: WorksheetLine, limit: int, previous_period: str, zone: ZoneInfo, *, is_own: bool
) -> ObligationAnswer:
    owed, update, previous = line.obligation, line.update, line.previous
    return ObligationAnswer(
        task=line.task.number,
        title=line.task.title,
        content=line.task.content,
        role=owed.role.value,
        state=told_state(owed.state, is_own=is_own),
        version=owed.version,
        limit=limit,
        text=update.text if update else "",
        nil_reason=update.nil_reason if update else "",
        assessment=_word(update.assessment) if update else None,
        indicators=tuple(map(_indicator, line.indicators)),
        first_submitted_at=_local(owed.first_submitted_at, zone),
        submitted_at=_local(update.submitted_at if update else None, zone),
        is_late=owed.is_on_time is False,
        remark=line.review.reason if line.review else "",
        exempt_reason=owed.exempt_reason,
        draft=draft_answer(line.draft, {found.id: found.lineage for found in line.indicators}, zone)
        if line.draft
        else None,
        previous=PreviousAnswer(
            period=previous_period,
            text=previous.text,
            nil_reason=previous.nil_reason,
            assessment=_word(previous.assessment),
        )
        if previous
        else None,
    )


def _indicator(line: IndicatorLine) -> IndicatorAnswer:
    filed, last = line.filed, line.last
    return IndicatorAnswer(
        indicator=line.lineage,
        name=line.name,
        unit=line.unit,
        is_cumulative=line.is_cumulative,
        baseline=_stated(line.stated.baseline) if line.stated.baseline else None,
        targets=tuple(map(_stated, line.stated.targets)),
        value=_amount(filed.value) if filed else None,
        reason=filed.reason if filed else "",
        last=LastValueAnswer(period=last.period, value=f"{last.value:f}", unit=last.unit, reason=last.reason)
        if last
        else None,
    )


def _stated(point: IndicatorPoint) -> StatedAnswer:
    return StatedAnswer(
        text=point.text,
        value=_amount(point.value),
        upper=_amount(point.upper),
        date=point.date,
        bound=point.bound,
        strict=point.is_strict,
        change=point.change,
        pace=point.pace,
    )


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _word(assessment: Assessment | None) -> str | None:
    return assessment.value if assessment else None


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone) if at else None
