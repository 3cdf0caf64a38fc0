"""Words in the user's language. Chinese is the source: a text without a translation stays Chinese."""

from __future__ import annotations

import gettext as _gettext
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = {"zh_CN": "中文", "en": "English"}
SOURCE_LANGUAGE: Final = "zh_CN"
_LOCALE = Path(__file__).resolve().parent / "locale"


@cache
def translations(language: str) -> _gettext.NullTranslations:
    """Catalog of `language`; the empty one for Chinese and where there is none.

    Reads the .po itself: some hundred entries take milliseconds, once, and no compiled file can go stale.
    """
    source = _LOCALE / language / "LC_MESSAGES" / "tracker.po"
    if language == SOURCE_LANGUAGE or not source.exists():
        return _gettext.NullTranslations()
    from io import BytesIO  # noqa: PLC0415 - Chinese sites never need Babel here

    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def mark(text: str) -> str:
    """Marks a source text for the catalogs without translating it here."""
    return text
