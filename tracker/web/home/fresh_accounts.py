"""What was published lately: said on first pages, so that a 通报 reaches whom it speaks of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tracker.actions.documents.read_accounts import filter_for
from tracker.store.circulars import circulars

if TYPE_CHECKING:
    from tracker.models import Circular
    from tracker.web.visits import Visit

_FRESH: Final = timedelta(days=45)
_LOOKED_THROUGH: Final = 12


def fresh_accounts(visit: Visit) -> list[Circular]:
    """Of each list and kind that the visitor may read the newest, the last published first; none after 45 days."""
    newest: dict[tuple[int, str], Circular] = {}
    for circular, _ in circulars(visit.session, filter_for(visit.actor), limit=_LOOKED_THROUGH):
        if circular.published_at and visit.now - circular.published_at <= _FRESH:
            newest.setdefault((circular.list_id, circular.kind), circular)
    return list(newest.values())
