"""What pages call an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.documents.draft_circular import KIND_LABELS
from tracker.domain.periods import parse_period
from tracker.domain.spans import parse_span
from tracker.store.lists import rules_of
from tracker.web.words import period_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.models import Circular, TaskList


def words_for(circular: Circular, task_list: TaskList, gettext: Callable[[str], str]) -> tuple[str, str]:
    """Its kind and its period, as a page says them."""
    if circular.round_id is None:
        period = parse_span(circular.period)
    else:
        period = parse_period(circular.period, rules_of(task_list).period_type)
    return gettext(KIND_LABELS[circular.kind]), period_in_words(period, gettext)
