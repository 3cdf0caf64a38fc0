"""Every page of the site, its guard and its errors, put into an application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response  # noqa: TC002 - FastAPI reads it at run time

from tracker.errors import TrackerError
from tracker.web import calendar_pages, doctor_pages, feed_pages
from tracker.web.documents import (
    account_pages,
    circular_draft_pages,
    circular_pages,
    document_template_pages,
    report_pages,
)
from tracker.web.duties import close_out_pages, duty_pages, instruction_pages
from tracker.web.error_pages import on_http_error, on_invalid_request, on_tracker_error
from tracker.web.filing import (
    attachment_pages,
    draft_pages,
    filing_pages,
    form_pages,
    material_pages,
    receipt_pages,
)
from tracker.web.forms import checked_form
from tracker.web.guard import Guard
from tracker.web.home import home_pages
from tracker.web.lists import (
    bundled_list_pages,
    import_pages,
    indicator_pages,
    list_calendar_pages,
    list_pages,
    rules_pages,
)
from tracker.web.mail import (
    chasing_pages,
    mail_pages,
    mail_template_pages,
    mailbox_intake_pages,
    mailbox_pages,
    reminder_pages,
)
from tracker.web.people import contacts_pages, key_pages, own_account_pages, people_pages, sign_in_pages
from tracker.web.review import appeal_pages, conduct_pages, gathering_pages, review_pages
from tracker.web.rounds import (
    comparison_pages,
    leader_pages,
    obligation_list_pages,
    obligation_pages,
    ranking_pages,
    round_pages,
    search_pages,
)
from tracker.web.site import build_site
from tracker.web.units import (
    group_pages,
    unit_change_pages,
    unit_detail_pages,
    unit_import_pages,
    unit_merge_pages,
    unit_pages,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fastapi import FastAPI

    from tracker.config import Settings
    from tracker.db import Database

_ROUTERS = (
    sign_in_pages.router,
    home_pages.router,
    filing_pages.router,
    draft_pages.router,
    attachment_pages.router,
    form_pages.router,
    receipt_pages.router,
    round_pages.router,
    leader_pages.router,
    ranking_pages.router,
    reminder_pages.router,
    chasing_pages.router,
    report_pages.router,
    circular_pages.router,
    account_pages.router,
    circular_draft_pages.router,
    comparison_pages.router,
    review_pages.router,
    gathering_pages.router,
    obligation_list_pages.router,
    obligation_pages.router,
    search_pages.router,
    duty_pages.router,
    close_out_pages.router,
    conduct_pages.router,
    appeal_pages.router,
    instruction_pages.router,
    mail_pages.router,
    mail_template_pages.router,
    document_template_pages.router,
    mailbox_intake_pages.router,
    mailbox_pages.router,
    material_pages.router,
    contacts_pages.router,
    # Before one account: a word is no number.
    key_pages.router,
    people_pages.router,
    own_account_pages.router,
    doctor_pages.router,
    unit_pages.router,
    # Before a unit's own pages: its number is no word.
    unit_change_pages.router,
    unit_import_pages.router,
    unit_detail_pages.router,
    unit_merge_pages.router,
    group_pages.router,
    import_pages.router,
    # Before a list's own pages.
    bundled_list_pages.router,
    rules_pages.router,
    list_pages.router,
    list_calendar_pages.router,
    calendar_pages.router,
    feed_pages.router,
    indicator_pages.router,
)


def add_pages(app: FastAPI, settings: Settings, database: Database, now: Callable[[], datetime]) -> None:
    site = build_site(settings, database, now)
    app.state.site = site

    # Files come without the check that every page has: they change nothing and are the same for everybody.
    @app.get("/static/{name}")
    def static_file(name: str) -> Response:
        return site.assets.response(name)

    pages = APIRouter(dependencies=[Depends(checked_form)], include_in_schema=False)
    for router in _ROUTERS:
        pages.include_router(router)
    app.include_router(pages)
    handlers: dict[type[Exception], Any] = {
        TrackerError: on_tracker_error,
        HTTPException: on_http_error,
        RequestValidationError: on_invalid_request,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, cast("Any", handler))
    app.add_middleware(Guard, site=site)
