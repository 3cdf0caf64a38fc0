"""Accounts: who may come in. A coordinator keeps fillers and leaders, an administrator everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.people.accounts import (
    add_account,
    check_account,
    end_account_sessions,
    new_password,
    set_password,
    switch_account,
)
from tracker.actions.people.add_accounts import Slip, import_accounts, invite_units, units_without_account
from tracker.actions.people.change_account import change_account, check_account_change
from tracker.domain.actors import ROLE_LABELS, Role
from tracker.errors import (
    BlockingProblemsError,
    InputError,
    InvalidValueError,
    NotFoundError,
    TrackerError,
)
from tracker.i18n import mark
from tracker.importers.accounts import read_accounts
from tracker.models import Account, OrgUnit, key
from tracker.store.accounts import (
    SignIns,
    active_administrators,
    all_accounts,
    last_sign_in,
    sessions_of,
    sign_ins,
)
from tracker.store.lists import all_lists
from tracker.store.units import all_units, unit_by_name
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import redirect
from tracker.web.table_uploads import table_upload
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

router = APIRouter()

AccountId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_ROLE_OF_UNIT: Final = mark("{role}，{unit}")
_NEVER_SIGNED_IN: Final = SignIns(0, None)


@router.get("/people")
def show_people(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _page(visit)


@router.post("/people")
def add(request: Request, form: CheckedForm) -> Response:
    """One account; its password is on the answer, and nowhere else."""
    typed = {name: line_field(form, name) for name in ("username", "role", "unit")}
    try:
        with signed_in(request) as visit:
            visit.actor.require_coordinating()
            role = _role(typed["role"])
            unit = _unit(visit.session, role, typed)
            username = check_account(visit.session, visit.actor, typed["username"], role, unit)
        # Between two transactions: hashing is slow on purpose.
        password = new_password()
        with signed_in(request, to_write=True) as visit:
            unit = _unit(visit.session, role, typed)
            account, plain = add_account(
                visit.session, visit.actor, username, role, visit.now, unit=unit, password=password
            )
            slip = Slip(account.username, ROLE_LABELS[role], unit.name if unit else "", plain)
            return _slips_page(visit, [slip])
    except (InputError, NotFoundError) as error:
        return _refused(request, error, typed)


@router.post("/people/import")
def import_file(request: Request, form: CheckedForm) -> Response:
    """All rows of the file or none; what is wrong with it is listed row by row."""
    with signed_in(request) as visit:
        actor, now = visit.actor, visit.now
        actor.require_coordinating()
    try:
        with table_upload(form) as path:
            rows, problems = read_accounts(path)
        slips = import_accounts(visit.site.database, actor, rows, problems, now)
    except InputError as error:
        return _refused(request, error)
    with signed_in(request) as visit:
        return _slips_page(visit, slips)


@router.post("/people/invite")
def invite(request: Request, form: CheckedForm) -> Response:
    """Accounts for the units of a list that have none, and a slip for each."""
    with signed_in(request) as visit:
        actor, now = visit.actor, visit.now
        actor.require_coordinating()
    try:
        slips = invite_units(visit.site.database, actor, line_field(form, "list"), now)
    except InputError as error:
        return _refused(request, error)
    with signed_in(request) as visit:
        return _slips_page(visit, slips)


@router.get("/people/{account_id}")
def show_account(request: Request, account_id: AccountId) -> Response:
    with signed_in(request) as visit:
        account = _account(visit, account_id)
        return _account_page(visit, account)


@router.post("/people/{account_id}/password")
def renew_password(request: Request, account_id: AccountId, form: CheckedForm) -> Response:
    """A new random password on the answer; without `is_sure` it is asked first."""
    with signed_in(request) as visit:
        account = _account(visit, account_id)
        visit.actor.require_keeping(account.role)
        if field(form, "is_sure") != "1":
            return _account_page(visit, account, asked="password")
    password = new_password()
    with signed_in(request, to_write=True) as visit:
        account = _account(visit, account_id)
        plain = set_password(visit.session, visit.actor, account, password)
        unit = visit.session.get(OrgUnit, account.unit_id) if account.unit_id else None
        slip = Slip(account.username, ROLE_LABELS[account.role], unit.name if unit else "", plain)
        return _slips_page(visit, [slip], is_renewed=True)


@router.post("/people/{account_id}/switch")
def switch(request: Request, account_id: AccountId, form: CheckedForm) -> Response:
    """Keeps an account out, after it was asked; or lets it in again with `to=on`."""
    is_active = field(form, "to") == "on"
    with signed_in(request, to_write=True) as visit:
        account = _account(visit, account_id)
        visit.actor.require_keeping(account.role)
        if not is_active and field(form, "is_sure") != "1":
            return _account_page(visit, account, asked="switch")
        switch_account(visit.session, visit.actor, account, is_active=is_active)
        done = "account_enabled" if is_active else "account_disabled"
    # Whoever switched off the own account is not let in to see it.
    return redirect(f"/people/{account_id}?done={done}")


@router.post("/people/{account_id}/sessions")
def end_sessions_here(request: Request, account_id: AccountId) -> Response:
    with signed_in(request, to_write=True) as visit:
        account = _account(visit, account_id)
        count = end_account_sessions(visit.session, visit.actor, account, visit.now)
    return redirect(f"/people/{account_id}?done=sessions_ended&count={count}")


@router.post("/people/{account_id}/role")
def change_role(request: Request, account_id: AccountId, form: CheckedForm) -> Response:
    """Another role or unit; without `is_sure` it is asked first, with what it would be."""
    typed = {name: line_field(form, name) for name in ("role", "unit")}
    with signed_in(request, to_write=True) as visit:
        account = _account(visit, account_id)
        visit.actor.require_keeping(account.role)
        try:
            role = _role(typed["role"])
            unit = _unit(visit.session, role, typed | {"username": account.username})
            if field(form, "is_sure") != "1":
                check_account_change(visit.session, visit.actor, account, role, unit=unit)
                return _account_page(visit, account, asked="role", typed=typed, wanted=(role, unit))
            change_account(visit.session, visit.actor, account, role, unit=unit)
        except (InputError, NotFoundError) as error:
            said = error.worded(visit.gettext)
            return _account_page(visit, account, status=422, said=said, typed=typed)
    # Whoever changed the own account is not let in to see it.
    return redirect(f"/people/{account_id}?done=account_changed")


def _role(word: str) -> Role:
    """Raises InvalidValueError for a word that is no role."""
    if word not in set(Role):
        raise InvalidValueError(field=mark("角色"), value=word, reason=mark("请选择一个角色"))
    return Role(word)


def _unit(session: Session, role: Role, typed: dict[str, str]) -> OrgUnit | None:
    """The unit of a filler; what it is called where none is typed. Raises UnknownUnitError."""
    return unit_by_name(session, typed["unit"] or typed["username"]) if role is Role.FILLER else None


def _account(visit: Visit, account_id: int) -> Account:
    visit.actor.require_coordinating()
    account = visit.session.get(Account, account_id)
    if account is None:
        raise NotFoundError
    return account


def _refused(request: Request, error: TrackerError, typed: dict[str, str] | None = None) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        is_file = isinstance(error, BlockingProblemsError)
        problems = error.problems if isinstance(error, BlockingProblemsError) else ()
        said = "" if is_file else error.worded(visit.gettext)
        # A name that is not known was typed into a form: nothing is missing at this address.
        return _page(visit, status=422, said=said, problems=problems, typed=typed)


def _page(
    visit: Visit,
    *,
    status: int = 200,
    said: str = "",
    problems: Sequence[str] = (),
    typed: dict[str, str] | None = None,
) -> Response:
    signed_in_with = sign_ins(visit.session, visit.now)
    people = [
        {
            "account": account,
            "role": visit.gettext(ROLE_LABELS[account.role]),
            "unit": unit.name if unit else "",
            "sessions": signed_in_with.get(key(account), _NEVER_SIGNED_IN),
            "is_kept": visit.actor.may_keep(account.role),
        }
        for account, unit in all_accounts(visit.session)
    ]
    waiting = [
        (task_list, len(units_without_account(visit.session, task_list.slug)))
        for task_list in all_lists(visit.session)
    ]
    return visit.page(
        "pages/people.html",
        status=status,
        said=said,
        problems=problems,
        typed=typed or {"username": "", "role": Role.FILLER.value, "unit": ""},
        people=people,
        roles=_roles(visit),
        units=[unit.name for unit in all_units(visit.session)],
        waiting=[(task_list, count) for task_list, count in waiting if count],
        has_administrator=bool(active_administrators(visit.session)),
        is_administering=visit.actor.is_administering,
    )


def _account_page(
    visit: Visit,
    account: Account,
    *,
    status: int = 200,
    asked: str = "",
    said: str = "",
    typed: dict[str, str] | None = None,
    wanted: tuple[Role, OrgUnit | None] | None = None,
) -> Response:
    """`asked` is what the person has to be sure of; `wanted` the role and unit that are asked about."""
    unit = visit.session.get(OrgUnit, account.unit_id) if account.unit_id else None
    return visit.page(
        "pages/person.html",
        status=status,
        said=said,
        typed=typed or {"role": account.role.value, "unit": unit.name if unit else ""},
        wanted=_belonging(visit, *wanted) if wanted else "",
        belonging=_belonging(visit, account.role, unit),
        roles=_roles(visit),
        units=[found.name for found in all_units(visit.session)],
        last_at=last_sign_in(visit.session, account),
        account=account,
        role=visit.gettext(ROLE_LABELS[account.role]),
        unit=unit,
        sessions=sessions_of(visit.session, account, visit.now),
        is_kept=visit.actor.may_keep(account.role),
        is_own=account.username == visit.actor.label,
        is_paused=account.paused_until is not None and account.paused_until > visit.now,
        asked=asked,
    )


def _roles(visit: Visit) -> list[tuple[str, str]]:
    """Those that the visitor may give."""
    return [(role.value, visit.gettext(ROLE_LABELS[role])) for role in Role if visit.actor.may_keep(role)]


def _belonging(visit: Visit, role: Role, unit: OrgUnit | None) -> str:
    """A role in words, with the unit where it has one."""
    words = visit.gettext(ROLE_LABELS[role])
    return visit.gettext(_ROLE_OF_UNIT).format(role=words, unit=unit.name) if unit else words


def _slips_page(visit: Visit, slips: Sequence[Slip], *, is_renewed: bool = False) -> Response:
    """Passwords in clear: neither a browser nor a proxy keeps the page."""
    response = visit.page(
        "pages/people_slips.html",
        slips=[(slip, visit.gettext(slip.role)) for slip in slips],
        address=visit.settings.site.base_url,
        is_renewed=is_renewed,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
