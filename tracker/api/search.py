"""Filed texts by their words, as the page /search finds them."""

from datetime import tzinfo
from typing import Annotated, Final

from fastapi import APIRouter, Query
from sqlmodel import Session

from tracker.actions.search.search_texts import filter_named, in_sight, read_texts, search_texts
from tracker.api.access import Caller, Context, unit_in_scope
from tracker.api.answers import HitAnswer, SearchAnswer
from tracker.api.obligations import told_state
from tracker.api.questions import SearchQuestion
from tracker.domain.actors import Actor
from tracker.domain.bigrams import Question
from tracker.models import key
from tracker.store.text_search import FiledText, TextFilter, rounds_with_texts

router = APIRouter(tags=["查找"])

_PAGE: Final = 50


@router.get("/search", summary="查找报送内容")
def search(context: Context, actor: Caller, asked: Annotated[SearchQuestion, Query()]) -> SearchAnswer:
    """Texts that hold all the words, the newest first; to a unit's key its own only."""
    zone = context.settings.site.zone
    with context.database.reading() as session:
        found = search_texts(session, actor, _filter(session, actor, asked), Question.of(asked.q))
        offset = (asked.page - 1) * _PAGE
        hits = read_texts(session, found, limit=_PAGE, offset=offset)
        return SearchAnswer(
            count=len(found.numbers),
            is_cut=found.is_cut,
            unsearched=found.unsearched,
            page=asked.page,
            pages=-(-len(found.numbers) // _PAGE),
            hits=tuple(_hit(hit, actor, zone) for hit in hits),
        )


def _filter(session: Session, actor: Actor, asked: SearchQuestion) -> TextFilter:
    own = in_sight(session, actor, TextFilter()).unit_id
    return filter_named(
        rounds_with_texts(session, own),
        slug=asked.list,
        period=asked.period.upper(),
        unit_id=key(unit_in_scope(session, actor, asked.unit)) if asked.unit else None,
        with_old_versions=asked.old,
    )


def _hit(hit: FiledText, actor: Actor, zone: tzinfo) -> HitAnswer:
    update, owed = hit.update, hit.obligation
    return HitAnswer(
        list=hit.task_list.slug,
        period=hit.round.period,
        unit=hit.unit.name,
        task=hit.task.number,
        title=hit.task.title,
        state=told_state(owed.state, is_own=actor.unit_id == owed.unit_id),
        version=update.version,
        is_newest=update.version == owed.version,
        submitted_at=update.submitted_at.astimezone(zone),
        text=update.text,
        nil_reason=update.nil_reason,
    )
