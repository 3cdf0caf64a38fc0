"""The words in a 报送表 by which its cells are found again. The form carries them, in whatever language it was
made: a reader needs no translation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.assessment import ASSESSMENT_LABELS, Assessment
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COLUMNS: Final = {
    "number": mark("序号"),
    "task": mark("任务"),
    "previous": mark("上期进度"),
    "text": mark("本期进度"),
    "count": mark("字数"),
    "status": mark("状态"),
    "assessment": mark("自评"),
    "remark": mark("备注"),
}
HAS_PROGRESS: Final = "status.progress"
HAS_NONE: Final = "status.nil"
_STATUSES: Final = {HAS_PROGRESS: mark("有进展"), HAS_NONE: mark("无进展")}
# What stands above the identity, in the upper left cell of its sheet.
IDENTITY_TITLE: Final = "duban-form"
SIGNATURE: Final = "signature"


def column_field(column: str) -> str:
    return f"column.{column}"


def assessment_field(assessment: Assessment) -> str:
    return f"assessment.{assessment.value}"


def form_columns(words: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that a form with these words has, in their order."""
    return tuple(column for column in COLUMNS if column_field(column) in words)


def form_words(gettext: Callable[[str], str], *, asks_assessment: bool = False) -> dict[str, str]:
    """Fields of the identity, by `column_field`, the two statuses and, where it is asked for, 自评."""
    columns = {
        column_field(column): gettext(word)
        for column, word in COLUMNS.items()
        if asks_assessment or column != "assessment"
    }
    words = columns | {name: gettext(word) for name, word in _STATUSES.items()}
    if asks_assessment:
        words |= {assessment_field(found): gettext(word) for found, word in ASSESSMENT_LABELS.items()}
    return words
