"""Every page of the site, its guard and its errors, put into an application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response  # noqa: TC002 - FastAPI reads it at run time

from tracker.errors import TrackerError
from tracker.web import (
    calendar_pages,
    chasing_pages,
    contacts_pages,
    feed_pages,
    filing_pages,
    form_pages,
    group_pages,
    home_pages,
    import_pages,
    indicator_pages,
    list_calendar_pages,
    list_pages,
    mail_pages,
    mail_template_pages,
    mailbox_pages,
    material_pages,
    obligation_list_pages,
    obligation_pages,
    receipt_pages,
    reminder_pages,
    report_pages,
    round_pages,
    sign_in_pages,
    unit_change_pages,
    unit_detail_pages,
    unit_merge_pages,
    unit_pages,
)
from tracker.web.error_pages import on_http_error, on_invalid_request, on_tracker_error
from tracker.web.forms import checked_form
from tracker.web.guard import Guard
from tracker.web.site import build_site

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
    form_pages.router,
    receipt_pages.router,
    round_pages.router,
    reminder_pages.router,
    chasing_pages.router,
    report_pages.router,
    obligation_list_pages.router,
    obligation_pages.router,
    mail_pages.router,
    mail_template_pages.router,
    mailbox_pages.router,
    material_pages.router,
    contacts_pages.router,
    unit_pages.router,
    # Before a unit's own pages: its number is no word.
    unit_change_pages.router,
    unit_detail_pages.router,
    unit_merge_pages.router,
    group_pages.router,
    import_pages.router,
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
