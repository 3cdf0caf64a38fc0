"""Why somebody decided something: said once, kept with what was decided."""

from __future__ import annotations

from typing import Final

from tracker.domain.texts import clean_text
from tracker.errors import InvalidValueError, ValueTooLongError
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


def require_words(text: str, *, field: str, limit: int) -> str:
    """`text` cleaned, of at most `limit` characters.

    Raises InvalidValueError where it says nothing, ValueTooLongError, ControlCharacterError. `field` is a source text.
    """
    words = clean_text(text)
    if not words:
        raise InvalidValueError(field=field, value="", reason=mark("请填写内容"))
    if len(words) > limit:
        raise ValueTooLongError(field=field, value=words[:20] + "…", limit=limit)
    return words
