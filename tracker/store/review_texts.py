"""What a reviewer reads beside a text. Everything is read for one page of obligations at a time, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlmodel import col, or_, select

from tracker.models import (
    Indicator,
    IndicatorState,
    IndicatorValue,
    Material,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    ReportedValue,
    ReportingRound,
    Review,
    Task,
    ValueRole,
    key,
)
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from decimal import Decimal

    from sqlmodel import Session

# Of the texts beside those of a page. More are compared with the newest ones only, so that a page takes no longer.
MOST_BESIDE: Final = 3000


class Beside(NamedTuple):
    """Another text of the round, with whose it is."""

    obligation_id: int
    task_id: int
    task_number: str
    unit_id: int
    unit: str
    text: str


class Version(NamedTuple):
    """A version with the words on it, the oldest first; `OrgUnit` is the unit above that said it."""

    update: ProgressUpdate
    reviews: Sequence[tuple[Review, OrgUnit | None]]


class Said(NamedTuple):
    """A reported value with its indicator and, where there is one, the last before this round."""

    indicator: Indicator
    value: ReportedValue
    target: str
    last: Decimal | None
    last_period: str


def versions_of(session: Session, obligation_ids: Collection[int]) -> dict[int, list[Version]]:
    """By obligation, the newest first."""
    words: dict[int, list[tuple[Review, OrgUnit | None]]] = defaultdict(list)
    for review, above in session.exec(
        select(Review, OrgUnit)
        .join(ProgressUpdate, col(ProgressUpdate.id) == col(Review.update_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Review.by_unit_id), isouter=True)
        .where(col(ProgressUpdate.obligation_id).in_(obligation_ids))
        .order_by(col(Review.id))
    ):
        words[review.update_id].append((review, above))
    found: dict[int, list[Version]] = defaultdict(list)
    for update in session.exec(
        select(ProgressUpdate)
        .where(col(ProgressUpdate.obligation_id).in_(obligation_ids))
        .order_by(col(ProgressUpdate.version).desc())
    ):
        found[update.obligation_id].append(Version(update, words.get(key(update), [])))
    return dict(found)


def last_texts(
    session: Session, reporting_round: ReportingRound, unit_ids: Collection[int], lineages: Collection[int]
) -> dict[tuple[int, int], ProgressUpdate]:
    """The newest versions in a round, by unit and lineage of the task."""
    rows = session.exec(
        select(Obligation.unit_id, Task.lineage, ProgressUpdate)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .where(
            Obligation.round_id == reporting_round.id,
            col(Obligation.unit_id).in_(unit_ids),
            col(Task.lineage).in_(lineages),
            ProgressUpdate.version == Obligation.version,
        )
    )
    return {(unit_id, lineage): update for unit_id, lineage, update in rows}


def texts_beside(
    session: Session,
    reporting_round: ReportingRound,
    task_ids: Collection[int],
    unit_ids: Collection[int],
    *,
    within: Collection[int] | None = None,
) -> list[Beside]:
    """The newest versions in the round of any of the tasks or any of the units, those that were filed last first.

    Without what a unit had nothing to report of. `within` are the only units that the reader may know of.
    """
    query = (
        select(Obligation.id, Task.id, Task.number, OrgUnit.id, OrgUnit.name, ProgressUpdate.text)  # type: ignore[call-overload]
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .where(
            Obligation.round_id == reporting_round.id,
            in_force(col(Obligation.unit_id)),
            or_(col(Obligation.task_id).in_(task_ids), col(Obligation.unit_id).in_(unit_ids)),
            ProgressUpdate.version == Obligation.version,
            ProgressUpdate.nil_reason == "",
        )
        .order_by(col(ProgressUpdate.id).desc())
        .limit(MOST_BESIDE)
    )
    if within is not None:
        query = query.where(col(Obligation.unit_id).in_(within))
    return [Beside(*row) for row in session.exec(query)]


def targets_of_tasks(session: Session, task_ids: Collection[int]) -> dict[int, list[str]]:
    """By task, what its confirmed indicators are to reach: name and target as printed."""
    found: dict[int, list[str]] = defaultdict(list)
    for task_id, name, text in session.exec(
        select(Indicator.task_id, Indicator.name, IndicatorValue.text)
        .join(IndicatorValue, col(IndicatorValue.indicator_id) == col(Indicator.id))
        .where(
            col(Indicator.task_id).in_(task_ids),
            Indicator.state == IndicatorState.CONFIRMED,
            IndicatorValue.role == ValueRole.TARGET,
        )
        .order_by(col(Indicator.position), col(IndicatorValue.position))
    ):
        if task_id is not None:
            found[task_id].append(f"{name}{text}")
    return dict(found)


def said_of(
    session: Session, reporting_round: ReportingRound, update_ids: Collection[int]
) -> dict[int, list[Said]]:
    """By update, what was reported of indicators with it, beside target and last value of the same unit."""
    rows = session.exec(
        select(ReportedValue, Indicator, Obligation.unit_id)
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .join(ProgressUpdate, col(ProgressUpdate.id) == col(ReportedValue.update_id))
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(col(ReportedValue.update_id).in_(update_ids))
        .order_by(col(Indicator.position))
    ).all()
    targets = _targets(session, {key(indicator) for _, indicator, _ in rows})
    last = _last(
        session,
        reporting_round,
        {unit_id for *_, unit_id in rows},
        {indicator.lineage for _, indicator, _ in rows},
    )
    found: dict[int, list[Said]] = defaultdict(list)
    for value, indicator, unit_id in rows:
        before, period = last.get((unit_id, indicator.lineage), (None, ""))
        target = "、".join(targets.get(key(indicator), ()))
        found[value.update_id].append(Said(indicator, value, target, before, period))
    return dict(found)


def _targets(session: Session, indicator_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for value in session.exec(
        select(IndicatorValue)
        .where(col(IndicatorValue.indicator_id).in_(indicator_ids), IndicatorValue.role == ValueRole.TARGET)
        .order_by(col(IndicatorValue.position))
    ):
        found[value.indicator_id].append(value.text)
    return dict(found)


def _last(
    session: Session, reporting_round: ReportingRound, unit_ids: Collection[int], lineages: Collection[int]
) -> dict[tuple[int, int], tuple[Decimal, str]]:
    """By unit and lineage; the newest is written last, over those before it."""
    rows = session.exec(
        select(Obligation.unit_id, Indicator.lineage, ReportedValue.value, ReportingRound.period)  # type: ignore[call-overload]
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .join(ReportedValue, col(ReportedValue.update_id) == col(ProgressUpdate.id))
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .where(
            ReportingRound.list_id == reporting_round.list_id,
            ReportingRound.due_at < reporting_round.due_at,
            col(Obligation.unit_id).in_(unit_ids),
            col(Indicator.lineage).in_(lineages),
            ProgressUpdate.version == Obligation.version,
        )
        .order_by(col(ReportingRound.due_at))
    )
    return {(unit_id, lineage): (value, period) for unit_id, lineage, value, period in rows}


def file_names(
    session: Session, reporting_round: ReportingRound, unit_ids: Collection[int], task_ids: Collection[int]
) -> dict[tuple[int, int], list[str]]:
    """By unit and task, the names of what was sent in with it, the oldest first."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for unit_id, task_id, name in session.exec(
        select(Material.unit_id, Material.task_id, Material.file_name)
        .where(
            Material.round_id == reporting_round.id,
            col(Material.unit_id).in_(unit_ids),
            col(Material.task_id).in_(task_ids),
        )
        .order_by(col(Material.id))
    ):
        if task_id is not None:
            found[unit_id, task_id].append(name)
    return dict(found)
