"""Accounts (报告、通报、总结): drafts, published editions, their files.

Reads leave the frozen data and the bytes of files behind unless they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import aliased, defer
from sqlmodel import and_, col, func, or_, select

from tracker.errors import UnknownCircularError
from tracker.models import (
    Circular,
    CircularFile,
    CircularKind,
    Obligation,
    ReportingRound,
    TaskList,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class CircularFilter:
    """What is looked for; `unit_id` narrows to what a unit may read: 通报 of the lists in which it owes something."""

    slug: str = ""
    year: int | None = None
    kind: CircularKind | None = None
    words: str = ""
    unit_id: int | None = None
    with_drafts: bool = False


def circulars(
    session: Session,
    wanted: CircularFilter,
    *,
    limit: int = 100,
    offset: int = 0,
    after: Circular | None = None,
) -> Sequence[tuple[Circular, TaskList]]:
    """Drafts first, then the newest; of a corrected account every edition. `after` is the published one to go on from."""
    return session.exec(
        select(Circular, TaskList)
        .join(TaskList, col(TaskList.id) == col(Circular.list_id))
        .where(*_conditions(wanted), *([] if after is None else [_older_than(after)]))
        .options(defer(Circular.data))  # type: ignore[arg-type]
        .order_by(
            col(Circular.published_at).is_not(None),
            col(Circular.published_at).desc(),
            col(Circular.id).desc(),
        )
        .limit(limit)
        .offset(offset)
    ).all()


def count_circulars(session: Session, wanted: CircularFilter) -> int:
    return session.exec(
        select(func.count())
        .select_from(Circular)
        .join(TaskList, col(TaskList.id) == col(Circular.list_id))
        .where(*_conditions(wanted))
    ).one()


def circular_years(session: Session, wanted: CircularFilter) -> Sequence[int]:
    """The years of what is found, the newest first."""
    return session.exec(
        select(Circular.year)
        .join(TaskList, col(TaskList.id) == col(Circular.list_id))
        .where(*_conditions(wanted))
        .distinct()
        .order_by(col(Circular.year).desc())
    ).all()


def circular_by_id(session: Session, circular_id: int) -> Circular:
    """Raises UnknownCircularError."""
    found = session.get(Circular, circular_id, options=[defer(Circular.data)])  # type: ignore[arg-type]
    if found is None:
        raise UnknownCircularError(circular_id)
    return found


def lock_circular(session: Session, circular_id: int) -> Circular:
    """Read anew and locked, with its list, until the transaction ends: one at a time drafts or numbers in a list.

    Raises UnknownCircularError.
    """
    lock_list(session, circular_by_id(session, circular_id).list_id)
    return session.exec(
        select(Circular)
        .where(Circular.id == circular_id)
        .options(defer(Circular.data))  # type: ignore[arg-type]
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def lock_list(session: Session, list_id: int) -> None:
    session.exec(select(TaskList.id).where(TaskList.id == list_id).with_for_update()).one()


def open_draft(session: Session, list_id: int, period: str, kind: CircularKind) -> Circular | None:
    return session.exec(
        select(Circular).where(
            Circular.list_id == list_id,
            Circular.period == period,
            Circular.kind == kind,
            col(Circular.published_at).is_(None),
        )
    ).first()


def newest_number(session: Session, list_id: int, kind: CircularKind, year: int) -> int:
    """The last 第 N 期 that was given out; 0 before the first."""
    return (
        session.exec(
            select(func.max(Circular.number)).where(
                Circular.list_id == list_id, Circular.kind == kind, Circular.year == year
            )
        ).one()
        or 0
    )


def editions_of(session: Session, circular: Circular) -> Sequence[Circular]:
    """The published editions of one number, the newest first."""
    return session.exec(
        select(Circular)
        .where(
            Circular.list_id == circular.list_id,
            Circular.kind == circular.kind,
            Circular.year == circular.year,
            Circular.number == circular.number,
            col(Circular.published_at).is_not(None),
        )
        .options(defer(Circular.data))  # type: ignore[arg-type]
        .order_by(col(Circular.edition).desc())
    ).all()


def published_of(session: Session, list_id: int, period: str) -> Sequence[Circular]:
    """Every published account of a period, the newest first."""
    return session.exec(
        select(Circular)
        .where(
            Circular.list_id == list_id,
            Circular.period == period,
            col(Circular.published_at).is_not(None),
        )
        .options(defer(Circular.data))  # type: ignore[arg-type]
        .order_by(col(Circular.published_at).desc(), col(Circular.id).desc())
    ).all()


def drafts_of(session: Session, list_id: int, period: str) -> Sequence[Circular]:
    return session.exec(
        select(Circular)
        .where(Circular.list_id == list_id, Circular.period == period, col(Circular.published_at).is_(None))
        .order_by(col(Circular.id))
    ).all()


def files_of(session: Session, circular_id: int) -> Sequence[tuple[str, str, str, int]]:
    """Form, name, hash and size in bytes of each file of a published account."""
    rows = session.exec(
        select(
            CircularFile.form,
            CircularFile.file_name,
            CircularFile.content_hash,
            func.length(CircularFile.content),
        )
        .where(CircularFile.circular_id == circular_id)
        .order_by(col(CircularFile.id))
    )
    return [(form, name, content_hash, size) for form, name, content_hash, size in rows]


def file_of(session: Session, circular_id: int, form: str) -> CircularFile | None:
    return session.exec(
        select(CircularFile).where(CircularFile.circular_id == circular_id, CircularFile.form == form)
    ).first()


def newest_editions(session: Session, since: datetime) -> Sequence[Circular]:
    """The newest edition of each number, of what was published since then or whose round closed since then.

    What looks back over several rounds is always among them.
    """
    return session.exec(
        select(Circular)
        .join(ReportingRound, col(ReportingRound.id) == col(Circular.round_id), isouter=True)
        .where(
            col(Circular.published_at).is_not(None),
            ~_is_superseded(),
            or_(
                col(Circular.published_at) >= since,
                col(Circular.round_id).is_(None),
                col(ReportingRound.closed_at) >= since,
            ),
        )
        .options(defer(Circular.data))  # type: ignore[arg-type]
        .order_by(col(Circular.id))
    ).all()


def superseded_among(session: Session, circular_ids: Collection[int]) -> frozenset[int]:
    """Those of which a newer edition is published."""
    found = session.exec(
        select(Circular.id).where(col(Circular.id).in_(sorted(circular_ids)), _is_superseded())
    )
    return frozenset(circular_id for circular_id in found if circular_id is not None)


def _conditions(wanted: CircularFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if not wanted.with_drafts or wanted.unit_id is not None:
        found.append(col(Circular.published_at).is_not(None))
    if wanted.slug:
        found.append(col(TaskList.slug) == wanted.slug)
    if wanted.year is not None:
        found.append(col(Circular.year) == wanted.year)
    if wanted.kind is not None:
        found.append(col(Circular.kind) == wanted.kind)
    if wanted.words:
        found.append(
            or_(
                *(
                    column.icontains(wanted.words, autoescape=True)
                    for column in (col(Circular.title), col(TaskList.title))
                )
            )
        )
    if wanted.unit_id is not None:
        found += [col(Circular.kind) == CircularKind.CIRCULAR, _owes_in(wanted.unit_id)]
    return found


def may_read(session: Session, circular: Circular, unit_id: int) -> bool:
    """Whether it is one of the published 通报 of a list in which the unit owes something."""
    wanted = CircularFilter(unit_id=unit_id)
    return (
        session.exec(
            select(Circular.id)
            .join(TaskList, col(TaskList.id) == col(Circular.list_id))
            .where(Circular.id == key(circular), *_conditions(wanted))
        ).first()
        is not None
    )


def _older_than(circular: Circular) -> ColumnElement[bool]:
    at = circular.published_at
    return or_(
        col(Circular.published_at) < at,
        and_(col(Circular.published_at) == at, col(Circular.id) < circular.id),
    )


def _is_superseded() -> ColumnElement[bool]:
    newer = aliased(Circular)
    return (
        select(newer.id)
        .where(
            col(newer.list_id) == col(Circular.list_id),
            col(newer.kind) == col(Circular.kind),
            col(newer.year) == col(Circular.year),
            col(newer.number) == col(Circular.number),
            col(newer.edition) > col(Circular.edition),
            col(newer.published_at).is_not(None),
        )
        .exists()
    )


def _owes_in(unit_id: int) -> ColumnElement[bool]:
    own = aliased(ReportingRound)
    return (
        select(Obligation.id)
        .join(own, col(own.id) == col(Obligation.round_id))
        .where(Obligation.unit_id == unit_id, col(own.list_id) == col(Circular.list_id))
        .exists()
    )
