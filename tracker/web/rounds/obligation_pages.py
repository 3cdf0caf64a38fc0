"""The list behind a number, and one obligation with its history and review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path
from sqlmodel import col, select
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.review.review_texts import Decision, review_texts
from tracker.actions.review.review_update import exempt
from tracker.domain.actors import Role
from tracker.domain.rates import Rates
from tracker.domain.states import FILED, Act, next_state
from tracker.errors import InvalidValueError, NotFoundError
from tracker.http_status import status_of
from tracker.models import (
    Draft,
    Obligation,
    OrgUnit,
    ReportingRound,
    ReviewOutcome,
    Task,
)
from tracker.store.progress import history_of
from tracker.store.receipts import numbers_of_versions, reviews_of_versions
from tracker.store.review_queue import ReviewFilter, count_waiting
from tracker.web.duties.duty_views import duty_view
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.lists.version_views import changes_by_version, said_besides
from tracker.web.rendering import redirect
from tracker.web.review.conduct_views import conduct_view
from tracker.web.review.review_cards import OUTCOME_LABELS
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_pages import round_of
from tracker.web.visits import Visit, signed_in
from tracker.web.words import shown_state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.errors import TrackerError
    from tracker.models import Review

router = APIRouter()

ObligationId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/obligations/{obligation_id}")
def show_obligation(request: Request, obligation_id: ObligationId) -> Response:
    with signed_in(request) as visit:
        return obligation_page(visit, _in_sight(visit, obligation_id))


@router.post("/obligations/{obligation_id}/accept")
def accept(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    return _review(request, obligation_id, form, ReviewOutcome.ACCEPTED)


@router.post("/obligations/{obligation_id}/return")
def return_it(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    return _review(request, obligation_id, form, ReviewOutcome.RETURNED)


@router.post("/obligations/{obligation_id}/exempt")
def exempt_it(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        obligation = _to_review(visit, obligation_id)
        task = visit.session.get_one(Task, obligation.task_id)
        reason = field(form, "reason")
        if field(form, "is_sure") != "1":
            error = visit.gettext("免报后不再计入应报，请先勾选确认。")
            return obligation_page(visit, obligation, error=error, reason=reason)
        try:
            exempt(visit.session, visit.actor, obligation, task, reason)
        except InvalidValueError as error:
            return obligation_page(visit, obligation, error=_words_of(error, visit), reason=reason)
        return redirect(f"/obligations/{obligation_id}?done=exempted")


def _review(request: Request, obligation_id: int, form: CheckedForm, outcome: ReviewOutcome) -> Response:
    with signed_in(request, to_write=True) as visit:
        obligation = _to_review(visit, obligation_id)
        reason = field(form, "reason")
        decision = Decision(obligation_id, number_field(form, "version"), outcome, reason)
        reporting_round = visit.session.get_one(ReportingRound, obligation.round_id)
        reviewed = review_texts(
            visit.session, visit.settings, visit.actor, reporting_round, [decision], visit.now
        )
        for refused in reviewed.refused:
            if isinstance(refused.error, InvalidValueError):
                return obligation_page(
                    visit, obligation, error=_words_of(refused.error, visit), reason=reason
                )
            raise refused.error
        done = "accepted" if outcome is ReviewOutcome.ACCEPTED else "returned"
        return redirect(f"/obligations/{obligation_id}?done={done}{'_untold' if reviewed.untold else ''}")


def _words_of(error: TrackerError, visit: Visit) -> str:
    """Of a field that was left empty there is no value to quote."""
    if not isinstance(error, InvalidValueError) or error.fields["value"]:
        return error.worded(visit.gettext)
    field, reason = (visit.gettext(str(error.fields[name])) for name in ("field", "reason"))
    return f"{field}{visit.gettext('：')}{reason}"


def _to_review(visit: Visit, obligation_id: int) -> Obligation:
    """Locked: the version that is judged cannot change meanwhile."""
    visit.actor.require_coordinating()
    found = visit.session.exec(
        select(Obligation).where(col(Obligation.id) == obligation_id).with_for_update()
    ).first()
    if found is None:
        raise NotFoundError
    return found


def _in_sight(visit: Visit, obligation_id: int) -> Obligation:
    found = visit.session.get(Obligation, obligation_id)
    if found is None:
        raise NotFoundError
    visit.actor.require_sight(found.unit_id)
    return found


def obligation_page(
    visit: Visit,
    obligation: Obligation,
    *,
    error: str = "",
    reason: str = "",
    conduct_error: TrackerError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """`error` and `reason` are of a review; `conduct_error` and what was `typed` of a finding or an appeal."""
    status = 422 if error else 200
    if conduct_error is not None:
        status = status_of(conduct_error)
    task_list, reporting_round = round_of(visit, obligation)
    is_own = visit.actor.role is Role.FILLER
    reviews = reviews_of_versions(visit.session, obligation)
    versions = history_of(visit.session, obligation)
    return visit.page(
        "pages/obligation.html",
        status=status,
        card=round_card(visit, task_list, reporting_round, Rates(), unit_id=obligation.unit_id),
        obligation=obligation,
        state=obligation.state if is_own else shown_state(obligation.state),
        is_late=obligation.state in FILED and not obligation.is_on_time,
        task=visit.session.get_one(Task, obligation.task_id),
        unit=visit.session.get_one(OrgUnit, obligation.unit_id),
        versions=versions,
        said=said_besides(visit, versions),
        changes=changes_by_version(versions),
        receipts=numbers_of_versions(visit.session, obligation),
        reviews=reviews,
        above=_units_above(visit, reviews),
        outcomes={outcome: visit.gettext(label) for outcome, label in OUTCOME_LABELS.items()},
        waits_for=_waits_for(visit, obligation, reporting_round),
        draft=visit.session.get(Draft, obligation.id) if is_own else None,
        can_accept=next_state(obligation.state, Act.ACCEPT) is not None,
        can_return=next_state(obligation.state, Act.RETURN) is not None,
        can_exempt=next_state(obligation.state, Act.EXEMPT) is not None,
        error=error,
        reason=reason,
        duties=duty_view(visit, obligation, visit.session.get_one(Task, obligation.task_id)),
        conduct=conduct_view(visit, obligation),
        conduct_error=_words_of(conduct_error, visit) if conduct_error else "",
        typed=typed or dict.fromkeys(("form", "fault", "reason"), ""),
    )


def _units_above(visit: Visit, reviews: Mapping[int, Sequence[Review]]) -> dict[int, str]:
    """Names of the units whose word stands beside the office's."""
    given = {review.by_unit_id for of_version in reviews.values() for review in of_version}
    return {unit_id: visit.session.get_one(OrgUnit, unit_id).name for unit_id in given if unit_id is not None}


def _waits_for(visit: Visit, obligation: Obligation, reporting_round: ReportingRound) -> str:
    """The unit above that has still to read the newest version, "" where none has."""
    wanted = ReviewFilter(is_above=True, ids=(obligation.id or 0,))
    if not count_waiting(visit.session, reporting_round, wanted):
        return ""
    unit = visit.session.get_one(OrgUnit, obligation.unit_id)
    return visit.session.get_one(OrgUnit, unit.parent_id).name
