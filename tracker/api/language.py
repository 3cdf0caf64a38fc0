"""The language of an answer's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_TAG = {language.partition("_")[0].casefold(): language for language in LANGUAGES}


def language_of(headers: Mapping[str, str], default: str) -> str:
    """The catalog that `Accept-Language` (RFC 9110, section 12.5.4) likes best, or `default`."""
    best, chosen = 0.0, default
    for entry in headers.get("accept-language", "").split(","):
        tag, _, parameter = entry.partition(";")
        language = _BY_TAG.get(tag.strip().casefold().partition("-")[0])
        weight = _weight(parameter)
        if language and weight > best:
            best, chosen = weight, language
    return chosen


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().casefold() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
