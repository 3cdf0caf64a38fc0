"""Which obligations of a round have a fault: said to the database in one place, for lists and for counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from tracker.domain.faults import Fault
from tracker.domain.states import FILED, ObligationState
from tracker.models import Appeal, AppealState, Finding, Obligation, ProgressUpdate, Review, ReviewOutcome

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlmodel.sql.expression import SelectOfScalar

_SILENT: Final = sorted(frozenset(ObligationState) - FILED - {ObligationState.EXEMPT})


def has_fault(fault: Fault, round_id: int | None, *, is_struck_out: bool) -> list[ColumnElement[bool]]:
    """Conditions on rows of Obligation of the round: the fault is held against it, or was until an appeal struck it out.

    As `reports.ranking` counts it, but without a clock: what is missing may not be due yet.
    """
    upheld = select(Appeal.obligation_id).where(
        Appeal.state == AppealState.UPHELD, col(Appeal.fault) == fault
    )
    struck = col(Obligation.id).in_(upheld)
    return [*had_fault(fault, round_id), struck if is_struck_out else ~struck]


def had_fault(fault: Fault, round_id: int | None) -> list[ColumnElement[bool]]:
    """As `has_fault`, whatever an appeal said of it."""
    match fault:
        case Fault.MISSING:
            return [col(Obligation.state).in_(_SILENT)]
        case Fault.LATE:
            # What is filed and not known to have been on time counts as late, as in `rates_of`.
            return [_is_filed(), col(Obligation.is_on_time).is_not(True)]
        case Fault.NO_SUBSTANCE:
            found = select(Finding.obligation_id).where(col(Finding.withdrawn_at).is_(None))
            return [_is_filed(), col(Obligation.id).in_(found)]
        case Fault.RETURNED:
            return [_is_filed(), col(Obligation.id).in_(_returned(round_id))]


def _is_filed() -> ColumnElement[bool]:
    return col(Obligation.state).in_(sorted(FILED))


def _returned(round_id: int | None) -> SelectOfScalar[int]:
    """By the office: what the unit above sends back to those below it stays between them."""
    return (
        select(ProgressUpdate.obligation_id)
        .join(Review, col(Review.update_id) == col(ProgressUpdate.id))
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(
            Obligation.round_id == round_id,
            Review.outcome == ReviewOutcome.RETURNED,
            col(Review.by_unit_id).is_(None),
        )
        .correlate(None)
    )
