"""The State Council's notices for 2024 and 2025, copied by hand for tests.

国办发明电〔2023〕7号 (2024) and 国办发明电〔2024〕12号 (2025). What the database is seeded with comes from
another source; `tests/actions/site/test_prepare_database.py` holds the two together.
"""

from __future__ import annotations

from datetime import date, timedelta

from tracker.domain.workdays import WorkCalendar


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


DAYS_OFF = frozenset(
    _days(date(2024, 1, 1), date(2024, 1, 1))
    | _days(date(2024, 2, 10), date(2024, 2, 17))
    | _days(date(2024, 4, 4), date(2024, 4, 6))
    | _days(date(2024, 5, 1), date(2024, 5, 5))
    | _days(date(2024, 6, 10), date(2024, 6, 10))
    | _days(date(2024, 9, 15), date(2024, 9, 17))
    | _days(date(2024, 10, 1), date(2024, 10, 7))
    | _days(date(2025, 1, 1), date(2025, 1, 1))
    | _days(date(2025, 1, 28), date(2025, 2, 4))
    | _days(date(2025, 4, 4), date(2025, 4, 6))
    | _days(date(2025, 5, 1), date(2025, 5, 5))
    | _days(date(2025, 5, 31), date(2025, 6, 2))
    | _days(date(2025, 10, 1), date(2025, 10, 8))
)
WORKED_WEEKENDS = frozenset(
    {
        date(2024, 2, 4),
        date(2024, 2, 18),
        date(2024, 4, 7),
        date(2024, 4, 28),
        date(2024, 5, 11),
        date(2024, 9, 14),
        date(2024, 9, 29),
        date(2024, 10, 12),
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
    }
)
CALENDAR = WorkCalendar(DAYS_OFF, WORKED_WEEKENDS, frozenset({2024, 2025}))
