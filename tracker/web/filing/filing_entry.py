"""What stands at the controls of one task: the text, the tick, the judgement and the numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.reported_values import TypedValue, read_typed
from tracker.domain.texts import clean_text, count_characters
from tracker.errors import ControlCharacterError
from tracker.i18n import LANGUAGES, translations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.actions.filing.compile_worksheet import WorksheetLine
    from tracker.domain.assessment import Assessment
    from tracker.models import Draft


@dataclass(frozen=True, slots=True)
class Entry:
    """`text` is as it would be stored, or as it came where it cannot be; `values` leaves out blank ones."""

    text: str = ""
    is_nil: bool = False
    assessment: Assessment | None = None
    values: Mapping[int, TypedValue] = field(default_factory=dict)

    @property
    def says_anything(self) -> bool:
        return bool(self.text or self.is_nil or self.assessment or self.values)

    @property
    def has_words(self) -> bool:
        return bool(self.text or self.values)

    @property
    def digest(self) -> str:
        said = [self.text]
        if self.is_nil or self.assessment or self.values:
            numbers = [(name, value.number, value.reason) for name, value in sorted(self.values.items())]
            said.append(repr((self.is_nil, self.assessment and self.assessment.value, numbers)))
        return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()

    @property
    def mark(self) -> str:
        """Travels with the page, so that it is seen afterwards what its writer had before them."""
        return self.digest[:8]


NOTHING = Entry()


def entry_on_file(line: WorksheetLine) -> Entry:
    update = line.update
    if update is None:
        return NOTHING
    values = {
        asked.id: TypedValue(f"{asked.filed.value:f}", asked.filed.reason)
        for asked in line.indicators
        if asked.filed
    }
    return Entry(update.nil_reason or update.text, bool(update.nil_reason), update.assessment, values)


def entry_of_draft(draft: Draft) -> Entry:
    values = read_typed(draft.reported) if draft.reported != "{}" else {}
    return Entry(draft.text, draft.is_nil, draft.assessment, values)


def judgement_of(word: str) -> Assessment | None:
    """By its word, as the page offers it; in any language, as that may have been changed since."""
    word = word.strip()
    if not word:
        return None
    languages = [translations(language).gettext for language in LANGUAGES]
    for found, label in ASSESSMENT_LABELS.items():
        if any(word == gettext(label) for gettext in languages):
            return found
    return None


def cleaned_or_raw(text: str) -> str:
    """As it would be stored; as it came where it cannot be."""
    try:
        return clean_text(text)
    except ControlCharacterError:
        return text


def count_or_length(text: str) -> int:
    try:
        return count_characters(text)
    except ControlCharacterError:
        return len(text)
