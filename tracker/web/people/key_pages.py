"""Keys to the API: issued once, shown once, ended for good."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.people.accounts import issue_token, revoke_token
from tracker.domain.actors import Role
from tracker.errors import InputError, NotFoundError, TrackerError
from tracker.models import ApiToken
from tracker.store.accounts import all_tokens
from tracker.store.units import all_units, unit_by_name
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in

router = APIRouter()

KeyId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/people/keys")
def show_keys(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _page(visit)


@router.post("/people/keys")
def issue(request: Request, form: CheckedForm) -> Response:
    """A key for the unit named, or without one for the coordinating office; it is on the answer and nowhere else."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        label, named = line_field(form, "label"), line_field(form, "unit")
        try:
            unit = unit_by_name(visit.session, named) if named else None
            token, secret = issue_token(visit.session, visit.actor, label, visit.now, unit=unit)
        except (InputError, NotFoundError) as error:
            return _page(visit, error=error, typed={"label": label, "unit": named})
        response = visit.page(
            "pages/key_issued.html", token=token, secret=secret, unit=unit.name if unit else ""
        )
        response.headers["Cache-Control"] = "no-store"
        return response


@router.post("/people/keys/{key_id}/revoke")
def revoke(request: Request, key_id: KeyId, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        token = visit.session.get(ApiToken, key_id)
        if token is None:
            raise NotFoundError
        visit.actor.require_keeping(token.role)
        if field(form, "is_sure") != "1":
            return _page(visit, asked=token)
        revoke_token(visit.session, visit.actor, token.label, visit.now)
        return redirect("/people/keys?done=key_revoked")


def _page(
    visit: Visit,
    *,
    error: TrackerError | None = None,
    typed: dict[str, str] | None = None,
    asked: ApiToken | None = None,
) -> Response:
    return visit.page(
        "pages/keys.html",
        status=422 if error else 200,
        said=error.worded(visit.gettext) if error else "",
        typed=typed or {"label": "", "unit": ""},
        asked=asked,
        keys=[
            (token, unit.name if unit else "", visit.actor.may_keep(token.role))
            for token, unit in all_tokens(visit.session)
        ],
        units=[unit.name for unit in all_units(visit.session)],
        may_issue_for_office=visit.actor.may_keep(Role.COORDINATOR),
    )
