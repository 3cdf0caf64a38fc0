"""Searching what was filed, in all rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.search.search_texts import filter_named, in_sight, read_texts, search_tasks, search_texts
from tracker.domain.bigrams import Question
from tracker.domain.passages import passage
from tracker.errors import NotFoundError
from tracker.models import key
from tracker.store.text_search import TextFilter, rounds_with_texts, said_in
from tracker.store.units import all_units
from tracker.web.forms import field, number_field
from tracker.web.pager import pager_of
from tracker.web.visits import Visit, signed_in
from tracker.web.words import round_in_words, shown_state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.domain.passages import Piece
    from tracker.domain.states import ObligationState
    from tracker.models import ReportingRound, TaskList
    from tracker.store.text_search import FiledText

router = APIRouter()

_PAGE: Final = 50
_TASKS: Final = 5
# Longer than any text: what lies beyond cannot be found, and would only make the address of each page longer.
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of the form as they were sent."""

    words: str
    slug: str
    period: str
    unit: int | None
    with_old_versions: bool

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Raises NotFoundError for a unit that is no number."""
        unit = number_field(query, "unit")
        if unit is None and query.get("unit"):
            raise NotFoundError
        return cls(
            words=" ".join(field(query, "q")[:_LONGEST].split()),
            slug=field(query, "list"),
            period=field(query, "period"),
            unit=unit,
            with_old_versions=field(query, "old") == "1",
        )

    def address(self, page: int) -> str:
        fields = {
            "q": self.words,
            "list": self.slug,
            "period": self.period,
            "unit": self.unit or "",
            "old": "1" if self.with_old_versions else "",
            "page": page if page > 1 else "",
        }
        return "/search?" + urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True, slots=True)
class Hit:
    """One version that holds the words; `version` is None for the newest of its obligation."""

    obligation_id: int
    unit: str
    number: str
    list_title: str
    label: str
    state: ObligationState
    is_nil: bool
    version: int | None
    pieces: tuple[Piece, ...]


@router.get("/search")
def show_search(request: Request) -> Response:
    with signed_in(request) as visit:
        asked = Asked.of(request.query_params)
        own = in_sight(visit.session, visit.actor, TextFilter()).unit_id
        rounds = rounds_with_texts(visit.session, own)
        named = filter_named(
            rounds,
            slug=asked.slug,
            period=asked.period,
            unit_id=asked.unit,
            with_old_versions=asked.with_old_versions,
        )
        wanted = in_sight(visit.session, visit.actor, named)
        question = Question.of(asked.words)
        found = search_texts(visit.session, visit.actor, wanted, question)
        pager = pager_of(request.query_params, len(found.numbers), _PAGE, asked.address)
        tasks = search_tasks(visit.session, visit.actor, wanted, question)
        lists = {task_list.slug: task_list.title for task_list, _ in rounds}
        return visit.page(
            "pages/search.html",
            asked=asked,
            lists=sorted(lists.items()),
            periods=_periods(visit, rounds),
            units=all_units(visit.session) if visit.actor.sees_all else [],
            chosen_unit=wanted.unit_id,
            has_words=bool(question.words),
            count=f"{len(found.numbers):,}",
            is_cut=found.is_cut,
            unsearched=found.unsearched,
            hits=[
                _hit(visit, text, question)
                for text in read_texts(visit.session, found, limit=_PAGE, offset=pager.offset)
            ],
            tasks=tasks[:_TASKS],
            more_tasks=max(len(tasks) - _TASKS, 0),
            pager=pager,
        )


def _periods(visit: Visit, rounds: Sequence[tuple[TaskList, ReportingRound]]) -> dict[str, str]:
    """Each once, in words, the newest first; lists of the same rhythm share them."""
    return {found.period: round_in_words(found, visit.gettext) for _, found in rounds}


def _hit(visit: Visit, found: FiledText, question: Question) -> Hit:
    is_newest = found.update.version == found.obligation.version
    return Hit(
        obligation_id=key(found.obligation),
        unit=found.unit.name,
        number=found.task.number,
        list_title=found.task_list.title,
        label=round_in_words(found.round, visit.gettext),
        state=shown_state(found.obligation.state) if visit.actor.sees_all else found.obligation.state,
        is_nil=bool(found.update.nil_reason),
        version=None if is_newest else found.update.version,
        pieces=passage(" ".join(said_in(found.update).splitlines()), question),
    )
