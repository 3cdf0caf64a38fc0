"""Searches the filed texts of all rounds, as far as the one who asks may see them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.errors import NotFoundError
from tracker.models import key
from tracker.store.text_search import (
    TextFilter,
    all_candidates,
    are_at_most,
    count_recent,
    filed_texts,
    find_tasks,
    indexed_candidates,
    indexed_numbers,
    last_indexed,
    recent_candidates,
)
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.domain.bigrams import Question
    from tracker.models import ReportingRound, TaskList
    from tracker.store.text_search import FiledText, FoundTask

# Hits are counted exactly up to here; nobody reads more of them.
MOST_HITS: Final = 1_000
# Texts that are read to see whether they hold the words: of the index, and of what is not in it yet.
_MOST_READ: Final = 5_000
MOST_RECENT: Final = 500
# So many are read one by one sooner than the index is asked: those of a unit, or of a round.
_FEW: Final = 5_000


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """`numbers` of the texts that hold all words, newest first, at most 1,000 of them.

    `is_cut`: there are more, or there were too many texts to read. `unsearched`: how many of the texts were not
    looked through, because they are not in the index yet.
    """

    numbers: tuple[int, ...] = ()
    is_cut: bool = False
    unsearched: int = 0


def in_sight(session: Session, actor: Actor, wanted: TextFilter) -> TextFilter:
    """`wanted` within what the actor may see, with a unit that was merged into another meaning that one.

    The one place where the search asks who may see what. Raises NotFoundError for another unit's texts.
    """
    if wanted.unit_id is not None:
        wanted = replace(wanted, unit_id=key(unit_by_id(session, wanted.unit_id)))
    if actor.sees_all:
        return wanted
    if actor.unit_id is None:
        raise NotFoundError
    actor.require_sight(wanted.unit_id or actor.unit_id)
    return replace(wanted, unit_id=actor.unit_id)


def filter_named(
    rounds: Sequence[tuple[TaskList, ReportingRound]],
    *,
    slug: str = "",
    period: str = "",
    unit_id: int | None = None,
    with_old_versions: bool = False,
) -> TextFilter:
    """What the names of a list and a period mean, "" for any. Raises NotFoundError for one that is none of `rounds`:
    those in sight of whoever asks."""
    lists = {task_list.slug: key(task_list) for task_list, _ in rounds}
    if slug and slug not in lists:
        raise NotFoundError
    if period and period not in {found.period for _, found in rounds}:
        raise NotFoundError
    return TextFilter(
        list_id=lists[slug] if slug else None,
        period=period or None,
        unit_id=unit_id,
        with_old_versions=with_old_versions,
    )


def search_texts(session: Session, actor: Actor, wanted: TextFilter, question: Question) -> FoundTexts:
    """Raises NotFoundError for another unit's texts."""
    wanted = in_sight(session, actor, wanted)
    if not question.words:
        return FoundTexts()
    if wanted.is_narrow and are_at_most(session, wanted, _FEW):
        answers, _ = _answers(all_candidates(session, wanted), question, MOST_HITS + 1)
        return FoundTexts(tuple(answers[:MOST_HITS]), len(answers) > MOST_HITS)
    last_id = last_indexed(session)
    recent = recent_candidates(session, wanted, last_id, MOST_RECENT)
    numbers, _ = _answers(recent, question, MOST_HITS + 1)
    missing, read = MOST_HITS + 1 - len(numbers), 0
    if question.is_settled_by_grams:
        numbers += indexed_numbers(session, wanted, question, last_id, missing)
    else:
        indexed = indexed_candidates(session, wanted, question, last_id, _MOST_READ)
        answers, read = _answers(indexed, question, missing)
        numbers += answers
    return FoundTexts(
        numbers=tuple(numbers[:MOST_HITS]),
        is_cut=len(numbers) > MOST_HITS or read == _MOST_READ,
        unsearched=max(count_recent(session, wanted, last_id) - MOST_RECENT, 0),
    )


def _answers(candidates: Generator[tuple[int, str]], question: Question, limit: int) -> tuple[list[int], int]:
    """The first of `candidates` that hold the words, and how many of them were read."""
    numbers: list[int] = []
    read = 0
    with closing(candidates):
        for number, text in candidates:
            read += 1
            if question.is_answered_by(text):
                numbers.append(number)
            if len(numbers) == limit:
                break
    return numbers, read


def read_texts(session: Session, found: FoundTexts, *, limit: int, offset: int = 0) -> list[FiledText]:
    """Part of what was found, with all that belongs to it."""
    return filed_texts(session, found.numbers[offset : offset + limit])


def search_tasks(session: Session, actor: Actor, wanted: TextFilter, question: Question) -> list[FoundTask]:
    """Tasks of lists whose number or title the question is. Raises NotFoundError for another unit's tasks."""
    wanted = in_sight(session, actor, wanted)
    return find_tasks(session, wanted, question) if question.words else []
