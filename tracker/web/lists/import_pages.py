"""A task list from a file: upload, preview with everything that is not certain, and the import itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.lists.compare_versions import compare_import
from tracker.actions.lists.import_choices import proposed_rhythms
from tracker.actions.lists.keep_import import commit_pending, draft_of_pending, keep_choices, keep_import
from tracker.actions.lists.settle_import import settle
from tracker.actions.lists.wrong_choices import WrongChoicesError
from tracker.domain.texts import one_line
from tracker.errors import BlockingProblemsError, TrackerError, UnreadableFileError
from tracker.http_status import status_of
from tracker.i18n import mark
from tracker.importers.files.readers import READERS
from tracker.importers.files.source import SourceFile
from tracker.importers.sandbox import read_in_child
from tracker.models import key
from tracker.store.lists import all_lists
from tracker.store.pending_imports import pending_import, pending_imports
from tracker.store.units import known_names
from tracker.web.forms import CheckedForm, field, file_field
from tracker.web.lists.change_views import changes_view
from tracker.web.lists.import_form import choices_of, control_of, picks_period
from tracker.web.lists.import_preview import kinds_in_words, meanings_in_words, preview_of
from tracker.web.lists.indicator_preview import indicator_preview
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import PERIOD_TYPE_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import UploadFile

    from tracker.models import PendingImport

router = APIRouter()

_NO_FILE: Final = mark("请先选择一个文件。")
_LONGEST_NAME: Final = 200


@router.get("/lists/import")
def ask_for_file(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _upload_page(visit)


@router.post("/lists/import")
def read_upload(request: Request, form: CheckedForm) -> Response:
    """The file is read outside any transaction: it may take half a minute."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        upload = file_field(form, "file")
        if upload is None:
            return _upload_page(visit, status=422, problems=[visit.gettext(_NO_FILE)])
    source = SourceFile(_name(upload), upload.file.read())
    try:
        reading = read_in_child(source)
    except UnreadableFileError as error:
        with signed_in(request) as visit:
            return _upload_page(visit, status=422, problems=[error.worded(visit.gettext)])
    with signed_in(request, to_write=True) as visit:
        pending = keep_import(visit.session, visit.actor, visit.settings, source, reading, visit.now)
        return redirect(f"/lists/import/{key(pending)}")


@router.get("/lists/import/{import_id}")
def preview(request: Request, import_id: int) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _preview_page(visit, pending_import(visit.session, import_id))


@router.post("/lists/import/{import_id}")
def settle_or_import(request: Request, import_id: int, form: CheckedForm) -> Response:
    """Keeps the choices; with `act` "import" stores the list too, or says what is in the way and stores nothing."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        pending = pending_import(visit.session, import_id)
        keep_choices(visit.session, visit.actor, pending, choices_of(form))
        if field(form, "act") != "import":
            part = "#rules" if picks_period(form) else ""
            return redirect(f"/lists/import/{import_id}?done=import_saved{part}")
        try:
            with visit.session.begin_nested():
                outcome = commit_pending(visit.session, visit.actor, pending, field(form, "shown"), visit.now)
        except WrongChoicesError as error:
            wrong = {control_of(found): found.error.worded(visit.gettext) for found in error.wrong}
            return _preview_page(visit, pending, status=422, wrong=wrong)
        except BlockingProblemsError as error:
            return _preview_page(visit, pending, status=422, problems=error.problems)
        except TrackerError as error:
            words = [error.worded(visit.gettext)]
            return _preview_page(visit, pending, status=status_of(error), problems=words)
        done = "imported" if outcome.is_new or outcome.is_changed else "import_same"
        return redirect(f"/?done={done}&count={outcome.tasks}")


@router.post("/lists/import/{import_id}/discard")
def discard(request: Request, import_id: int, form: CheckedForm) -> Response:  # noqa: ARG001 - checked, and empty
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        visit.session.delete(pending_import(visit.session, import_id))
        return redirect("/lists/import?done=import_discarded")


def _name(upload: UploadFile) -> str:
    """The last part of the name that came with the file, for showing and for its suffix; never opened by it."""
    return one_line((upload.filename or "").replace("\\", "/").rpartition("/")[2])[-_LONGEST_NAME:]


def _upload_page(visit: Visit, *, status: int = 200, problems: Sequence[str] = ()) -> Response:
    return visit.page(
        "pages/import/upload.html",
        status=status,
        problems=problems,
        formats=sorted(READERS),
        waiting=pending_imports(visit.session),
    )


def _preview_page(
    visit: Visit,
    pending: PendingImport,
    *,
    status: int = 200,
    problems: Sequence[str] = (),
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """`wrong` are words by the id of the control that they are about; `problems` are about none."""
    draft = draft_of_pending(pending)
    choices, document = draft.choices, draft.reading.document
    known = known_names(visit.session)
    settlement = settle(draft.reading, choices, known)
    changes = compare_import(visit.session, choices.slug, settlement, choices.going_on())
    existing = {found.slug: found.title for found in all_lists(visit.session)}
    return visit.page(
        "pages/import/preview.html",
        status=status,
        problems=problems,
        wrong=wrong or {},
        pending=pending,
        choices=choices,
        settlement=settlement,
        preview=preview_of(settlement, choices),
        indicators=indicator_preview(settlement, visit.gettext),
        note=draft.reading.note,
        has_stated_rules=document.rules is not None,
        rhythms=proposed_rhythms(draft.reading),
        outline=document.outline,
        unit_names=dict.fromkeys(
            [unit.name for unit in known.values()] + [unit.name for unit in settlement.new_units]
        ),
        existing=existing.get(choices.slug, ""),
        changes=changes_view(changes, visit.gettext, choices.continues) if changes else None,
        period_types=[(name, visit.gettext(label)) for name, label in PERIOD_TYPE_LABELS.items()],
        kinds=kinds_in_words(visit.gettext),
        meanings=meanings_in_words(visit.gettext),
    )
