"""The office's own Word layout of reports, circulars and summaries: download, upload, back to the packaged one."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.documents.change_document_template import (
    SUFFIX,
    check_document_template,
    keep_document_template,
    restore_document_template,
    template_in_use,
    template_states,
)
from tracker.domain.texts import one_line
from tracker.errors import DocumentTemplateError, NotFoundError
from tracker.i18n import mark
from tracker.importers.files.refusals import RefusedFileError
from tracker.models import CircularKind
from tracker.reports.accounts.account_samples import full_account
from tracker.reports.documents.word import render_word
from tracker.reports.documents.word_variables import VARIABLES
from tracker.store.document_templates import template_history
from tracker.web.downloads import download_of
from tracker.web.forms import CheckedForm, file_field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in

router = APIRouter()

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KIND_LABELS: Final = {
    CircularKind.REPORT: mark("报告"),
    CircularKind.CIRCULAR: mark("通报"),
    CircularKind.SUMMARY: mark("总结"),
}
_NO_FILE: Final = mark("请先选择改好的 Word 模板。")
_LONGEST_NAME: Final = 200


@router.get("/document-templates")
def show_templates(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _page(visit)


@router.get("/document-templates/{document}.docx")
def download_template(request: Request, document: str) -> Response:
    """The one in use, to be edited in Word."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        found = _kind(document)
        content = template_in_use(visit.session, visit.settings, found)
        name = visit.gettext("{kind}模板").format(kind=visit.gettext(KIND_LABELS[found]))
    return download_of(content, MEDIA_TYPE, name + SUFFIX, f"template-{found}")


@router.get("/document-templates/{document}/sample.docx")
def download_sample(request: Request, document: str) -> Response:
    """What it writes with invented data. Rendered after the database session has ended."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        found, gettext = _kind(document), visit.gettext
        template = template_in_use(visit.session, visit.settings, found)
    content = render_word(full_account(found, gettext), template, found)
    name = gettext("{kind}样例").format(kind=gettext(KIND_LABELS[found]))
    return download_of(content, MEDIA_TYPE, name + SUFFIX, f"sample-{found}")


@router.post("/document-templates/{document}")
def upload_template(request: Request, document: str, form: CheckedForm) -> Response:
    """Tried outside any transaction; one with a mistake changes nothing."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        found = _kind(document)
        given = file_field(form, "file")
        if given is None:
            return _page(visit, refused=found, problem=visit.gettext(_NO_FILE))
    name = one_line((given.filename or "").replace("\\", "/").rpartition("/")[2])[-_LONGEST_NAME:]
    try:
        template = check_document_template(found, name, given.file.read())
    except (DocumentTemplateError, RefusedFileError) as error:
        with signed_in(request) as visit:
            return _page(visit, refused=found, problem=error.worded(visit.gettext))
    with signed_in(request, to_write=True) as visit:
        is_changed = keep_document_template(visit.session, visit.actor, template, visit.now)
        return redirect(f"/document-templates?done={'document_template_saved' if is_changed else 'nothing'}")


@router.post("/document-templates/{document}/restore")
def restore_template(request: Request, document: str) -> Response:
    with signed_in(request, to_write=True) as visit:
        is_changed = restore_document_template(visit.session, visit.actor, _kind(document), visit.now)
        return redirect(f"/document-templates?done={'template_restored' if is_changed else 'nothing'}")


def _page(visit: Visit, *, refused: CircularKind | None = None, problem: str = "") -> Response:
    return visit.page(
        "pages/document_templates.html",
        status=422 if refused else 200,
        kinds=[
            {
                "state": state,
                "label": visit.gettext(KIND_LABELS[state.kind]),
                "fault": state.fault.worded(visit.gettext) if state.fault else "",
                "absent": [visit.gettext(meaning) for meaning in state.absent],
                "problem": problem if state.kind is refused else "",
                "history": template_history(visit.session, state.kind),
            }
            for state in template_states(visit.session, visit.settings)
        ],
        variables=[(name, visit.gettext(meaning)) for name, meaning in VARIABLES.items()],
    )


def _kind(name: str) -> CircularKind:
    """Raises NotFoundError."""
    if name not in set(CircularKind):
        raise NotFoundError
    return CircularKind(name)
