"""Contacts: who is written to, which units cannot be written to, and the reading of a table of them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.import_contacts import import_contacts
from tracker.domain.actors import ROLE_LABELS
from tracker.errors import BlockingProblemsError, UnreadableFileError
from tracker.i18n import mark
from tracker.importers.contacts import read_contacts
from tracker.models import key
from tracker.store.bounces import bouncing_addresses
from tracker.store.contacts import all_contacts, contacts_by_unit
from tracker.store.units import all_units
from tracker.web.forms import CheckedForm, file_field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import UploadFile

router = APIRouter()

_SUFFIXES: Final = {".csv", ".xlsx"}
_NO_FILE: Final = mark("请先选择一个 CSV 或 xlsx 文件。")


@router.get("/contacts")
def show_contacts(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _page(visit)


@router.post("/contacts/import")
def import_file(request: Request, form: CheckedForm) -> Response:
    """All rows of the file or none; what is wrong with it is listed row by row."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        upload = file_field(form, "file")
        if upload is None or _suffix(upload) not in _SUFFIXES:
            return _page(visit, status=422, problems=[visit.gettext(_NO_FILE)])
        with tempfile.TemporaryDirectory() as folder:
            # Never under the name that came with it: only what kind of file it is.
            path = Path(folder) / f"contacts{_suffix(upload)}"
            with path.open("wb") as file:
                shutil.copyfileobj(upload.file, file)
            try:
                rows, problems = read_contacts(path)
                with visit.session.begin_nested():
                    outcome = import_contacts(
                        visit.session,
                        visit.actor,
                        rows,
                        problems,
                        chat_schemas=visit.settings.chat.schemas,
                    )
            except BlockingProblemsError as error:
                return _page(visit, status=422, problems=error.problems)
            except UnreadableFileError as error:
                return _page(visit, status=422, problems=[error.worded(visit.gettext)])
        return redirect(f"/contacts?done=contacts&count={outcome.added + outcome.renamed}")


def _suffix(upload: UploadFile) -> str:
    return Path(upload.filename or "").suffix.lower()


def _page(visit: Visit, *, status: int = 200, problems: Sequence[str] = ()) -> Response:
    reachable = contacts_by_unit(visit.session)
    units = all_units(visit.session)
    return visit.page(
        "pages/contacts.html",
        status=status,
        problems=problems,
        contacts=[
            (contact, unit.name if unit else "", visit.gettext(ROLE_LABELS[contact.role]))
            for contact, unit in all_contacts(visit.session)
        ],
        unreachable=[
            (unit.name, kind_in_words(unit.kind, visit.gettext))
            for unit in units
            if not reachable.get(key(unit))
        ],
        unit_count=len(units),
        bouncing=bouncing_addresses(visit.session, visit.now),
    )
