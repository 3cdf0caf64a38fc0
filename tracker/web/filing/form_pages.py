"""The 报送表 of a unit: downloaded, filled elsewhere, uploaded, and answered row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.filing.file_form import file_form
from tracker.actions.filing.form_rows import Fate
from tracker.actions.filing.issue_form import compile_form, render_form
from tracker.domain.texts import one_line
from tracker.errors import ConflictError, ForbiddenError, InputError, NotFoundError, StateError, TrackerError
from tracker.http_status import status_of
from tracker.i18n import mark
from tracker.importers.files.source import SourceFile
from tracker.importers.sandbox import read_form_in_child
from tracker.models import key
from tracker.store.rounds import round_by_name
from tracker.web.downloads import download_of
from tracker.web.filing.filing_pages import unit_in_sight
from tracker.web.forms import CheckedForm, field, file_field, number_field
from tracker.web.visits import Visit, signed_in
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import FormData

    from tracker.actions.filing.file_form import FormOutcome
    from tracker.actions.filing.form_rows import FormLine

router = APIRouter()

_NO_FILE: Final = mark("请先选择填好的报送表。")
_LONGEST_NAME: Final = 200


@router.get("/filing/{slug}/{period}/form.xlsx")
def download(request: Request, slug: str, period: str) -> Response:
    """Rendered after the database session has ended. The session commits: the first form makes the site's key."""
    with signed_in(request, to_write=True) as visit:
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        name = request.query_params.get("unit")
        unit = visit.unit if name is None else unit_in_sight(visit, name)
        if unit is None:
            raise NotFoundError
        form = compile_form(
            visit.session, visit.actor, visit.settings, task_list, reporting_round, unit, visit.now
        )
        settings = visit.settings
        plain = f"form-{task_list.slug}-{reporting_round.period}"
    issued = render_form(form, settings)
    return download_of(issued.content, issued.media_type, issued.file_name, plain)


@router.post("/filing/{slug}/{period}/form")
def upload(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    """The file is read outside any transaction. It is filed for the round that it names, whatever the page."""
    with signed_in(request) as visit:
        _require_filer(visit, form)
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        back = f"/filing/{task_list.slug}/{reporting_round.period}"
        given = file_field(form, "file")
        if given is None:
            return _refused_page(visit, back, visit.gettext(_NO_FILE), 422)
    name = one_line((given.filename or "").replace("\\", "/").rpartition("/")[2])[-_LONGEST_NAME:]
    try:
        reading = read_form_in_child(SourceFile(name, given.file.read()))
        with signed_in(request, to_write=True) as visit:
            _require_filer(visit, form)
            outcome = file_form(
                visit.session,
                visit.actor,
                visit.settings,
                reading,
                visit.now,
                request_key=field(form, "key"),
            )
            return _outcome_page(visit, outcome, name)
    except (InputError, StateError) as error:
        with signed_in(request) as visit:
            return _refused_page(visit, back, error.worded(visit.gettext), status_of(error))


def _require_filer(visit: Visit, form: FormData) -> None:
    """Only a unit uploads its form: who coordinates writes for nobody on a page (as with the filing page)."""
    if visit.unit is None:
        raise ForbiddenError
    if number_field(form, "unit") != key(visit.unit):
        raise NotFoundError


def _refused_page(visit: Visit, back: str, problem: str, status: int) -> Response:
    return visit.page("pages/form_refused.html", status=status, problem=problem, back=back)


def _outcome_page(visit: Visit, outcome: FormOutcome, file: str) -> Response:
    refused = outcome.of(Fate.REFUSED)
    return visit.page(
        "pages/form_outcome.html",
        status=409 if outcome.has_conflict else 422 if refused else 200,
        outcome=outcome,
        file=file,
        at=visit.now,
        period_label=round_in_words(outcome.round, visit.gettext),
        filed=outcome.of(Fate.FILED),
        unchanged=outcome.of(Fate.UNCHANGED),
        on_file=_by_receipt(outcome.of(Fate.UNCHANGED)),
        empty=outcome.of(Fate.EMPTY),
        refused=[(line, _words(line.error, visit), *_both_texts(line.error)) for line in refused],
        back=f"/filing/{outcome.task_list.slug}/{outcome.round.period}",
    )


def _by_receipt(lines: Iterable[FormLine]) -> dict[str, list[str]]:
    """The numbers of the tasks whose text a receipt confirms already."""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.receipt, []).append(line.number)
    return found


def _words(error: TrackerError | None, visit: Visit) -> str:
    return error.worded(visit.gettext) if error else ""


def _both_texts(error: TrackerError | None) -> tuple[str, str]:
    return (error.theirs, error.yours) if isinstance(error, ConflictError) else ("", "")
