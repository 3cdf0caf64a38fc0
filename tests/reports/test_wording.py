"""Percentages that do not flatter."""

from __future__ import annotations

import pytest

from tracker.reports.wording import percent


@pytest.mark.parametrize(
    ("rate", "words"),
    [(None, "—"), (0.0, "0.0%"), (1.0, "100.0%"), (2 / 3, "66.7%"), (2999 / 3000, "99.9%"), (0.5, "50.0%")],
)
def test_a_hundred_per_cent_means_all(rate: float | None, words: str) -> None:
    assert percent(rate) == words
