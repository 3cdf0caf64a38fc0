"""A unit's page of one round as plain rows: what is asked, what was filed last, what stands in the box."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.compile_worksheet import compile_worksheet
from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.near_copies import likeness
from tracker.domain.periods import parse_period
from tracker.domain.rates import Rates, Tally, rates_of
from tracker.domain.states import (
    FILED,
    OUTSTANDING,
    STATE_LABELS,
    STATE_LETTERS,
    Act,
    ObligationState,
    next_state,
)
from tracker.domain.text_flags import LEAST_LIKE_LAST
from tracker.domain.texts import visible
from tracker.i18n import mark
from tracker.models import key
from tracker.store.lists import measures_of
from tracker.store.materials import attachments_of
from tracker.store.rounds import find_round, round_rules
from tracker.web.filing.filing_entry import NOTHING, Entry, count_or_length, entry_of_draft, entry_on_file
from tracker.web.filing.filing_values import ValueBox, value_boxes
from tracker.web.words import period_in_words, shown_state

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlmodel import Session

    from tracker.actions.filing.compile_worksheet import WorksheetLine
    from tracker.domain.actors import Actor
    from tracker.domain.assessment import Assessment
    from tracker.models import OrgUnit, ReportingRound, Task, TaskList
    from tracker.store.materials import Attachment
    from tracker.web.words import Gettext

_NUMBER: Final = mark("第 {number} 项")
_BLANK: Final = NOTHING.mark


@dataclass(slots=True)
class SheetRow:
    """One task. `box` is what the controls show: what was just typed, else the draft, else what is on file.

    `base` is the version and the mark that the page carries of it. `alike` is how much of the text in the box was
    last period's, in percent; None where that is no cause for a hint. `previous_id` is last period's obligation, 0
    where it has no text.
    """

    task: Task
    task_id: int
    obligation_id: int
    state: ObligationState
    state_label: str
    letter: str
    label: str
    base_version: int
    base: str
    filed: Entry
    draft: Entry | None
    draft_by: str
    box: Entry
    values: tuple[ValueBox, ...]
    remark: str
    exempt_reason: str
    is_late: bool
    is_editable: bool
    measure: str = ""
    previous: str = ""
    previous_id: int = 0
    previous_note: str = ""
    assessment_label: str = ""
    alike: int | None = None
    files: tuple[Attachment, ...] = ()
    takes_file: bool = False
    error: str = ""
    theirs: str = ""

    @property
    def is_outstanding(self) -> bool:
        return self.state in OUTSTANDING

    @property
    def stored(self) -> Entry:
        """What the controls show before anybody types: the draft, else what is on file."""
        return self.filed if self.draft is None else self.draft

    @property
    def shows_previous(self) -> bool:
        """Last period's text is there to write by: whole while this one is to be written, afterwards as a link."""
        return self.is_outstanding

    @property
    def can_copy(self) -> bool:
        return self.is_editable and self.shows_previous and bool(self.previous) and not self.previous_note

    @property
    def likeness(self) -> int | None:
        return None if self.previous_note else alike(self.previous, self.box.text)

    @property
    def count(self) -> int:
        return count_or_length(self.box.text)

    def show(self, box: Entry) -> None:
        """Puts something else into the controls than what is stored."""
        self.box = box
        self.values = tuple(asked.showing(box) for asked in self.values)
        self.alike = self.likeness

    def blame(self, indicator_id: int) -> None:
        """Shows the number of one indicator as wrong."""
        self.values = tuple(
            replace(asked, is_wrong=True) if asked.id == indicator_id else asked for asked in self.values
        )

    def copy_previous(self) -> None:
        """Last period's text below whatever stands in the box, once."""
        if self.can_copy and self.previous not in self.box.text:
            text = f"{self.box.text}\n{self.previous}" if self.box.text else self.previous
            self.show(replace(self.box, text=text))


