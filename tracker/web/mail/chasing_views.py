"""The chasing of a round as plain rows for its pages: the ladder on its days, and what each unit has had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.chasing.read_chasing import read_chasing, send_window
from tracker.actions.chasing.unit_chasing import unit_chasing
from tracker.domain.ladder_words import AUDIENCE_LABELS, rung_in_words
from tracker.models import OrgUnit, ReportingRound, TaskList
from tracker.store.mails import reminders_behind
from tracker.store.pauses import move_history
from tracker.store.reminders import told_rungs
from tracker.store.rounds import round_rules
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.actions.chasing.unit_chasing import UnitChasing
    from tracker.models import OutgoingMail, Reminder, RungMove
    from tracker.web.visits import Visit
    from tracker.web.words import Gettext


@dataclass(frozen=True, slots=True)
class RungLine:
    """A rung of the list's ladder; `at` is None where it is left out, as the due day is a day off."""

    name: str
    label: str
    at: datetime | None
    audience: str
    text: str
    told: int
    move: RungMove | None


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One reminder of one unit in words."""

    reminder: Reminder
    rung: str


@dataclass(frozen=True, slots=True)
class MailReason:
    """Why a reminder mail came, for one of its units, and what becomes of it: `silence` where no next one comes."""

    slug: str
    title: str
    period: str
    label: str
    unit: str
    told: ToldLine
    next_at: datetime | None
    silence: str


def rung_lines(visit: Visit, reporting_round: ReportingRound) -> list[RungLine]:
    window = send_window(visit.session, visit.settings)
    chasing = read_chasing(visit.session, visit.settings, window, reporting_round)
    placed = {rung.name: rung for rung in chasing.all_rungs()}
    moves = {move.rung: move for move in reversed(move_history(visit.session, reporting_round))}
    told = told_rungs(visit.session, reporting_round).values()
    lines = []
    for rule in round_rules(reporting_round).ladder:
        name = str(rule.offset)
        rung = placed.get(name)
        audience = sorted(rung.audience, key=list(AUDIENCE_LABELS).index) if rung else []
        lines.append(
            RungLine(
                name=name,
                label=rung_in_words(name, visit.gettext),
                at=rung.at if rung else None,
                audience=visit.gettext("、").join(visit.gettext(AUDIENCE_LABELS[one]) for one in audience),
                text=rule.text,
                told=sum(name in names for names in told),
                move=moves.get(name),
            )
        )
    return lines


def told_lines(chasing: UnitChasing, gettext: Gettext) -> list[ToldLine]:
    return [ToldLine(row, rung_in_words(row.rung, gettext)) for row in chasing.reminders]


def mail_reasons(visit: Visit, mail: OutgoingMail) -> list[MailReason]:
    """One for each unit and round that the mail reminds of; none for a mail of another kind."""
    reasons = []
    for row in reminders_behind(visit.session, mail):
        reporting_round = visit.session.get_one(ReportingRound, row.round_id)
        task_list = visit.session.get_one(TaskList, reporting_round.list_id)
        unit = visit.session.get_one(OrgUnit, row.unit_id)
        chasing = unit_chasing(visit.session, visit.settings, task_list, reporting_round, unit, visit.now)
        reasons.append(
            MailReason(
                slug=task_list.slug,
                title=task_list.title,
                period=reporting_round.period,
                label=round_in_words(reporting_round, visit.gettext),
                unit=unit.name,
                told=ToldLine(row, rung_in_words(row.rung, visit.gettext)),
                next_at=chasing.next_at,
                silence=visit.gettext(chasing.silence) if chasing.silence else "",
            )
        )
    return reasons
