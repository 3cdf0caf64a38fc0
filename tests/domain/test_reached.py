"""How far a value has come towards its target."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.reached import share_reached, target_for
from tracker.importers.indicators.parsed import IndicatorPoint


def point(value: str | None, **given: object) -> IndicatorPoint:
    return IndicatorPoint(text="", value=None if value is None else Decimal(value), **given)  # type: ignore[arg-type]


def test_a_level_is_divided() -> None:
    assert share_reached(Decimal(2250), point("4500", bound="at_least")) == Decimal("0.5")
    assert share_reached(Decimal(120), point("100", pace="cumulative")) == Decimal("1.2")


@pytest.mark.parametrize(
    "target",
    [
        point(None),
        point("0"),
        point("5", bound="at_most"),
        point("10", change="increase"),
        point("100", pace="yearly"),
    ],
)
def test_what_cannot_be_divided_has_no_share(target: IndicatorPoint) -> None:
    assert share_reached(Decimal(3), target) is None


def test_the_next_target_counts_and_the_last_where_all_are_past() -> None:
    targets = (point("1", date="2022"), point("2", date="2024-06"), point("3", date="2025"))
    assert target_for(targets, 2023) is targets[1]
    assert target_for(targets, 2030) is targets[2]
    assert target_for((), 2024) is None