@dataclass(slots=True)
class Sheet:
    """`problem` speaks of the whole page. `is_open` says whether the round still takes texts."""

    rows: list[SheetRow]
    rates: Rates
    limit: int
    is_open: bool
    previous_label: str
    # The words for each judgement; none where the list does not ask for one.
    judgements: Mapping[Assessment, str] = field(default_factory=dict)
    problem: str = ""
    by_task: dict[int, SheetRow] = field(default_factory=dict)

    @property
    def bases(self) -> str:
        """What the page was shown over, in one field: 12:0.5feceb66 13:2.6b86b273."""
        return " ".join(f"{row.task_id}:{row.base}" for row in self.rows)

    @property
    def next(self) -> SheetRow | None:
        """Where to go on: what came back first, then what was never filed."""
        todo = [row for row in self.rows if row.is_outstanding]
        returned = [row for row in todo if row.state is ObligationState.RETURNED]
        return next(iter(returned + todo), None)

    @property
    def is_editable(self) -> bool:
        return any(row.is_editable for row in self.rows)

    @property
    def takes_file(self) -> bool:
        return any(row.takes_file for row in self.rows)

    def is_too_long(self, count: int) -> bool:
        return count > self.limit


def read_sheet(
    session: Session,
    actor: Actor,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    gettext: Gettext,
    *,
    is_open: bool,
    task_ids: Collection[int] | None = None,
) -> Sheet:
    """The sheet of `unit`, whose boxes open to itself only.

    With `task_ids` the rows of these tasks only, to work on and not to be shown: without what stands beside the boxes.
    Raises NotFoundError out of the actor's scope.
    """
    worksheet = compile_worksheet(session, actor, task_list, reporting_round, unit, task_ids=task_ids)
    is_own = actor.unit_id == key(unit)
    is_whole = task_ids is None
    measures = measures_of(session, reporting_round.version_id) if is_whole else {}
    files = attachments_of(session, reporting_round, key(unit)) if is_whole else {}
    period = parse_period(worksheet.previous_period, round_rules(reporting_round).period_type)
    has_previous = is_whole and find_round(session, task_list, period) is not None
    missing = gettext("上期未报送") if has_previous else gettext("上期未在本系统报送")
    nil_before = gettext("上期报无进展，理由：")
    rows = []
    for line in worksheet.lines:
        can_submit = next_state(line.obligation.state, Act.SUBMIT) is not None
        row = _row(line, gettext, is_own=is_own, is_editable=is_own and is_open and can_submit)
        measure = measures.get(line.task.measure_id or 0)
        row.measure = visible(measure.title) if measure else ""
        row.files = tuple(files.get(row.task_id, ()))
        if line.previous is None:
            row.previous_note = missing
        else:
            row.previous = line.previous.nil_reason or line.previous.text
            row.previous_id = line.previous.obligation_id
            row.previous_note = nil_before if line.previous.nil_reason else ""
            row.alike = row.likeness
        rows.append(row)
    tallies = [Tally(line.obligation.state, bool(line.obligation.is_on_time)) for line in worksheet.lines]
    return Sheet(
        rows=rows,
        rates=rates_of(tallies),
        limit=worksheet.character_limit,
        is_open=is_open,
        previous_label=period_in_words(period, gettext),
        judgements={found: gettext(label) for found, label in ASSESSMENT_LABELS.items()}
        if worksheet.asks_assessment
        else {},
        by_task={row.task_id: row for row in rows},
    )


def alike(previous: str, text: str) -> int | None:
    """How much of `text` was last period's, in percent; None where that is no cause for a hint."""
    return int(100 * likeness(previous, text, least=LEAST_LIKE_LAST)) or None


def _row(line: WorksheetLine, gettext: Gettext, *, is_own: bool, is_editable: bool) -> SheetRow:
    obligation = line.obligation
    state = obligation.state if is_own else shown_state(obligation.state)
    filed = entry_on_file(line)
    draft = entry_of_draft(line.draft) if line.draft else None
    stored = draft or filed
    is_returned = obligation.state is ObligationState.RETURNED
    return SheetRow(
        task=line.task,
        task_id=key(line.task),
        obligation_id=key(obligation),
        state=state,
        state_label=gettext(STATE_LABELS[state]),
        letter=gettext(STATE_LETTERS[state]),
        label=gettext(_NUMBER).format(number=visible(line.task.number)),
        base_version=obligation.version,
        base=f"{obligation.version}.{_BLANK if stored is NOTHING else stored.mark}",
        filed=filed,
        draft=draft,
        draft_by=line.draft.saved_by if line.draft else "",
        box=stored,
        values=value_boxes(line.indicators, stored, gettext) if line.indicators else (),
        remark=line.review.reason if line.review and is_returned else "",
        exempt_reason=obligation.exempt_reason,
        assessment_label=gettext(ASSESSMENT_LABELS[filed.assessment]) if filed.assessment else "",
        is_late=obligation.state in FILED and not obligation.is_on_time,
        is_editable=is_editable,
    )
