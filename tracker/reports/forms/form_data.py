"""A 报送表 as plain data: what one unit is asked in one round, and what stands in its cells already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.assessment import Assessment


@dataclass(frozen=True, slots=True)
class FormRow:
    """One task. `note` is said to the unit under the task's text (a reviewer's remark, why the row is closed);
    `is_nil` is None where nothing was said of progress yet; `is_open` whether the cells may be filled."""

    mark: str
    number: str
    content: str
    previous: str
    note: str
    text: str
    is_nil: bool | None
    remark: str
    is_open: bool
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True)
class FormSheet:
    """`due` is in words; `fields` and `signature` are the form's identity (`tracker.domain.form_identity`);
    they also say which columns it has (`tracker.domain.form_words`)."""

    title: str
    unit: str
    period_label: str
    due: str
    mailbox: str
    character_limit: int
    fields: Mapping[str, str]
    signature: str
    rows: tuple[FormRow, ...]
