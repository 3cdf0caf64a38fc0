"""Drafts and submissions."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError

from tracker.actions.filing.file_progress import Submission, submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.indicator_lines import named_values
from tracker.actions.filing.save_draft import save_draft
from tracker.api.access import ApiContext, Caller, Context, Name, round_in_scope, unit_in_scope
from tracker.api.answers import DraftSavedAnswer, FiledAnswer, ReceiptAnswer, RefusedAnswer
from tracker.api.obligations import draft_answer
from tracker.api.problems import answer, gettext_of, problem_of
from tracker.api.questions import (
    DraftQuestion,
    FilingQuestion,
    FilingsQuestion,
    RequestKey,
    TaskFilingQuestion,
)
from tracker.domain.actors import Actor
from tracker.errors import ForbiddenError, InvalidValueError
from tracker.http_status import status_of
from tracker.i18n import mark
from tracker.models import Indicator, Task, key
from tracker.store.indicators import asked_indicators
from tracker.store.lists import task_by_number

router = APIRouter(prefix="/rounds/{list}/{period}/units/{unit}", tags=["报送"])

_NOTHING_FILED = mark("{count} 项均未报送，原因见 refused。")


@router.put("/obligations/{task}/draft", summary="保存草稿")
def put_draft(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
    question: DraftQuestion,
) -> DraftSavedAnswer:
    """Keeps what is unfinished: a text may be longer than the limit, values stay as they are typed.

    For the unit's own key.
    """
    with context.database.transaction() as session:
        _, reporting_round = round_in_scope(session, actor, list, period)
        owner = unit_in_scope(session, actor, unit)
        if actor.unit_id != key(owner):
            # A draft is seen by its unit only: who cannot see it would write over it unseen.
            raise ForbiddenError
        wanted = task_by_number(session, reporting_round.version_id, task)
        asked = asked_indicators(session, reporting_round.version_id, [key(wanted)]).get(key(wanted), [])
        typed = question.typed
        draft = save_draft(
            session,
            actor,
            reporting_round,
            owner,
            wanted,
            question.text,
            context.now(),
            base_version=question.base_version,
            is_nil=question.is_nil,
            assessment=question.judged,
            values=None if typed is None else named_values(wanted, asked, typed),
        )
        numbers = {key(indicator): indicator.lineage for indicator in asked}
        saved = draft_answer(draft, numbers, context.settings.site.zone) if draft else None
        return DraftSavedAnswer(task=wanted.number, draft=saved)


@router.post("/obligations/{task}/submission", summary="报送一项", response_model=ReceiptAnswer)
def post_submission(
    request: Request,
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    task: Name,
    question: FilingQuestion,
    request_key: RequestKey = None,
) -> ReceiptAnswer | JSONResponse:
    """Files one text, or the reason why there is nothing to report."""
    outcome = _file(context, actor, (list, period, unit), [(task, question)], request_key)
    if outcome.refused:
        error = outcome.refused[0].error
        return answer(status_of(error), problem_of(error, gettext_of(request)))
    return _receipt(context, request, outcome)


@router.post("/submissions", summary="报送多项", response_model=ReceiptAnswer)
def post_submissions(
    request: Request,
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    unit: Name,
    question: FilingsQuestion,
    request_key: RequestKey = None,
) -> ReceiptAnswer | JSONResponse:
    """Files every text that passes on one receipt, and names the others in `refused`.

    When none passes the answer is an error: with the status that all refusals share, else 422.
    """
    filings: Sequence[TaskFilingQuestion] = question.submissions
    items = [(filing.task, filing) for filing in filings]
    outcome = _file(context, actor, (list, period, unit), items, request_key)
    if outcome.filed:
        return _receipt(context, request, outcome)
    statuses = {status_of(refusal.error) for refusal in outcome.refused}
    message = gettext_of(request)(_NOTHING_FILED).format(count=len(outcome.refused))
    refused = [line.model_dump() for line in _refused(request, outcome)]
    problem = {"code": "nothing_filed", "message": message, "refused": refused}
    return answer(statuses.pop() if len(statuses) == 1 else 422, problem)


def _file(
    context: ApiContext,
    actor: Actor,
    place: tuple[str, str, str],
    items: Sequence[tuple[str, FilingQuestion]],
    request_key: str | None,
) -> Submission:
    try:
        return _file_in_transaction(context, actor, place, items, request_key)
    except IntegrityError:
        if request_key is None:
            raise
        # Two requests came at once with one key: the other has committed, and its receipt is there now.
        return _file_in_transaction(context, actor, place, items, request_key)


def _file_in_transaction(
    context: ApiContext,
    actor: Actor,
    place: tuple[str, str, str],
    items: Sequence[tuple[str, FilingQuestion]],
    request_key: str | None,
) -> Submission:
    """Refusals are returned, not raised: what is kept of a refused text is committed all the same."""
    slug, period, unit_name = place
    with context.database.transaction() as session:
        _, reporting_round = round_in_scope(session, actor, slug, period)
        unit = unit_in_scope(session, actor, unit_name)
        questions: dict[int, tuple[Task, FilingQuestion]] = {}
        for number, question in items:
            task = task_by_number(session, reporting_round.version_id, number)
            if key(task) in questions:
                raise InvalidValueError(field="task", value=task.number, reason="同一请求中不能出现两次")
            questions[key(task)] = task, question
        with_values = [task_id for task_id, (_, question) in questions.items() if question.values]
        asked = asked_indicators(session, reporting_round.version_id, with_values) if with_values else {}
        return submit(
            session,
            actor,
            reporting_round,
            unit,
            [_filing(*pair, asked.get(task_id, [])) for task_id, pair in questions.items()],
            context.now(),
            request_key=request_key,
        )


def _filing(task: Task, question: FilingQuestion, asked: Sequence[Indicator]) -> Filing:
    typed = question.typed
    return Filing(
        task,
        question.written,
        question.base_version,
        is_nil=question.text is None,
        assessment=question.judged,
        values=None if typed is None else named_values(task, asked, typed),
    )


def _receipt(context: ApiContext, request: Request, outcome: Submission) -> ReceiptAnswer:
    receipt = outcome.receipt
    assert receipt is not None  # noqa: S101 - something was filed
    return ReceiptAnswer(
        receipt=receipt.number,
        issued_at=receipt.issued_at.astimezone(context.settings.site.zone),
        filed=tuple(
            FiledAnswer(task=line.task.number, version=line.version, receipt=line.receipt)
            for line in outcome.filed
        ),
        refused=tuple(_refused(request, outcome)),
    )


def _refused(request: Request, outcome: Submission) -> list[RefusedAnswer]:
    gettext = gettext_of(request)
    return [
        RefusedAnswer(task=refusal.task.number, error=problem_of(refusal.error, gettext))
        for refusal in outcome.refused
    ]
