"""A long list in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.web.forms import number_field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Pager:
    """The page shown, how many rows lie before it, and the address of each page; one page needs no links."""

    number: int
    offset: int
    links: tuple[tuple[int, str], ...]


def pager_of(query: Mapping[str, str], total: int, size: int, address: Callable[[int], str]) -> Pager:
    """The page that `query` asks for, the nearest one where it asks for none that there is."""
    last = max(-(-total // size), 1)
    number = min(max(number_field(query, "page") or 1, 1), last)
    return Pager(number, (number - 1) * size, tuple((page, address(page)) for page in range(1, last + 1)))
