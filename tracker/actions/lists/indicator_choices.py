"""A person's choices about the indicators of a document, before it is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.models import IndicatorState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.importers.indicators.parsed import IndicatorSet, ParsedIndicator
    from tracker.importers.parsed import ParsedDocument

# What may be chosen; nothing chosen leaves a quantity proposed, or as it was settled in the version before.
CHOICES: Final = (IndicatorState.CONFIRMED, IndicatorState.DISMISSED)


@dataclass(frozen=True, slots=True)
class ChosenIndicators:
    """The indicators and sets of a document, and what was chosen of them, by `indicator_keys`."""

    found: tuple[ParsedIndicator, ...]
    sets: tuple[IndicatorSet, ...]
    states: Mapping[str, IndicatorState]

    @property
    def proposals(self) -> dict[str, ParsedIndicator]:
        """The quantities from running text: what there is to choose about."""
        keys = indicator_keys(self.found)
        return {key: found for key, found in zip(keys, self.found, strict=True) if found.proposed}


def indicator_keys(indicators: Iterable[ParsedIndicator]) -> list[str]:
    """A name for each, under which a choice about it travels: its task's number, and its place in the task."""
    counts: Counter[str] = Counter()
    keys = []
    for found in indicators:
        counts[found.task] += 1
        keys.append(f"{found.task}/{counts[found.task]}")
    return keys


def choose_indicators(
    document: ParsedDocument, choices: Mapping[str, str], *, confirms_all: bool
) -> ChosenIndicators:
    """Applies `choices`; `confirms_all` confirms the proposals that nothing was chosen of.

    A choice about what is no proposal, or that is none of `CHOICES`, is passed over.
    """
    chosen = ChosenIndicators(document.indicators, document.indicator_sets, {})
    states: dict[str, IndicatorState] = {}
    for key in chosen.proposals:
        if (state := choices.get(key, "")) in CHOICES:
            states[key] = IndicatorState(state)
        elif confirms_all:
            states[key] = IndicatorState.CONFIRMED
    return ChosenIndicators(chosen.found, chosen.sets, states)
