"""Published accounts: listed page by page, read, downloaded. Drafts are the pages' only."""

from typing import Annotated
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import AfterValidator
from sqlmodel import Session

from tracker.actions.documents.read_accounts import (
    circular_in_sight,
    file_in_sight,
    files_in_sight,
    filter_for,
    frozen_of,
)
from tracker.actions.documents.render_account import MEDIA_TYPES
from tracker.api.access import Caller, Context
from tracker.api.circular_answers import (
    CircularAnswer,
    CircularFileAnswer,
    CircularsAnswer,
    WholeCircularAnswer,
)
from tracker.domain.actors import Actor
from tracker.domain.texts import clean_text
from tracker.errors import NotFoundError
from tracker.models import Circular, CircularKind, TaskList, key
from tracker.store.circulars import circulars, editions_of

router = APIRouter(prefix="/circulars", tags=["报告和通报"])

CircularId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
After = Annotated[
    int | None,
    Query(ge=1, le=2**31 - 1, description="`next` of the page before; the first without it."),
]
Slug = Annotated[str, Query(max_length=200), AfterValidator(clean_text)]


@router.get("", summary="已发布的报告、通报和总结（分页）")
def published(
    context: Context,
    actor: Caller,
    list: Slug = "",  # noqa: A002 - what the pages call it
    kind: CircularKind | None = None,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
    limit: Limit = 50,
    after: After = None,
) -> CircularsAnswer:
    """The newest first, every edition of what was corrected; to a unit's key the 通报 of its lists."""
    with context.database.reading() as session:
        last = _published(session, actor, after) if after else None
        wanted = filter_for(actor, slug=list, kind=kind, year=year)
        found = circulars(session, wanted, limit=limit + 1, after=last)
        shown = found[:limit]
        return CircularsAnswer(
            circulars=tuple(
                CircularAnswer(**_fields(circular, task_list, context.settings.site.zone))
                for circular, task_list in shown
            ),
            next=shown[-1][0].id if len(found) > limit else None,
        )


@router.get("/{circular_id}", summary="一份报告、通报或总结")
def one(context: Context, actor: Caller, circular_id: CircularId) -> WholeCircularAnswer:
    """As it was frozen on publication; its figures and the workbook, which tell of all units, not to a unit's key."""
    with context.database.reading() as session:
        circular = _published(session, actor, circular_id)
        task_list = session.get_one(TaskList, circular.list_id)
        return WholeCircularAnswer(
            **_fields(circular, task_list, context.settings.site.zone),
            newest=key(editions_of(session, circular)[0]),
            data_sha256=circular.data_hash,
            files=tuple(
                CircularFileAnswer(form=form, file_name=name, bytes=size, sha256=content_hash)
                for form, name, content_hash, size in files_in_sight(session, actor, circular)
            ),
            account=dict(frozen_of(circular).account) if actor.sees_all else None,
        )


@router.get("/{circular_id}/files/{form}", summary="文件", response_class=Response)
def file(context: Context, actor: Caller, circular_id: CircularId, form: str) -> Response:
    """docx, html, pdf or, but for a unit's key, xlsx, as it was stored on publication."""
    with context.database.reading() as session:
        circular = _published(session, actor, circular_id)
        found = file_in_sight(session, actor, circular, form)
        name = quote(found.file_name.replace("/", "／"), safe="")
        return Response(
            found.content,
            media_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )


def _published(session: Session, actor: Actor, circular_id: int) -> Circular:
    """Raises as `circular_in_sight`, and NotFoundError for a draft."""
    circular = circular_in_sight(session, actor, circular_id)
    if circular.published_at is None:
        raise NotFoundError
    return circular


def _fields(circular: Circular, task_list: TaskList, zone: ZoneInfo) -> dict[str, object]:
    assert circular.published_at is not None  # noqa: S101 - only these are listed
    return {
        "id": key(circular),
        "list": task_list.slug,
        "period": circular.period,
        "kind": circular.kind.value,
        "year": circular.year,
        "number": circular.number,
        "edition": circular.edition,
        "title": circular.title,
        "correction": circular.correction,
        "cut_off_at": circular.cut_off_at.astimezone(zone),
        "published_at": circular.published_at.astimezone(zone),
    }
