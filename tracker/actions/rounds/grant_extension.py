"""延期: a later due day for one unit in one round, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.domain.periods import parse_period
from tracker.domain.rates import is_on_time
from tracker.domain.reasons import require_reason
from tracker.domain.rules import end_of_day
from tracker.errors import (
    DueDayNeededError,
    ExtensionRevokedError,
    ExtensionTooEarlyError,
    ExtensionTooLateError,
    NothingExpectedError,
    RoundClosedError,
    UnknownExtensionError,
)
from tracker.i18n import mark
from tracker.models import Extension, key
from tracker.store.extensions import due_at_of, extensions_of
from tracker.store.rounds import lock_obligations, obligations_of, round_rules
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, ReportingRound

_FIELD = mark("延期理由")
# Where no later period says how long is too long.
_LONGEST_ON_DEMAND = timedelta(days=90)


def grant_extension(
    session: Session,
    actor: Actor,
    settings: Settings,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    until: date,
    reason: str,
    now: datetime,
) -> Extension:
    """Gives the unit time until the end of `until`, and says so of what it has filed already.

    It takes the place of an earlier one. `until` may have passed: what came after the due day is excused then.
    Raises RoundClosedError, NothingExpectedError, InvalidValueError (no reason, or a long one),
    ExtensionTooEarlyError unless it is later than the due day, and ExtensionTooLateError where it is later than
    the due day of the next period, when the unit would owe two periods at once.
    """
    actor.require_coordinating()
    _require_open(reporting_round)
    if not obligations_of(session, reporting_round, unit_id=key(unit)):
        raise NothingExpectedError(unit=unit.name, period=reporting_round.period)
    zone = settings.site.zone
    due_at = end_of_day(until, zone)
    if due_at <= reporting_round.due_at:
        raise ExtensionTooEarlyError(until=until, due=reporting_round.due_at.astimezone(zone).date())
    if until > (latest := latest_extension(reporting_round, settings)):
        raise ExtensionTooLateError(until=until, latest=latest)
    extension = Extension(
        round_id=key(reporting_round),
        unit_id=key(unit),
        due_at=due_at,
        reason=require_reason(reason, field=_FIELD),
        granted_at=now,
        granted_by=actor.label,
    )
    session.add(extension)
    session.flush()
    _settle(session, settings, reporting_round, key(unit))
    return extension


def revoke_extension(
    session: Session,
    actor: Actor,
    settings: Settings,
    reporting_round: ReportingRound,
    extension_id: int,
    now: datetime,
) -> Extension:
    """The unit is due again when it was before this extension: with an earlier one that stands, or the round.

    Raises RoundClosedError, UnknownExtensionError, ExtensionRevokedError the second time.
    """
    actor.require_coordinating()
    _require_open(reporting_round)
    extension = session.get(Extension, extension_id, with_for_update=True, populate_existing=True)
    if extension is None or extension.round_id != reporting_round.id:
        raise UnknownExtensionError(extension_id)
    if extension.revoked_at:
        raise ExtensionRevokedError(number=extension_id, by=extension.revoked_by)
    extension.revoked_at, extension.revoked_by = now, actor.label
    session.add(extension)
    session.flush()
    _settle(session, settings, reporting_round, extension.unit_id)
    return extension


def latest_extension(reporting_round: ReportingRound, settings: Settings) -> date:
    """The last day that an extension may name."""
    rules = round_rules(reporting_round)
    period = parse_period(reporting_round.period, rules.period_type)
    due_on = reporting_round.due_at.astimezone(settings.site.zone).date()
    try:
        following = rules.due_on(period.shift(1))
    except DueDayNeededError:
        return due_on + _LONGEST_ON_DEMAND
    # A round that was given a due day of its own may be due after the next period.
    return following if following > due_on else due_on + _LONGEST_ON_DEMAND


def _require_open(reporting_round: ReportingRound) -> None:
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)


def _settle(session: Session, settings: Settings, reporting_round: ReportingRound, unit_id: int) -> None:
    """Timeliness of what the unit has filed, and the moment the round closes, by the extensions that stand now."""
    due_at = due_at_of(session, reporting_round, unit_id)
    owed = obligations_of(session, reporting_round, unit_id=unit_id)
    # Locked: a text that is filed at this moment is judged by the one or the other, never by neither.
    for obligation in lock_obligations(
        session, reporting_round, unit_id, [obligation.task_id for obligation in owed]
    ).values():
        if obligation.first_submitted_at:
            obligation.is_on_time = is_on_time(obligation.first_submitted_at, due_at)
            session.add(obligation)
    if reporting_round.locks_at is not None:
        zone = settings.site.zone
        due_on = reporting_round.due_at.astimezone(zone).date()
        closing_on = work_calendar(session).shift(due_on, round_rules(reporting_round).close_after)
        extended = [one.due_at for one in extensions_of(session, reporting_round).values()]
        reporting_round.locks_at = max([end_of_day(closing_on, zone), *extended])
        session.add(reporting_round)
    session.flush()
