"""The list behind a number of the board."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.domain.faults import FAULT_LABELS
from tracker.domain.rates import Rates
from tracker.domain.states import FILED
from tracker.models import Measure, OrgUnit, Task
from tracker.store.obligation_list import (
    ObligationFilter,
    StateWord,
    TimingWord,
    count_obligations,
    list_obligations,
)
from tracker.web.pager import pager_of
from tracker.web.rounds.obligation_filter import WORD_LABELS, filter_in, query_of
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_pages import round_in_sight
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words, shown_state

router = APIRouter()

_PAGE: Final = 200


@router.get("/rounds/{slug}/{period}/obligations")
def show_list(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        task_list, reporting_round = round_in_sight(visit, slug, period)
        wanted = _listed(filter_in(request.query_params))
        count = count_obligations(visit.session, reporting_round, wanted)
        base = f"/rounds/{task_list.slug}/{reporting_round.period}/obligations?"
        pager = pager_of(
            request.query_params, count, _PAGE, lambda page: f"{base}{query_of(wanted)}&page={page}"
        )
        rows = list_obligations(visit.session, reporting_round, wanted, limit=_PAGE, offset=pager.offset)
        return visit.page(
            "pages/obligations.html",
            slug=task_list.slug,
            period=reporting_round.period,
            card=round_card(visit, task_list, reporting_round, Rates()),
            wanted=wanted,
            words=_filter_words(visit, wanted),
            count=count,
            rows=rows,
            shown_state=shown_state,
            filed=FILED,
            choices=[
                (
                    visit.gettext(label),
                    _replaced(wanted, word) == wanted,
                    base + query_of(_replaced(wanted, word)),
                )
                for word, label in WORD_LABELS.items()
            ],
            pager=pager,
            board=f"/rounds/{quote(task_list.slug)}/{reporting_round.period}?{query_of(_kept(wanted))}",
        )


def _listed(wanted: ObligationFilter) -> ObligationFilter:
    """A list that nobody narrowed is of what is expected."""
    is_open = wanted.state is None and wanted.timing is None and wanted.fault is None
    return replace(wanted, state=StateWord.EXPECTED) if is_open else wanted


def _kept(wanted: ObligationFilter) -> ObligationFilter:
    """What the board was narrowed to, whatever number of it was followed."""
    return ObligationFilter(measure_id=wanted.measure_id, kind=wanted.kind)


def _filter_words(visit: Visit, wanted: ObligationFilter) -> list[str]:
    session, gettext = visit.session, visit.gettext
    words = [gettext(WORD_LABELS[word]) for word in (wanted.state, wanted.timing) if word]
    if wanted.fault:
        said = gettext("{fault}（已免责）") if wanted.is_struck_out else gettext("{fault}（计入扣分）")
        words.append(said.format(fault=gettext(FAULT_LABELS[wanted.fault])))
    if wanted.kind:
        words.append(kind_in_words(wanted.kind, gettext))
    if wanted.unit_id and (unit := session.get(OrgUnit, wanted.unit_id)):
        words.append(unit.name)
    if wanted.measure_id and (measure := session.get(Measure, wanted.measure_id)):
        words.append(measure.title)
    if wanted.task_id and (task := session.get(Task, wanted.task_id)):
        words.append(gettext("第 {number} 项").format(number=task.number))
    return words


def _replaced(wanted: ObligationFilter, word: StateWord | TimingWord) -> ObligationFilter:
    """The same unit, task, measure and kind under another word."""
    return replace(wanted, state=None, timing=None, fault=None, is_struck_out=False).narrowed(word)
