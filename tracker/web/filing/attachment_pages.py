"""附件: files that a unit adds to a task on its filing page, and their download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.filing.keep_attachments import (
    UploadedFile,
    attachment_in_sight,
    keep_attachments,
    remove_attachment,
)
from tracker.errors import InputError, NotFoundError, RoundClosedError, TrackerError
from tracker.i18n import mark
from tracker.models import key
from tracker.web.downloads import download_of
from tracker.web.forms import file_field
from tracker.web.visits import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import FormData

    from tracker.models import Task
    from tracker.web.filing.filing_desk import Desk

router = APIRouter()

MaterialId = Annotated[int, Path(ge=1, le=2**31 - 1)]
# Never shown by the browser in place: what a unit sends in may be anything.
_FILE: Final = "application/octet-stream"


class NoFileChosenError(InputError):
    message = mark("第 {task} 项：请先选择要上传的附件。")


@router.get("/attachments/{material_id}")
def save_attachment(request: Request, material_id: MaterialId) -> Response:
    with signed_in(request) as visit:
        found = attachment_in_sight(visit.session, visit.actor, material_id)
        return download_of(found.content, _FILE, found.file_name, f"attachment-{material_id}")


def attach(desk: Desk, form: FormData, tasks: Iterable[Task], act: str) -> dict[int, TrackerError]:
    """Keeps the file chosen at a task, whichever button was pressed; by task why it was not kept.

    Raises RoundClosedError.
    """
    errors: dict[int, TrackerError] = {}
    visit = desk.visit
    for task in tasks:
        given = file_field(form, f"file-{key(task)}")
        try:
            if given is None:
                if act == f"attach-{key(task)}":
                    raise NoFileChosenError(task=task.number)
                continue
            file = UploadedFile(given.filename or "", given.file.read(), given.content_type or "")
            keep_attachments(
                visit.session,
                visit.actor,
                visit.settings,
                desk.reporting_round,
                desk.unit,
                task,
                [file],
                visit.now,
            )
        except RoundClosedError:
            raise
        except TrackerError as error:
            errors[key(task)] = error
    return errors


def detach(desk: Desk, number: str) -> int:
    """Removes a file; the id of its task. Raises NotFoundError, RoundClosedError."""
    if not number.isascii() or not number.isdigit() or len(number) > 9:  # noqa: PLR2004
        raise NotFoundError
    visit = desk.visit
    removed = remove_attachment(visit.session, visit.actor, int(number), visit.now)
    return removed.task_id or 0
