"""What the units below file and their unit above reads before the coordinating office does."""

from fastapi import APIRouter

from tracker.api.access import Caller, Context, Name, gathered_in_scope
from tracker.api.answers import GatheringAnswer, WaitingAnswer
from tracker.models import key
from tracker.store.review_queue import ReviewFilter, list_waiting
from tracker.store.review_texts import versions_of

router = APIRouter(tags=["初审"])


@router.get("/rounds/{list}/{period}/gathering", summary="等待初审的报送")
def gathering(context: Context, actor: Caller, list: Name, period: Name) -> GatheringAnswer:  # noqa: A002 - the address says {list}
    """What waits for the word of the key's own unit."""
    zone = context.settings.site.zone
    with context.database.reading() as session:
        reporting_round, below = gathered_in_scope(session, actor, list, period)
        rows = list_waiting(session, reporting_round, ReviewFilter(is_above=True, below=below))
        versions = versions_of(session, [key(row.obligation) for row in rows])
        newest = [versions[key(row.obligation)][0].update for row in rows]
        return GatheringAnswer(
            waiting=tuple(
                WaitingAnswer(
                    unit=row.unit.name,
                    task=row.task.number,
                    title=row.task.title,
                    version=update.version,
                    submitted_at=update.submitted_at.astimezone(zone),
                    text=update.text,
                    nil_reason=update.nil_reason,
                )
                for row, update in zip(rows, newest, strict=True)
            )
        )
