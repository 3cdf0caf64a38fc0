"""Who calls, and what of the named things they may reach."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator
from sqlmodel import Session

from tracker.actions.people.accounts import secret_hash
from tracker.config import Settings
from tracker.db import Database
from tracker.domain.actors import Actor
from tracker.domain.texts import clean_text
from tracker.errors import NotFoundError, NotSignedInError
from tracker.models import OrgUnit, ReportingRound, TaskList, key
from tracker.store.accounts import live_token
from tracker.store.review_queue import gathered_units
from tracker.store.rounds import round_by_name
from tracker.store.unit_rounds import rounds_of_unit
from tracker.store.units import find_unit, unit_by_name

ME = "me"
# The pages show the newest few; a program may ask for any that there ever was.
_EVERY_ROUND = 100_000


class InvalidTokenError(NotSignedInError):
    message = "接口密钥缺失、有误或已停用。请在请求头中写明 Authorization: Bearer 密钥。"


@dataclass(frozen=True, slots=True)
class ApiContext:
    """What `create_api` was given; `now` tells the moment of a request."""

    settings: Settings
    database: Database
    now: Callable[[], datetime]


def _context(request: Request) -> ApiContext:
    context: ApiContext = request.app.state.context
    return context


Context = Annotated[ApiContext, Depends(_context)]
_bearer = HTTPBearer(auto_error=False, description="接口密钥：一个单位的，或统筹人的。")


def _caller(
    context: Context, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Actor:
    if credentials is None:
        raise InvalidTokenError
    with context.database.reading() as session:
        token = live_token(session, secret_hash(credentials.credentials))
        if token is None:
            raise InvalidTokenError
        return Actor(role=token.role, label=token.label, via="api", unit_id=token.unit_id)


Caller = Annotated[Actor, Depends(_caller)]
# Part of an address: a NUL in one would be a fault of PostgreSQL, not an unknown name.
Name = Annotated[str, Path(max_length=200), AfterValidator(clean_text)]


def rounds_in_scope(session: Session, actor: Actor) -> list[tuple[TaskList, ReportingRound]] | None:
    """The rounds that a unit's key reaches; None for a key that sees all."""
    if actor.sees_all:
        return None
    if actor.unit_id is None:
        return []
    owed = rounds_of_unit(session, actor.unit_id, limit=_EVERY_ROUND)
    return [(task_list, reporting_round) for reporting_round, task_list in owed]


def round_in_scope(session: Session, actor: Actor, slug: str, period: str) -> tuple[TaskList, ReportingRound]:
    """The round of these names.

    Raises as `round_by_name`; a unit's key gets a bare NotFoundError for every list and round in which the
    unit owes nothing, whether there is one or not.
    """
    own = rounds_in_scope(session, actor)
    if own is not None and slug not in {task_list.slug for task_list, _ in own}:
        raise NotFoundError
    found = round_by_name(session, slug, period)
    if own is not None and key(found[1]) not in {key(reporting_round) for _, reporting_round in own}:
        raise NotFoundError
    return found


def gathered_in_scope(
    session: Session, actor: Actor, slug: str, period: str
) -> tuple[ReportingRound, frozenset[int]]:
    """The round with the units that the key's own unit reads first in it (初审). Raises NotFoundError where it reads none."""
    if not actor.sees_all and actor.unit_id is not None:
        try:
            _, reporting_round = round_by_name(session, slug, period)
        except NotFoundError:
            # As bare as for a round that it may not know of.
            raise NotFoundError from None
        if below := gathered_units(session, reporting_round, actor.unit_id):
            return reporting_round, below
    raise NotFoundError


def reviewed_in_scope(
    session: Session, actor: Actor, slug: str, period: str, name: str
) -> tuple[ReportingRound, OrgUnit]:
    """The round, and the unit whose text is reviewed: any to a key that sees all, to a unit's key those that it reads
    first, and its own, on which it has no word. Raises as `round_in_scope` and `unit_in_scope`."""
    if not actor.sees_all and (unit := find_unit(session, name)) is not None and unit.id != actor.unit_id:
        reporting_round, below = gathered_in_scope(session, actor, slug, period)
        if key(unit) in below:
            return reporting_round, unit
        raise NotFoundError
    return round_in_scope(session, actor, slug, period)[1], unit_in_scope(session, actor, name)


def unit_in_scope(session: Session, actor: Actor, name: str) -> OrgUnit:
    """The unit of this name or alias, or the caller's own for `me`.

    Raises UnknownUnitError with the nearest names to a key that sees all. A unit's key gets the same bare
    NotFoundError for another unit as for none: it may not learn which exist.
    """
    if name == ME:
        unit = session.get(OrgUnit, actor.unit_id) if actor.unit_id else None
    elif actor.sees_all:
        unit = unit_by_name(session, name)
    else:
        unit = find_unit(session, name)
    if unit is None:
        raise NotFoundError
    actor.require_sight(key(unit))
    return unit
