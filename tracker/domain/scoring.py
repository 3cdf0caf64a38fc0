"""Scores 得分: what faults cost by the site's formula, exactly, and what place a unit takes with what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Final

from tracker.domain.faults import Fault
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.domain.scoring_rules import ScoringRules


class Card(StrEnum):
    """What is proposed for a low score; a person decides and issues it."""

    YELLOW = "yellow"
    RED = "red"


CARD_LABELS: Final = {Card.YELLOW: mark("黄牌"), Card.RED: mark("红牌")}


@dataclass(frozen=True, slots=True)
class Conduct:
    """What one unit owed, and how many of it have each fault; `expected` is at least 1 for a unit with a place."""

    unit_id: int
    expected: int
    faults: Mapping[Fault, int] = field(default_factory=dict)


def points_off(fault: Fault, count: int, expected: int, rules: ScoringRules) -> Fraction:
    """What `count` of `expected` with this fault cost; exact, and at most the points of the fault where by share."""
    points = Fraction(_points(fault, rules))
    return points * Fraction(count, expected) if rules.by == "share" else points * count


def score_of(conduct: Conduct, rules: ScoringRules) -> Fraction:
    """Exact, never below 0."""
    lost = sum(points_off(fault, count, conduct.expected, rules) for fault, count in conduct.faults.items())
    return max(Fraction(rules.base) - lost, Fraction(0))


def placed(conducts: Iterable[Conduct], rules: ScoringRules) -> tuple[tuple[int, Conduct], ...]:
    """Each with its place, the best first; the same score to the last fraction shares one, and the next place counts
    them all: 1, 1, 3. Within a place they keep the order they came in. Who owes nothing has no place."""
    scored = [(score_of(conduct, rules), conduct) for conduct in conducts if conduct.expected]
    scored.sort(key=lambda pair: pair[0], reverse=True)
    found: list[tuple[int, Conduct]] = []
    for index, (score, conduct) in enumerate(scored):
        is_tied = index > 0 and scored[index - 1][0] == score
        found.append((found[-1][0] if is_tied else index + 1, conduct))
    return tuple(found)


def card_for(score: Fraction, rules: ScoringRules) -> Card | None:
    """By the exact score: what prints as 80.00 and is a little less is below 80."""
    if score < Fraction(rules.red_below):
        return Card.RED
    return Card.YELLOW if score < Fraction(rules.yellow_below) else None


def is_to_be_interviewed(missing: int, missed_before: int, rules: ScoringRules) -> bool:
    """约谈: something missing this round, and in so many rounds in a row with it."""
    return bool(rules.interview_after and missing and missed_before + 1 >= rules.interview_after)


def printed(value: Fraction) -> Decimal:
    """Two places for the eye, rounded half up (四舍五入); of a value that is not negative."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def _points(fault: Fault, rules: ScoringRules) -> Decimal:
    return {
        Fault.MISSING: rules.missing,
        Fault.LATE: rules.late,
        Fault.NO_SUBSTANCE: rules.no_substance,
        Fault.RETURNED: rules.returned,
    }[fault]
