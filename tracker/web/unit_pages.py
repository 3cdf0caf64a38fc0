"""Units: their names, and what each still lacks before it can file and be reminded."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.models import key
from tracker.store.accounts import all_accounts
from tracker.store.contacts import contacts_by_unit
from tracker.store.units import aliases_by_unit, all_units
from tracker.web.visits import signed_in
from tracker.web.words import kind_in_words

router = APIRouter()


@router.get("/units")
def show_units(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        contacts = contacts_by_unit(visit.session)
        aliases = aliases_by_unit(visit.session)
        accounts: dict[int, list[str]] = {}
        for account, unit in all_accounts(visit.session):
            if unit is not None and account.is_active:
                accounts.setdefault(key(unit), []).append(account.username)
        lines = [
            (
                unit,
                kind_in_words(unit.kind, visit.gettext),
                aliases.get(key(unit), []),
                [contact.name or contact.email for contact in contacts.get(key(unit), [])],
                accounts.get(key(unit), []),
            )
            for unit in all_units(visit.session)
        ]
        # What is missing first; sorting keeps the order of the document within each part.
        lines.sort(key=lambda line: bool(line[3]) and bool(line[4]))
        return visit.page("pages/units.html", lines=lines)
