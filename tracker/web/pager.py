"""A long list in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.web.forms import number_field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Pages before and after the one shown that are offered beside the first and the last.
_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Pager:
    """The page shown, how many rows lie before it, and the addresses of the first, the near and the last pages.

    One page needs no links.
    """

    number: int
    offset: int
    links: tuple[tuple[int, str], ...]


def pager_of(query: Mapping[str, str], total: int, size: int, address: Callable[[int], str]) -> Pager:
    """The page that `query` asks for, the nearest one where it asks for none that there is."""
    last = max(-(-total // size), 1)
    number = min(max(number_field(query, "page") or 1, 1), last)
    near = range(max(number - _NEAR, 1), min(number + _NEAR, last) + 1)
    return Pager(
        number, (number - 1) * size, tuple((page, address(page)) for page in sorted({1, *near, last}))
    )
