"""What `tracker doctor` finds, for the administrator."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.site.examine_site import examine_site
from tracker.web.visits import signed_in

router = APIRouter()


@router.get("/doctor")
def show_findings(request: Request) -> Response:
    """Outside a transaction: servers are asked, and may take their time."""
    with signed_in(request) as visit:
        visit.actor.require_administering()
    findings = examine_site(visit.settings)
    with signed_in(request) as visit:
        return visit.page(
            "pages/doctor.html",
            findings=[(finding.is_good, *finding.worded(visit.gettext)) for finding in findings],
            faults=sum(not finding.is_good for finding in findings),
            examined_at=visit.now,
        )
