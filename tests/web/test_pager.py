"""Pages of a long list."""

from __future__ import annotations

from tracker.web.pager import pager_of


def numbers(page: str, total: int) -> list[int]:
    return [number for number, _href in pager_of({"page": page}, total, 10, str).links]


def test_a_short_list_names_every_page() -> None:
    assert numbers("1", 40) == [1, 2, 3, 4]


def test_a_long_list_names_the_first_the_near_and_the_last() -> None:
    assert numbers("1", 20_000) == [1, 2, 3, 4, 2000]
    assert numbers("1000", 20_000) == [1, 997, 998, 999, 1000, 1001, 1002, 1003, 2000]
    assert numbers("2000", 20_000) == [1, 1997, 1998, 1999, 2000]


def test_a_page_that_there_is_not_is_the_nearest() -> None:
    assert pager_of({"page": "99"}, 40, 10, str).offset == 30
    assert pager_of({"page": "0"}, 40, 10, str).number == 1
    assert pager_of({}, 0, 10, str).links == ((1, "1"),)
