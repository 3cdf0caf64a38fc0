"""The list behind a number of the board."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.domain.rates import Rates
from tracker.domain.states import FILED
from tracker.errors import NotFoundError
from tracker.i18n import mark
from tracker.models import OrgUnit, Task, UnitKind
from tracker.store.obligation_list import (
    ObligationFilter,
    StateWord,
    TimingWord,
    count_obligations,
    list_obligations,
)
from tracker.web.forms import number_field
from tracker.web.home_pages import round_card
from tracker.web.pager import pager_of
from tracker.web.round_pages import round_in_sight
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words, shown_state

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter()

_PAGE: Final = 200
_WORDS: Final[dict[StrEnum, str]] = {
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


@router.get("/rounds/{slug}/{period}/obligations")
def show_list(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        task_list, reporting_round = round_in_sight(visit, slug, period)
        wanted = _filter_of(request.query_params)
        unit = visit.session.get(OrgUnit, wanted.unit_id) if wanted.unit_id else None
        task = visit.session.get(Task, wanted.task_id) if wanted.task_id else None
        count = count_obligations(visit.session, reporting_round, wanted)
        base = f"/rounds/{task_list.slug}/{reporting_round.period}/obligations?"
        pager = pager_of(
            request.query_params, count, _PAGE, lambda page: f"{base}{_query(wanted)}&page={page}"
        )
        rows = list_obligations(visit.session, reporting_round, wanted, limit=_PAGE, offset=pager.offset)
        return visit.page(
            "pages/obligations.html",
            slug=task_list.slug,
            period=reporting_round.period,
            card=round_card(visit, task_list, reporting_round, Rates()),
            wanted=wanted,
            words=_filter_words(visit, wanted, unit, task),
            count=count,
            rows=rows,
            shown_state=shown_state,
            filed=FILED,
            choices=[
                (
                    visit.gettext(_WORDS[word]),
                    _is_chosen(wanted, word),
                    base + _query(_narrowed(wanted, word)),
                )
                for word in (*StateWord, *TimingWord)
            ],
            pager=pager,
        )


def _filter_of(query: Mapping[str, str]) -> ObligationFilter:
    """Raises NotFoundError for a word that means nothing: a default would show another list."""
    return ObligationFilter(
        state=_word(StateWord, query.get("state")) or StateWord.EXPECTED,
        timing=_word(TimingWord, query.get("timing")),
        unit_id=_key(query, "unit"),
        task_id=_key(query, "task"),
        kind=_word(UnitKind, query.get("kind")),
    )


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


def _filter_words(
    visit: Visit, wanted: ObligationFilter, unit: OrgUnit | None, task: Task | None
) -> list[str]:
    words = []
    if wanted.timing is None or wanted.state is not StateWord.EXPECTED:
        words.append(visit.gettext(_WORDS[wanted.state]))
    if wanted.timing:
        words.append(visit.gettext(_WORDS[wanted.timing]))
    if wanted.kind:
        words.append(kind_in_words(wanted.kind, visit.gettext))
    if unit:
        words.append(unit.name)
    if task:
        words.append(visit.gettext("第 {number} 项").format(number=task.number))
    return words


def _narrowed(wanted: ObligationFilter, word: StateWord | TimingWord) -> ObligationFilter:
    """The same unit, task and kind under another word."""
    if isinstance(word, TimingWord):
        return replace(wanted, state=StateWord.EXPECTED, timing=word)
    return replace(wanted, state=word, timing=None)


def _is_chosen(wanted: ObligationFilter, word: StateWord | TimingWord) -> bool:
    return _narrowed(wanted, word) == wanted


def _query(wanted: ObligationFilter) -> str:
    fields = {
        "state": wanted.state if wanted.timing is None or wanted.state is not StateWord.EXPECTED else None,
        "timing": wanted.timing,
        "unit": wanted.unit_id,
        "task": wanted.task_id,
        "kind": wanted.kind,
    }
    return urlencode({name: str(value) for name, value in fields.items() if value is not None})
