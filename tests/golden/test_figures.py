"""What the program counts of the golden round is what was counted by hand."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from tests.golden import figures
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B, UNITS
from tests.golden.round import (
    AS_OF,
    DUE_AT,
    EXTENDED_TO,
    LATE,
    LEADS,
    NIL_REASONS,
    ON_TIME,
    TEXTS,
    UNSEEN,
    at,
    stage_golden,
)
from tracker.domain.assessment import Assessment
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.reports import wording
from tracker.reports.ranking import faults_of, rankings_of

if TYPE_CHECKING:
    from tests.golden.round import Golden
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.reports.data import ReportEntry, RoundReport

S = ObligationState


@pytest.fixture
def report(golden: Golden) -> RoundReport:
    return golden.report()


def _entries(report: RoundReport) -> dict[tuple[str, str], ReportEntry]:
    """By unit and task number."""
    return {(entry.unit.name, task.number): entry for task in report.tasks for entry in task.entries}


def _sum(parts: list[Rates]) -> Rates:
    return Rates(**{one.name: sum(getattr(part, one.name) for part in parts) for one in fields(Rates)})


def test_the_hand_figures_add_up() -> None:
    assert _sum(list(figures.BY_UNIT.values())) == figures.WHOLE
    assert _sum(list(figures.BY_KIND.values())) == figures.WHOLE
    assert _sum(list(figures.BY_TASK.values())) == figures.WHOLE
    assert len(LEADS) == figures.AHEAD + figures.ON_SCHEDULE + figures.BEHIND + figures.DONE


def test_rates_of_the_whole_the_units_the_kinds_and_the_tasks(report: RoundReport) -> None:
    assert report.rates == figures.WHOLE
    assert {unit.name: unit.rates for unit in report.units} == figures.BY_UNIT
    assert {task.number: task.rates for task in report.tasks} == figures.BY_TASK
    by_kind = {
        kind: _sum([unit.rates for unit in report.units if unit.kind == kind]) for kind in figures.BY_KIND
    }
    assert by_kind == figures.BY_KIND
    assert wording.percent(report.rates.completeness) == figures.COMPLETENESS
    assert wording.percent(report.rates.timeliness) == figures.TIMELINESS


def test_who_is_missing_late_nil_and_exempt(report: RoundReport) -> None:
    entries = _entries(report)

    def of_state(*states: ObligationState) -> set[tuple[str, str]]:
        return {pair for pair, entry in entries.items() if entry.state in states}

    assert of_state(S.PENDING) == figures.MISSING
    assert of_state(S.NIL) == figures.NIL
    assert of_state(S.EXEMPT) == figures.EXEMPT
    assert {pair for pair, entry in entries.items() if entry.is_late} == figures.LATE
    # That 乙县 has begun a draft is nobody's business.
    assert {entry.state for entry in entries.values()} == set(ObligationState) - {S.DRAFT}


def test_every_filed_text_and_none_that_was_superseded(report: RoundReport) -> None:
    entries = _entries(report)
    assert {pair: entry.text for pair, entry in entries.items() if entry.text} == TEXTS
    assert {pair: entry.nil_reason for pair, entry in entries.items() if entry.nil_reason} == NIL_REASONS
    assert not [words for words in UNSEEN if words in repr(report)]
    # Documents are searched for each text: none may be found in another.
    words = [*TEXTS.values(), *NIL_REASONS.values(), *UNSEEN]
    assert [one for one in words if sum(one in other for other in words) != 1] == []


def test_two_clocks(report: RoundReport) -> None:
    """The first filing says whether it is late; the newest text has its own moment."""
    twice = _entries(report)[BUREAU, "3"]
    assert (twice.first_submitted_at, twice.submitted_at, twice.version) == (LATE, at(10, 10), 3)
    once = _entries(report)[BUREAU, "1"]
    assert (once.first_submitted_at, once.submitted_at, once.version) == (ON_TIME, ON_TIME, 1)
    assert (report.due_at, report.as_of, report.is_closed) == (DUE_AT, AS_OF, True)
    assert {unit.name: unit.extended_to for unit in report.units} == dict.fromkeys(UNITS) | {
        COUNTY_B: EXTENDED_TO
    }


def test_what_the_units_say_of_themselves(report: RoundReport) -> None:
    assert report.asks_assessment
    leads = {
        task.number: entry.assessment
        for task in report.tasks
        for entry in task.entries
        if entry.role == "lead" and entry.state is not S.EXEMPT
    }
    assert leads == figures.ASSESSED
    assert {entry.assessment for entry in _entries(report).values()} == {None, *Assessment}


def test_the_lead_stands_first_and_who_gave_a_task_away_is_exempt(report: RoundReport) -> None:
    moved = report.tasks[3]
    assert [(entry.unit.name, entry.role, entry.state) for entry in moved.entries] == [
        (BUREAU, "lead", S.EXEMPT),
        (AGENCY, "lead", S.ACCEPTED),
        (COUNTY_A, "local", S.RETURNED),
        (COUNTY_B, "local", S.SUBMITTED),
    ]


def test_faults_and_what_was_struck_out(report: RoundReport) -> None:
    entries = _entries(report)
    assert {
        pair: found for pair, entry in entries.items() if (found := faults_of(entry, report))
    } == figures.FAULTS
    assert {
        pair: entry.struck_out for pair, entry in entries.items() if entry.struck_out
    } == figures.STRUCK_OUT
    returned = {pair: entry.times_returned for pair, entry in entries.items() if entry.times_returned}
    assert returned == figures.TIMES_RETURNED
    assert [pair for pair, entry in entries.items() if entry.has_no_substance] == [(COUNTY_B, "2")]


def test_ranking(report: RoundReport) -> None:
    found = {
        ranking.kind: tuple(
            (
                row.place,
                row.unit.name,
                row.score,
                row.card.value if row.card else None,
                row.is_to_be_interviewed,
            )
            for row in ranking.rows
        )
        for ranking in rankings_of(report)
    }
    assert found == figures.RANKING
    assert [ranking.waiting for ranking in rankings_of(report)] == [(), ()]


def test_earlier_rounds(report: RoundReport) -> None:
    assert tuple((past.period, past.rates) for past in report.past_rounds) == figures.PAST_ROUNDS
    assert [past.period_label for past in report.past_rounds] == ["2024年第一季度", "2024年第二季度"]
    assert {unit.name: unit.missed_before for unit in report.units} == figures.MISSED_BEFORE


def test_what_the_leads_filed_before(report: RoundReport) -> None:
    first, fourth, fifth, sixth = (report.tasks[place].past for place in (0, 3, 4, 5))
    assert [(past.period, past.unit, past.state, past.words, past.assessment) for past in first] == [
        ("2024Q2", BUREAU, S.SUBMITTED, "二季度：建成40个。", Assessment.BEHIND),
        ("2024Q1", BUREAU, S.SUBMITTED, "一季度：市示例局任务1的虚构进展。", Assessment.ON_SCHEDULE),
    ]
    # It led until it was moved.
    assert [past.unit for past in fourth] == [BUREAU, BUREAU]
    assert (fifth[0].state, fifth[0].words, fifth[0].assessment) == (S.NIL, "二季度：尚待下达。", None)
    assert [(past.state, past.words) for past in sixth] == [(S.PENDING, ""), (S.PENDING, "")]


def test_indicators(report: RoundReport) -> None:
    found = tuple(
        (
            one.task_number,
            one.name,
            one.unit,
            one.target,
            one.value,
            one.is_of_lead,
            one.reporters,
            one.share,
            one.points,
        )
        for one in report.indicators
    )
    assert found == figures.INDICATORS
    assert {one.target_text for one in report.indicators} == {"100个", "90%", "3000人次", "8个"}
    assert [one.period_label for one in report.indicators] == ["2024年第三季度"] * 3 + [""]


def test_before_the_due_moment_nothing_is_missing(golden: Golden) -> None:
    """As things stand in the database, looked at when 乙县 still had its extension."""
    report = golden.report(EXTENDED_TO)
    assert [faults_of(entry, report) for entry in report.tasks[5].entries] == [
        figures.FAULTS[AGENCY, "6"],
        (),
        (),
    ]
    assert [unit.unit.name for ranking in rankings_of(report) for unit in ranking.waiting] == [COUNTY_B]


def test_the_figures_are_the_same_on_each_database(database: Database, settings: Settings) -> None:
    report = stage_golden(database, settings).report()
    test_rates_of_the_whole_the_units_the_kinds_and_the_tasks(report)
    test_faults_and_what_was_struck_out(report)
    test_ranking(report)
    test_earlier_rounds(report)
    test_what_the_leads_filed_before(report)
    test_indicators(report)
