"""Findings and appeals as the pages show them: what counts against one obligation, and what was said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.review.appeal import WORDS_LIMIT, faults_held
from tracker.actions.review.tell_appeals import APPEAL_LABELS
from tracker.domain.faults import FAULT_LABELS
from tracker.domain.states import FILED
from tracker.models import AppealState, ReportingRound, key
from tracker.store.circulars import published_of
from tracker.store.conduct import appeals_on, findings_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.models import Appeal, Circular, Finding, Obligation
    from tracker.web.visits import Visit


@dataclass(frozen=True, slots=True)
class AppealView:
    """`is_unasked` where the office excused of its own accord: `words` are its own."""

    number: int
    state: str
    label: str
    fault: str
    words: str
    asked_by: str
    asked_at: datetime
    is_unasked: bool
    decision: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConductView:
    """`finding` is the one that counts, `withdrawn` those that do not any more.

    `held` are the faults that count, in words; `appealable` and `excusable` those of them, (value, words), that a
    unit may still appeal and the office excuse. `to_be_corrected` is for those who publish.
    """

    finding: Finding | None
    withdrawn: Sequence[Finding]
    appeals: tuple[AppealView, ...]
    held: tuple[str, ...]
    appealable: tuple[tuple[str, str], ...]
    excusable: tuple[tuple[str, str], ...]
    can_find: bool
    to_be_corrected: Sequence[Circular]
    limit: int = WORDS_LIMIT

    @property
    def says_anything(self) -> bool:
        return bool(self.finding or self.withdrawn or self.appeals or self.held)


def conduct_view(visit: Visit, obligation: Obligation) -> ConductView:
    session, gettext = visit.session, visit.gettext
    findings = findings_on(session, [key(obligation)]).get(key(obligation), [])
    active = next((found for found in findings if found.withdrawn_at is None), None)
    appeals = appeals_on(session, key(obligation))
    held = faults_held(session, obligation, visit.now)
    heard = {appeal.fault for appeal in appeals}
    waiting = {appeal.fault for appeal in appeals if appeal.state is AppealState.ASKED}
    words = {fault: gettext(FAULT_LABELS[fault]) for fault in held}
    return ConductView(
        finding=active,
        withdrawn=[found for found in findings if found.withdrawn_at is not None],
        appeals=tuple(appeal_view(appeal, gettext) for appeal in appeals),
        held=tuple(words.values()),
        appealable=tuple((fault.value, words[fault]) for fault in held if fault not in heard),
        excusable=tuple((fault.value, words[fault]) for fault in held if fault not in waiting),
        can_find=active is None and obligation.version > 0 and obligation.state in FILED,
        to_be_corrected=_stale(visit, obligation, findings, appeals) if visit.actor.is_coordinating else (),
    )


def _stale(
    visit: Visit, obligation: Obligation, findings: Sequence[Finding], appeals: Sequence[Appeal]
) -> list[Circular]:
    reporting_round = visit.session.get_one(ReportingRound, obligation.round_id)
    moments = [moment for found in findings for moment in (found.found_at, found.withdrawn_at)]
    moments += [upheld_at(appeal) for appeal in appeals]
    return to_be_corrected(visit.session, reporting_round, moments)


def appeal_view(appeal: Appeal, gettext: Callable[[str], str]) -> AppealView:
    return AppealView(
        number=key(appeal),
        state=appeal.state.value,
        label=gettext(APPEAL_LABELS[appeal.state]),
        fault=gettext(FAULT_LABELS[appeal.fault]),
        words=appeal.words,
        asked_by=appeal.asked_by,
        asked_at=appeal.asked_at,
        is_unasked=appeal.decided_at == appeal.asked_at,
        decision=appeal.decision,
        decided_by=appeal.decided_by,
        decided_at=appeal.decided_at,
    )


def upheld_at(appeal: Appeal) -> datetime | None:
    return appeal.decided_at if appeal.state is AppealState.UPHELD else None


def to_be_corrected(
    session: Session, reporting_round: ReportingRound, moments: Iterable[datetime | None]
) -> list[Circular]:
    """The published accounts of the round, each in its newest edition, that were cut off before one of the moments at
    which something was found or struck out."""
    last = max((moment for moment in moments if moment), default=None)
    if last is None:
        return []
    newest: dict[tuple[str, int, int | None], Circular] = {}
    for found in published_of(session, reporting_round.list_id, reporting_round.period):
        name = (found.kind.value, found.year, found.number)
        if name not in newest or found.edition > newest[name].edition:
            newest[name] = found
    return [found for found in newest.values() if found.cut_off_at < last]
