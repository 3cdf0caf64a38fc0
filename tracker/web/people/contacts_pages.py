"""Contacts: who is written to, which units cannot be written to; one is typed, changed or removed, or a table is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.people.change_contact import change_contact, drop_contact
from tracker.actions.people.import_contacts import import_contacts
from tracker.domain.actors import ROLE_LABELS, Role
from tracker.domain.chat_address import masked
from tracker.errors import BlockingProblemsError, InputError, NotFoundError
from tracker.i18n import mark
from tracker.importers.contacts import contact_row, read_contacts
from tracker.models import Contact, OrgUnit, key
from tracker.store.bounces import bouncing_addresses
from tracker.store.contacts import all_contacts, contacts_by_unit
from tracker.store.units import all_units
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import redirect
from tracker.web.table_uploads import table_upload
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import FormData

    from tracker.importers.contacts import ContactRow
    from tracker.importers.problem import Problem

router = APIRouter()

ContactId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_ROLES: Final = (Role.FILLER, Role.LEADER, Role.COORDINATOR)
_FIELDS: Final = ("unit", "name", "email", "role")
_TYPED: Final = mark("填写的内容")


@router.get("/contacts")
def show_contacts(request: Request) -> Response:
    """With the form for a new one; `unit` fills its unit in."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _page(visit, typed={"unit": line_field(request.query_params, "unit")})


@router.post("/contacts")
def add(request: Request, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        typed = _typed(form)
        try:
            rows, problems = _row(visit, form, typed)
            with visit.session.begin_nested():
                outcome = import_contacts(
                    visit.session, visit.actor, rows, problems, chat_schemas=visit.settings.chat.schemas
                )
        except BlockingProblemsError as error:
            return _page(visit, status=422, refused=error.problems, typed=typed)
        return redirect(f"/contacts?done={'contact_added' if outcome.added else 'contact_saved'}")


@router.post("/contacts/import")
def import_file(request: Request, form: CheckedForm) -> Response:
    """All rows of the file or none; what is wrong with it is listed row by row."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        try:
            with table_upload(form) as path:
                rows, problems = read_contacts(path)
            with visit.session.begin_nested():
                outcome = import_contacts(
                    visit.session, visit.actor, rows, problems, chat_schemas=visit.settings.chat.schemas
                )
        except BlockingProblemsError as error:
            return _page(visit, status=422, problems=error.problems)
        except InputError as error:
            return _page(visit, status=422, problems=[error.worded(visit.gettext)])
        return redirect(f"/contacts?done=contacts&count={outcome.added + outcome.renamed}")


@router.get("/contacts/{contact_id}")
def show_contact(request: Request, contact_id: ContactId) -> Response:
    with signed_in(request) as visit:
        return _contact_page(visit, _contact(visit, contact_id))


@router.post("/contacts/{contact_id}")
def change(request: Request, contact_id: ContactId, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        contact = _contact(visit, contact_id)
        typed = _typed(form)
        try:
            rows, problems = _row(visit, form, typed)
            change_contact(
                visit.session,
                visit.actor,
                contact,
                rows,
                problems,
                chat_schemas=visit.settings.chat.schemas,
            )
        except BlockingProblemsError as error:
            return _contact_page(visit, contact, refused=error.problems, typed=typed)
        except (InputError, NotFoundError) as error:
            return _contact_page(visit, contact, refused=[error.worded(visit.gettext)], typed=typed)
        return redirect("/contacts?done=contact_saved")


@router.post("/contacts/{contact_id}/remove")
def remove(request: Request, contact_id: ContactId, form: CheckedForm) -> Response:
    """Without `is_sure` it is asked first."""
    with signed_in(request, to_write=True) as visit:
        contact = _contact(visit, contact_id)
        if field(form, "is_sure") != "1":
            return _contact_page(visit, contact, is_asked=True)
        drop_contact(visit.session, visit.actor, contact)
        return redirect("/contacts?done=contact_removed")


def _contact(visit: Visit, contact_id: int) -> Contact:
    visit.actor.require_coordinating()
    contact = visit.session.get(Contact, contact_id)
    if contact is None:
        raise NotFoundError
    return contact


def _typed(form: FormData) -> dict[str, str]:
    """What is shown again where it is refused; a chat robot is a secret and has to be typed anew."""
    return {name: line_field(form, name) for name in _FIELDS}


def _row(
    visit: Visit, form: FormData, typed: Mapping[str, str]
) -> tuple[tuple[ContactRow, ...], tuple[Problem, ...]]:
    where = visit.gettext(_TYPED)
    return contact_row(**typed, where=where, chat_url=line_field(form, "chat_url"))


def _contact_page(
    visit: Visit,
    contact: Contact,
    *,
    refused: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
    is_asked: bool = False,
) -> Response:
    unit = visit.session.get(OrgUnit, contact.unit_id) if contact.unit_id else None
    kept = {
        "unit": unit.name if unit else "",
        "name": contact.name,
        "email": contact.email,
        "role": contact.role.value,
    }
    return visit.page(
        "pages/contact.html",
        status=422 if refused else 200,
        refused=refused,
        contact=contact,
        unit=kept["unit"],
        role=visit.gettext(ROLE_LABELS[contact.role]),
        typed=typed or kept,
        is_asked=is_asked,
        robot=masked(contact.chat_url),
        roles=_roles(visit),
        units=[found.name for found in all_units(visit.session)],
        bouncing=bouncing_addresses(visit.session, visit.now),
    )


def _roles(visit: Visit) -> list[tuple[str, str]]:
    return [(role.value, visit.gettext(ROLE_LABELS[role])) for role in _ROLES]


def _page(
    visit: Visit,
    *,
    status: int = 200,
    problems: Sequence[str] = (),
    refused: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
) -> Response:
    """`problems` are those of a file, `refused` those of what was typed."""
    reachable = contacts_by_unit(visit.session)
    units = all_units(visit.session)
    return visit.page(
        "pages/contacts.html",
        status=status,
        problems=problems,
        refused=refused,
        typed=dict.fromkeys(_FIELDS, "") | {"role": Role.FILLER.value} | dict(typed or {}),
        roles=_roles(visit),
        units=[unit.name for unit in units],
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
