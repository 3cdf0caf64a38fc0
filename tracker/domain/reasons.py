"""Why somebody decided something: said once, kept with what was decided."""

from __future__ import annotations

from typing import Final

from tracker.domain.texts import clean_text
from tracker.errors import InvalidValueError
from tracker.i18n import mark

_LONGEST: Final = 300


def require_reason(text: str, *, field: str) -> str:
    """`text` cleaned. Raises InvalidValueError where it says nothing or too much, ControlCharacterError.

    `field` is a source text.
    """
    reason = clean_text(text)
    if not reason:
        raise InvalidValueError(field=field, value="", reason=mark("请写明理由，它会留在记录里"))
    if len(reason) > _LONGEST:
        raise InvalidValueError(field=field, value=reason[:20] + "…", reason=mark("不能超过 300 字"))
    return reason
