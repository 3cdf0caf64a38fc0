"""Texts in by the end of each day."""

from __future__ import annotations

from datetime import date

from tracker.domain.filing_curve import filing_curve


def test_it_never_falls_and_holds_the_days_between() -> None:
    filed = [(date(2024, 10, 3), 2), (date(2024, 10, 1), 1), (date(2024, 10, 3), 3)]
    assert filing_curve(filed, date(2024, 10, 1), date(2024, 10, 4)) == [
        (date(2024, 10, 1), 1),
        (date(2024, 10, 2), 1),
        (date(2024, 10, 3), 6),
        (date(2024, 10, 4), 6),
    ]


def test_what_came_before_the_first_day_counts_on_it_and_what_comes_later_not_yet() -> None:
    filed = [(date(2024, 9, 1), 4), (date(2024, 10, 9), 1)]
    assert filing_curve(filed, date(2024, 10, 1), date(2024, 10, 1)) == [(date(2024, 10, 1), 4)]


def test_a_last_day_before_the_first_still_has_one_point() -> None:
    assert filing_curve([], date(2024, 10, 2), date(2024, 10, 1)) == [(date(2024, 10, 2), 0)]
