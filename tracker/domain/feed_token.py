"""The address of a unit's calendar feed: a token that only this site can make, and that a new one makes worthless."""

from __future__ import annotations

import re
from typing import Final

from tracker.domain.signature import is_signed, sign

FEED_KEY: Final = "feed"
_TOKEN: Final = re.compile(r"([1-9][0-9]{0,8})-([1-9][0-9]{0,8})-([0-9a-f]{64})", re.ASCII)


def feed_token(secret: str, unit_id: int, serial: int) -> str:
    """`serial` counts the unit's addresses from 1."""
    return f"{unit_id}-{serial}-{sign(secret, FEED_KEY, str(unit_id), str(serial))}"


def read_feed_token(token: str) -> tuple[int, int] | None:
    """Unit and serial as they are written, which proves nothing yet; None for what is no token."""
    found = _TOKEN.fullmatch(token)
    return (int(found[1]), int(found[2])) if found else None


def is_feed_token(token: str, secret: str, unit_id: int, serial: int) -> bool:
    signature = token.rpartition("-")[2]
    return is_signed(signature, secret, FEED_KEY, str(unit_id), str(serial))
