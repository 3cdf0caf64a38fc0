"""All units: as a tree, searched and filtered, with what each still lacks; and a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.units.change_unit import create_unit
from tracker.domain.names import normalise_name
from tracker.domain.unit_tree import tree_order
from tracker.errors import TrackerError
from tracker.http_status import status_of
from tracker.models import UnitKind, key
from tracker.store.accounts import usernames_by_unit
from tracker.store.bounces import bouncing_addresses
from tracker.store.contacts import contacts_by_unit
from tracker.store.units import aliases_by_unit, all_units, unit_by_name
from tracker.web.forms import CheckedForm, line_field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.models import Contact, OrgUnit

router = APIRouter()

LACKS: Final = ("contact", "account")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the tree; `contacts` are names and addresses.

    `is_found` is False for a unit that only shows where the found ones stand.
    """

    id: int
    name: str
    depth: int
    kind: str
    aliases: Sequence[str]
    contacts: Sequence[tuple[str, str]]
    accounts: Sequence[str]
    is_found: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; "" does not narrow."""

    text: str = ""
    kind: str = ""
    lacks: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.kind or self.lacks)


@router.get("/units")
def show_units(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _page(visit)


@router.post("/units")
def add_here(request: Request, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        name, parent_name = line_field(form, "name"), line_field(form, "parent")
        kind = chosen_kind(line_field(form, "kind"))
        try:
            with visit.session.begin_nested():
                parent = unit_by_name(visit.session, parent_name) if parent_name else None
                unit = create_unit(visit.session, visit.actor, name, kind, visit.now, parent=parent)
        except TrackerError as error:
            typed = {"name": name, "kind": kind.value, "parent": parent_name}
            words = error.worded(visit.gettext)
            return _page(visit, status=status_of(error), problem=words, typed=typed)
        return redirect(f"/units/{key(unit)}?done=unit_added")


def chosen_kind(text: str) -> UnitKind:
    """Of a choice; what no choice offers is taken for the first."""
    return UnitKind(text) if text in list(UnitKind) else UnitKind.DEPARTMENT


def kinds(visit: Visit) -> list[tuple[str, str]]:
    return [(kind.value, kind_in_words(kind, visit.gettext)) for kind in UnitKind]


def _page(
    visit: Visit, *, status: int = 200, problem: str = "", typed: Mapping[str, str] | None = None
) -> Response:
    query = visit.request.query_params
    wanted = Wanted(
        text=query.get("q", "").strip(),
        kind=query.get("kind", "") if query.get("kind") in list(UnitKind) else "",
        lacks=query.get("lacks", "") if query.get("lacks") in LACKS else "",
    )
    units = all_units(visit.session)
    contacts, accounts = contacts_by_unit(visit.session), usernames_by_unit(visit.session)
    rows = _rows(visit, units, wanted, contacts, accounts)
    return visit.page(
        "pages/units.html",
        status=status,
        problem=problem,
        typed=typed or {"name": "", "kind": "department", "parent": ""},
        wanted=wanted,
        rows=rows,
        bouncing=bouncing_addresses(visit.session, visit.now),
        names=[unit.name for unit in units],
        kinds=kinds(visit),
        counts={
            "all": len(units),
            "found": sum(row.is_found for row in rows),
            "contact": sum(key(unit) not in contacts for unit in units),
            "account": sum(key(unit) not in accounts for unit in units),
        },
    )


def _rows(
    visit: Visit,
    units: Sequence[OrgUnit],
    wanted: Wanted,
    contacts: Mapping[int, Sequence[Contact]],
    accounts: Mapping[int, Sequence[str]],
) -> list[UnitRow]:
    """The units that are looked for, and those above them, as a tree."""
    aliases = aliases_by_unit(visit.session)
    by_id = {key(unit): unit for unit in units}
    parents = {unit_id: unit.parent_id for unit_id, unit in by_id.items()}
    text = normalise_name(wanted.text)
    found = {
        unit_id
        for unit_id, unit in by_id.items()
        if (not wanted.kind or unit.kind.value == wanted.kind)
        and (wanted.lacks != "contact" or unit_id not in contacts)
        and (wanted.lacks != "account" or unit_id not in accounts)
        and any(text in normalise_name(name) for name in (unit.name, *aliases.get(unit_id, [])))
    }
    # Of those below one unit, first those that lack something.
    order = sorted(by_id, key=lambda unit_id: unit_id in contacts and unit_id in accounts)
    shown = set(found)
    for unit_id in found:
        above = parents[unit_id]
        while above in by_id and above not in shown:
            shown.add(above)
            above = parents[above]
    return [
        UnitRow(
            id=unit_id,
            name=by_id[unit_id].name,
            depth=depth,
            kind=kind_in_words(by_id[unit_id].kind, visit.gettext),
            aliases=aliases.get(unit_id, []),
            contacts=[
                (contact.name or contact.email, contact.email) for contact in contacts.get(unit_id, [])
            ],
            accounts=accounts.get(unit_id, []),
            is_found=unit_id in found,
        )
        for unit_id, depth in tree_order([unit_id for unit_id in order if unit_id in shown], parents)
    ]
