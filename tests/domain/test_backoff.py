"""When a mail that did not go out is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.backoff import next_attempt, pause_after

NOW = datetime(2024, 9, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (8, 128), (9, 240), (12, 240), (100, 240), (5000, 240)]
)
def test_pauses_double_up_to_four_hours(attempts: int, minutes: int) -> None:
    assert pause_after(attempts) == timedelta(minutes=minutes)


def test_a_temporary_failure_is_tried_again_after_the_pause() -> None:
    again_at = next_attempt(NOW, attempts=3, max_attempts=12, is_permanent=False)
    assert again_at == NOW + timedelta(minutes=4)


def test_a_permanent_failure_and_the_last_attempt_wait_for_a_person() -> None:
    assert next_attempt(NOW, attempts=1, max_attempts=12, is_permanent=True) is None
    assert next_attempt(NOW, attempts=12, max_attempts=12, is_permanent=False) is None
    assert next_attempt(NOW, attempts=11, max_attempts=12, is_permanent=False) is not None
