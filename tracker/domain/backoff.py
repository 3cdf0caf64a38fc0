"""When a mail that did not go out is tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

_FIRST: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=4)
# A server that cannot be reached, or that refuses everybody, is asked again after this long, for ever: it
# says nothing about any one mail, so no attempt is counted.
SERVER_PAUSE: Final = timedelta(minutes=5)


def pause_after(attempts: int) -> timedelta:
    """The wait after failed attempt number `attempts` (from 1): 1, 2, 4 … minutes, at most 4 hours."""
    # Capped before it is multiplied: timedelta overflows after some forty doublings.
    return min(_FIRST * (1 << min(attempts - 1, 10)), _LONGEST)


def next_attempt(now: datetime, *, attempts: int, max_attempts: int, is_permanent: bool) -> datetime | None:
    """The moment of the next attempt; None when the mail is to be parked for a person to look at."""
    if is_permanent or attempts >= max_attempts:
        return None
    return now + pause_after(attempts)
