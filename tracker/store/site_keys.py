"""Keys of the site: each made once, when it is first needed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tracker.models import SiteKey
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

_BYTES = 32


def site_key(session: Session, purpose: str, now: datetime) -> str:
    """The secret for `purpose`, 64 hex digits. The session must be one that commits: the first call writes.

    Of two nodes that make it at once one wins, and the other takes the winner's.
    """
    if found := session.get(SiteKey, purpose):
        return found.secret
    made = {"purpose": purpose, "secret": secrets.token_hex(_BYTES), "created_at": now}
    insert_if_absent(session, SiteKey, made)
    return session.get_one(SiteKey, purpose).secret
