"""回执: what was filed, by whom and when, to print and keep."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.errors import NotFoundError
from tracker.models import OrgUnit, ReportingRound, TaskList
from tracker.store.extensions import due_at_of
from tracker.store.progress import receipt_by_number, receipt_lines
from tracker.web.visits import signed_in
from tracker.web.words import round_in_words

router = APIRouter()


@router.get("/receipts/{number}")
def show_receipt(request: Request, number: str) -> Response:
    with signed_in(request) as visit:
        receipt = receipt_by_number(visit.session, number)
        if receipt is None:
            raise NotFoundError
        visit.actor.require_sight(receipt.unit_id)
        reporting_round = visit.session.get_one(ReportingRound, receipt.round_id)
        return visit.page(
            "pages/receipt.html",
            receipt=receipt,
            unit=visit.session.get_one(OrgUnit, receipt.unit_id),
            task_list=visit.session.get_one(TaskList, reporting_round.list_id),
            period=reporting_round.period,
            period_label=round_in_words(reporting_round, visit.gettext),
            is_late=receipt.issued_at > due_at_of(visit.session, reporting_round, receipt.unit_id),
            lines=receipt_lines(visit.session, receipt),
        )
