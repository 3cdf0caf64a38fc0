"""来件 taken in by a person: what is new in the mailbox, at once; or a mail that was saved as a file."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.mailbox.take_in_mail import poll_mailbox, take_in_files
from tracker.errors import InputError
from tracker.i18n import mark
from tracker.web.forms import CheckedForm, file_field
from tracker.web.rendering import redirect
from tracker.web.visits import signed_in

router = APIRouter()


class NoMailFileError(InputError):
    message = mark("请先选择一个 .eml 文件。")


@router.post("/mailbox/poll")
def poll_here(request: Request) -> Response:
    with signed_in(request) as visit:
        actor, now = visit.actor, visit.now
        actor.require_coordinating()
    taken = poll_mailbox(visit.site.database, visit.settings, actor, now)
    # In trouble the page itself says what the server said.
    return redirect("/mailbox" if taken.trouble else f"/mailbox?done=mailbox_polled&count={taken.stored}")


@router.post("/mailbox/import")
def import_file(request: Request, form: CheckedForm) -> Response:
    with signed_in(request) as visit:
        actor, now = visit.actor, visit.now
        actor.require_coordinating()
    upload = file_field(form, "file")
    if upload is None or not (upload.filename or "").lower().endswith(".eml"):
        raise NoMailFileError
    taken = take_in_files(visit.site.database, visit.settings, actor, [upload.file.read()], now)
    done = "mail_taken_in" if taken.stored else "mail_known"
    return redirect(f"/mailbox?done={done}")
