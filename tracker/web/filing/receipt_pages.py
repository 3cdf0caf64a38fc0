"""回执: what was filed, by whom and when, to print and keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.domain.periods import parse_period
from tracker.errors import NotFoundError
from tracker.models import OrgUnit, ReportingRound, TaskList
from tracker.store.extensions import due_at_of
from tracker.store.progress import receipt_by_number, receipt_lines, updates_by_lineage
from tracker.store.rounds import find_round, round_rules
from tracker.web.filing.filing_desk import keeper_of
from tracker.web.filing.filing_sheet import alike
from tracker.web.lists.version_views import said_besides
from tracker.web.visits import signed_in
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.models import ProgressUpdate, Receipt, Task

router = APIRouter()


@router.get("/receipts/{number}")
def show_receipt(request: Request, number: str) -> Response:
    with signed_in(request) as visit:
        receipt = receipt_by_number(visit.session, number)
        if receipt is None:
            raise NotFoundError
        visit.actor.require_sight(receipt.unit_id)
        reporting_round = visit.session.get_one(ReportingRound, receipt.round_id)
        task_list = visit.session.get_one(TaskList, reporting_round.list_id)
        lines = receipt_lines(visit.session, receipt)
        return visit.page(
            "pages/receipt.html",
            receipt=receipt,
            unit=visit.session.get_one(OrgUnit, receipt.unit_id),
            task_list=task_list,
            period=reporting_round.period,
            period_label=round_in_words(reporting_round, visit.gettext),
            is_late=receipt.issued_at > due_at_of(visit.session, reporting_round, receipt.unit_id),
            lines=lines,
            said=said_besides(visit, [update for _, update in lines]),
            alike=_alike(visit.session, task_list, reporting_round, receipt, lines),
            keeper=keeper_of(visit, receipt.unit_id, receipt.round_id),
        )


def _alike(
    session: Session,
    task_list: TaskList,
    reporting_round: ReportingRound,
    receipt: Receipt,
    lines: Sequence[tuple[Task, ProgressUpdate]],
) -> dict[int, int]:
    """By task id, how much of the text was that of the period before, where it is nearly all of it."""
    period = parse_period(reporting_round.period, round_rules(reporting_round).period_type)
    earlier = find_round(session, task_list, period.shift(-1))
    previous = updates_by_lineage(session, earlier, receipt.unit_id) if earlier else {}
    found = {}
    for task, update in lines:
        before = previous.get(task.lineage)
        if before and task.id and (share := alike(before.text, update.text)):
            found[task.id] = share
    return found
