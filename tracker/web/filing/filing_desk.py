"""One unit's page of one round during one visit: read, shown, and where to go on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.chasing.unit_chasing import unit_chasing
from tracker.actions.duties.read_instructions import instructions_of_unit
from tracker.actions.filing.filing_checks import takes_texts
from tracker.domain.instructions import INSTRUCTION_LABELS
from tracker.errors import ForbiddenError, NotFoundError
from tracker.models import key
from tracker.store.conduct import findings_on_unit
from tracker.store.rounds import round_by_name
from tracker.web.duties.duty_views import InstructionView
from tracker.web.filing.filing_sheet import Sheet, read_sheet
from tracker.web.forms import number_field
from tracker.web.mail.chasing_views import told_lines
from tracker.web.rounds.round_card import round_card

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.datastructures import FormData
    from starlette.responses import Response

    from tracker.models import OrgUnit, ReportingRound, TaskList
    from tracker.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Desk:
    visit: Visit
    task_list: TaskList
    reporting_round: ReportingRound
    unit: OrgUnit

    @property
    def address(self) -> str:
        return f"/filing/{self.task_list.slug}/{self.reporting_round.period}"

    def read(self, task_ids: Collection[int] | None = None) -> Sheet:
        """As it stands in the database now; with `task_ids` the rows of these tasks, not to be shown."""
        visit = self.visit
        visit.session.flush()
        return read_sheet(
            visit.session,
            visit.actor,
            self.task_list,
            self.reporting_round,
            self.unit,
            visit.gettext,
            is_open=takes_texts(self.reporting_round, visit.now),
            task_ids=task_ids,
        )

    def show(self, sheet: Sheet, *, status: int = 200, receipt: str = "", filed_count: int = 0) -> Response:
        """The page. `receipt` and `filed_count` speak of what was filed while the rest was refused."""
        visit, unit_id = self.visit, key(self.unit)
        chasing = unit_chasing(
            visit.session, visit.settings, self.task_list, self.reporting_round, self.unit, visit.now
        )
        return visit.page(
            "pages/filing.html",
            status=status,
            card=round_card(visit, self.task_list, self.reporting_round, sheet.rates, unit_id=unit_id),
            unit=self.unit,
            sheet=sheet,
            chasing=chasing,
            told=told_lines(chasing, visit.gettext),
            instructions=self._instructions(sheet),
            findings=findings_on_unit(visit.session, self.reporting_round, unit_id),
            is_own=visit.unit is not None,
            keeper=keeper_of(visit, unit_id, key(self.reporting_round)),
            page_key=secrets.token_urlsafe(24),
            receipt=receipt,
            filed_count=filed_count,
        )

    def _instructions(self, sheet: Sheet) -> dict[int, list[InstructionView]]:
        """By task id, what leaders ask of the unit about it and is not closed."""
        visit = self.visit
        by_lineage = {row.task.lineage: row.task_id for row in sheet.rows}
        found: dict[int, list[InstructionView]] = {}
        for asked in instructions_of_unit(visit.session, visit.settings, key(self.unit), visit.now):
            task_id = by_lineage.get(asked.lineage or 0)
            if task_id and asked.list_id == self.task_list.id:
                label = visit.gettext(INSTRUCTION_LABELS[asked.state])
                # How much time is left would ask the calendar for each; the day stands there.
                found.setdefault(task_id, []).append(InstructionView(asked, asked.state.value, label, ""))
        return found


def keeper_of(visit: Visit, unit_id: int, round_id: int) -> str:
    """Under what a browser keeps what is typed: nobody else who signs in on the same machine is shown it."""
    return f"{visit.actor.label}/{unit_id}/{round_id}"


def own_desk(visit: Visit, slug: str, period: str, form: FormData) -> Desk:
    """Raises ForbiddenError for who is no filer, NotFoundError for what was typed under another unit's sign-in."""
    if visit.unit is None:
        raise ForbiddenError
    if number_field(form, "unit") != key(visit.unit):
        raise NotFoundError
    return Desk(visit, *round_by_name(visit.session, slug, period), visit.unit)
