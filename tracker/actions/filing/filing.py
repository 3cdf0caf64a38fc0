"""One text for one task, as a face hands it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.texts import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.assessment import Assessment
    from tracker.domain.reported_values import TypedValue
    from tracker.models import ProgressUpdate, Task


@dataclass(frozen=True, slots=True)
class Filing:
    """One text for one task. `base_version` is the version the writer saw; None when it does not matter.

    With `is_nil` the text is the reason why there is nothing to report. `remark` is for the coordinator; None
    where the face has no place for one, and says nothing against a remark on file. Nor does an `assessment` of
    None, which only a nil report may leave out where its list asks. `values` are by indicator id and all that
    is reported; with None (the face has no place for them) those on file stay with the new version.
    """

    task: Task
    text: str
    base_version: int | None = None
    is_nil: bool = False
    remark: str | None = None
    assessment: Assessment | None = None
    values: Mapping[int, TypedValue] | None = None

    def is_said_by(self, update: ProgressUpdate) -> bool:
        """Whether `update` says the same, apart from values of indicators. Raises ControlCharacterError."""
        on_file = update.nil_reason if self.is_nil else update.text
        return (
            bool(update.nil_reason) == self.is_nil
            and on_file == clean_text(self.text)
            and (self.remark is None or update.remark == clean_text(self.remark))
            and self.assessment in (None, update.assessment)
        )
