"""The report behind an account: as it was frozen on publication, or compiled now; and its heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from tracker.actions.documents.compile_report import compile_report
from tracker.domain.periods import parse_period
from tracker.domain.spans import parse_span, periods_in
from tracker.errors import (
    CircularUnpublishedError,
    DamagedFileError,
    FrozenDataError,
    NotFoundError,
    NothingToSummariseError,
    UnknownCircularError,
)
from tracker.models import Circular, CircularFile, OrgUnit, ReportingRound, TaskList, UnitKind, key
from tracker.reports.accounts.account import Heading
from tracker.reports.accounts.frozen import Frozen, hash_of, thaw
from tracker.store.circulars import (
    CircularFilter,
    circular_by_id,
    file_of,
    files_of,
    may_read,
    published_of,
)
from tracker.store.lists import rules_of
from tracker.store.rounds import rounds_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.domain.periods import Period
    from tracker.models import CircularKind
    from tracker.reports.data import RoundReport

FORMS: Final = ("docx", "html", "xlsx", "pdf")
# The workbook holds every text of every unit, as the frozen data do.
_FORMS_OF_UNITS: Final = ("docx", "html", "pdf")


@dataclass(frozen=True, slots=True)
class RoundSource:
    """A round's report, with the published account that it was taken from; None where it was compiled now."""

    report: RoundReport
    published: Circular | None


def filter_for(
    actor: Actor,
    *,
    slug: str = "",
    year: int | None = None,
    kind: CircularKind | None = None,
    words: str = "",
    with_drafts: bool = False,
) -> CircularFilter:
    """What the actor may find: leaders what is published, coordinators drafts too, units the 通报 of their lists."""
    return CircularFilter(
        slug=slug,
        year=year,
        kind=kind,
        words=words,
        unit_id=None if actor.sees_all else actor.unit_id or 0,
        with_drafts=with_drafts and actor.is_coordinating,
    )


def circular_in_sight(session: Session, actor: Actor, circular_id: int) -> Circular:
    """Raises UnknownCircularError; a bare NotFoundError for what the actor may not find, whether it is there or not."""
    if actor.is_coordinating:
        return circular_by_id(session, circular_id)
    try:
        circular = circular_by_id(session, circular_id)
    except UnknownCircularError:
        raise NotFoundError from None
    if circular.published_at is None:
        raise NotFoundError
    if not actor.sees_all and not may_read(session, circular, actor.unit_id or 0):
        raise NotFoundError
    return circular


def forms_in_sight(actor: Actor) -> tuple[str, ...]:
    """The forms of a published account that the actor may open."""
    return FORMS if actor.sees_all else _FORMS_OF_UNITS


def files_in_sight(session: Session, actor: Actor, circular: Circular) -> Sequence[tuple[str, str, str, int]]:
    """Form, name, hash and size in bytes of each file that the actor may open."""
    forms = forms_in_sight(actor)
    return [file for file in files_of(session, key(circular)) if file[0] in forms]


def file_in_sight(session: Session, actor: Actor, circular: Circular, form: str) -> CircularFile:
    """Raises NotFoundError for what there is not or what is not for the actor, DamagedFileError."""
    found = whole_file(session, circular, form) if form in forms_in_sight(actor) else None
    if found is None:
        raise NotFoundError
    return found


def whole_file(session: Session, circular: Circular, form: str) -> CircularFile | None:
    """None where the account has no file of this form. Raises DamagedFileError for other bytes than were published."""
    found = file_of(session, key(circular), form)
    if found is not None and hash_of(found.content) != found.content_hash:
        raise DamagedFileError(name=found.file_name)
    return found


def frozen_of(circular: Circular) -> Frozen:
    """What was stored on publication. Raises CircularUnpublishedError, FrozenDataError where it was changed since."""
    if circular.data is None:
        raise CircularUnpublishedError(title=circular.title)
    if hash_of(circular.data) != circular.data_hash:
        raise FrozenDataError(title=circular.title)
    return thaw(circular.data)


def report_of_round(
    session: Session, settings: Settings, task_list: TaskList, reporting_round: ReportingRound, now: datetime
) -> RoundSource:
    """As it was published last; compiled now where nothing of the round is published. Raises FrozenDataError."""
    published = next(iter(published_of(session, key(task_list), reporting_round.period)), None)
    if published is not None and published.round_id == reporting_round.id:
        return RoundSource(frozen_of(published).report, published)
    return RoundSource(compile_report(session, settings, task_list, reporting_round, now), None)


def report_of_draft(session: Session, settings: Settings, draft: Circular, now: datetime) -> RoundReport:
    """What the draft would be an account of at `now`. Raises NothingToSummariseError."""
    task_list = session.get_one(TaskList, draft.list_id)
    if draft.round_id is not None:
        reporting_round = session.get_one(ReportingRound, draft.round_id)
        return compile_report(session, settings, task_list, reporting_round, now)
    span = parse_span(draft.period)
    rounds = rounds_in_span(session, task_list, span)
    if not rounds:
        raise NothingToSummariseError
    # How things stand in the last round, with the earlier ones of the span and no others beside it.
    return compile_report(session, settings, task_list, rounds[-1], now, earlier=rounds[-2::-1])


def rounds_in_span(session: Session, task_list: TaskList, span: Period) -> list[ReportingRound]:
    """The rounds that a summary of `span` looks back over, the oldest first."""
    period_type = rules_of(task_list).period_type
    rounds = {parse_period(found.period, period_type): found for found in rounds_of(session, task_list)}
    return [rounds[period] for period in periods_in(span, rounds)]


def rounds_told_of(session: Session, circular: Circular) -> Sequence[ReportingRound]:
    """The round of an account, or those that a summary looks back over: of a draft all, once published its own."""
    if circular.round_id is not None:
        return [session.get_one(ReportingRound, circular.round_id)]
    task_list = session.get_one(TaskList, circular.list_id)
    rounds = rounds_in_span(session, task_list, parse_span(circular.period))
    if circular.published_at is None:
        return rounds
    return [found for found in rounds if found.opened_at <= circular.cut_off_at]


def is_round_open(session: Session, circular: Circular) -> bool:
    """Whether figures that the account tells of may still change."""
    return any(found.closed_at is None for found in rounds_told_of(session, circular))


def heading_of(
    session: Session, settings: Settings, circular: Circular, number: int | None, issued_at: datetime | None
) -> Heading:
    """`number` and `issued_at` are None for what is not to be published yet."""
    local = issued_at.astimezone(settings.site.zone) if issued_at else None
    return Heading(
        kind=circular.kind.value,
        title=circular.title,
        number=number,
        year=local.year if local and circular.edition == 1 else circular.year,
        edition=circular.edition,
        issuer=issuer_of(session, settings) or settings.site.name,
        issued_on=local.date() if local else None,
    )


def issuer_of(session: Session, settings: Settings) -> str:
    """Who issues accounts: the one of the settings, else the coordinating office where it is among the units, else ""."""
    names = session.exec(
        select(OrgUnit.name)
        .where(OrgUnit.kind == UnitKind.OFFICE, col(OrgUnit.merged_into_id).is_(None))
        .order_by(col(OrgUnit.position), col(OrgUnit.id))
    )
    return settings.site.issuer or names.first() or ""
