"""What is wanted of a round, in the address of a page: read, written, and said in words."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from tracker.domain.faults import Fault
from tracker.errors import NotFoundError
from tracker.i18n import mark
from tracker.models import UnitKind
from tracker.store.obligation_list import ObligationFilter, StateWord, TimingWord
from tracker.web.forms import number_field

if TYPE_CHECKING:
    from collections.abc import Mapping

WORD_LABELS: Final[dict[StateWord | TimingWord, str]] = {
    StateWord.EXPECTED: mark("应报"),
    StateWord.FILED: mark("已报"),
    StateWord.MISSING: mark("未报"),
    StateWord.NIL: mark("无进展"),
    StateWord.RETURNED: mark("已退回"),
    StateWord.ACCEPTED: mark("已通过"),
    StateWord.EXEMPT: mark("免报"),
    TimingWord.ON_TIME: mark("按时"),
    TimingWord.LATE: mark("逾期"),
}
_Word = TypeVar("_Word", bound=StrEnum)


def filter_in(query: Mapping[str, str]) -> ObligationFilter:
    """Raises NotFoundError for a word that means nothing: a default would show another list."""
    return ObligationFilter(
        state=_word(StateWord, query.get("state")),
        timing=_word(TimingWord, query.get("timing")),
        unit_id=_key(query, "unit"),
        task_id=_key(query, "task"),
        measure_id=_key(query, "measure"),
        kind=_word(UnitKind, query.get("kind")),
        fault=_word(Fault, query.get("fault")),
        is_struck_out=query.get("struck") == "1",
    )


def query_of(wanted: ObligationFilter) -> str:
    """The filter as the query of an address, without the question mark; "" where nothing narrows."""
    fields = {
        "state": wanted.state,
        "timing": wanted.timing,
        "unit": wanted.unit_id,
        "task": wanted.task_id,
        "measure": wanted.measure_id,
        "kind": wanted.kind,
        "fault": wanted.fault,
        "struck": "1" if wanted.is_struck_out else None,
    }
    return urlencode({name: str(value) for name, value in fields.items() if value is not None})


def _word(words: type[_Word], text: str | None) -> _Word | None:
    if not text:
        return None
    try:
        return words(text)
    except ValueError as error:
        raise NotFoundError from error


def _key(query: Mapping[str, str], name: str) -> int | None:
    if not query.get(name):
        return None
    found = number_field(query, name)
    if found is None:
        raise NotFoundError
    return found
