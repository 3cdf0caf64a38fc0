"""What was said in a filed version besides its text, and where it differs from the version before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.text_diff import difference
from tracker.models import Indicator, key
from tracker.store.reported_values import values_of_updates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.text_diff import Piece
    from tracker.models import ProgressUpdate
    from tracker.web.visits import Visit


@dataclass(frozen=True, slots=True)
class SaidBesides:
    """`assessment` in words, "" where none was asked for; of each value the name, the number and the reason."""

    assessment: str
    values: tuple[tuple[str, str, str], ...]


def said_besides(visit: Visit, updates: Sequence[ProgressUpdate]) -> dict[int, SaidBesides]:
    """By the id of the update."""
    values = values_of_updates(visit.session, [key(update) for update in updates])
    found = {}
    for update in updates:
        lines = []
        for value in values.get(key(update), {}).values():
            indicator = visit.session.get_one(Indicator, value.indicator_id)
            lines.append((indicator.name, f"{value.value:f} {indicator.unit}".strip(), value.reason))
        label = visit.gettext(ASSESSMENT_LABELS[update.assessment]) if update.assessment else ""
        found[key(update)] = SaidBesides(label, tuple(lines))
    return found


def changes_by_version(versions: Sequence[ProgressUpdate]) -> dict[int, tuple[Piece, ...]]:
    """Of versions with the newest first: against the one before, for each that says something else."""
    return {
        later.version: difference(_words(earlier), _words(later))
        for later, earlier in pairwise(versions)
        if _words(later) != _words(earlier)
    }


def _words(update: ProgressUpdate) -> str:
    return update.nil_reason or update.text
