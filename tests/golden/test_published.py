"""The golden round published: its figures by hand in every file, frozen, corrected, and beside another round."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from lxml import html
from sqlmodel import select

from tests.example import COORDINATOR
from tests.golden import figures
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B
from tests.golden.round import AS_OF, PERIOD, SLUG, at
from tracker.actions.documents.correct_circular import correct_circular
from tracker.actions.documents.draft_circular import draft_circular, save_words
from tracker.actions.documents.publish_circular import publish_circular
from tracker.actions.documents.read_accounts import frozen_of
from tracker.actions.documents.verify_circular import verify_circular
from tracker.actions.review.appeal import excuse
from tracker.actions.rounds.compare_rounds import compare_editions, compare_rounds
from tracker.domain.assessment import Assessment
from tracker.domain.faults import Fault
from tracker.models import Circular, CircularFile, CircularKind, Obligation, OrgUnit, Task, key
from tracker.store.rounds import round_by_name

if TYPE_CHECKING:
    from tests.golden.round import Golden
    from tracker.reports.accounts.comparison import Comparison, UnitChange

LATER = at(10, 25)
SENTENCE = (
    f"应报17项，已报14项（报送率{figures.COMPLETENESS}），"
    f"按时9项（及时率{figures.TIMELINESS}），逾期5项，未报3项。"
)
WORDS = {"overall": "总体平稳。", "praise": "表扬先进。", "next_steps": "继续推进。"}


def published(golden: Golden, kind: CircularKind = CircularKind.REPORT) -> int:
    """With the real documents."""
    with golden.database.transaction() as session:
        task_list, current = round_by_name(session, SLUG, PERIOD)
        draft = draft_circular(session, COORDINATOR, golden.settings, task_list, current, kind, AS_OF)
        save_words(session, COORDINATOR, key(draft), draft.title, WORDS)
    publish_circular(golden.database, golden.settings, COORDINATOR, key(draft), AS_OF)
    return key(draft)


def excuse_a(golden: Golden) -> None:
    """After publication the office lets 甲县 off for what it never filed on task 3."""
    with golden.database.transaction() as session:
        _, current = round_by_name(session, SLUG, PERIOD)
        obligation, task = session.exec(
            select(Obligation, Task)
            .join(Task, Task.id == Obligation.task_id)  # type: ignore[arg-type]
            .join(OrgUnit, OrgUnit.id == Obligation.unit_id)  # type: ignore[arg-type]
            .where(Obligation.round_id == current.id, OrgUnit.name == COUNTY_A, Task.number == "3")
        ).one()
        excuse(session, COORDINATOR, golden.settings, obligation, task, Fault.MISSING, "受灾", LATER)


def units(comparison: Comparison) -> dict[str, UnitChange]:
    return {unit.name: unit for kind in comparison.kinds for unit in kind.units}


@pytest.mark.parametrize("kind", [CircularKind.REPORT, CircularKind.CIRCULAR])
def test_every_file_says_the_figures_of_the_round_and_the_words_of_the_office(
    golden: Golden, kind: CircularKind
) -> None:
    circular_id = published(golden, kind)
    with golden.database.reading() as session:
        account = frozen_of(session.get_one(Circular, circular_id)).account
        files = {
            file.form: file.content
            for file in session.exec(select(CircularFile).where(CircularFile.circular_id == circular_id))
        }
    assert account["sentence"] == SENTENCE
    progress = account["progress"]
    assert (progress["ahead"], progress["on_schedule"], progress["behind"], progress["done"]) == (
        figures.AHEAD,
        figures.ON_SCHEDULE,
        figures.BEHIND,
        figures.DONE,
    )
    assert progress["silent"] == figures.BEHIND_BY_NIL + figures.BEHIND_BY_SILENCE
    shown = {
        row["unit"]: (row["place"], Decimal(row["score"]))
        for table in account["rankings"]
        for row in table["rows"]
    }
    assert shown == {
        name: (place, score)
        for rows in figures.RANKING.values()
        for place, name, score, _card, _called in rows
    }
    document = docx.Document(BytesIO(files["docx"]))
    word = "\n".join(one.text for one in document.paragraphs)
    page = str(html.fromstring(files["html"].decode()).xpath("string()"))
    for text in (word, page):
        assert SENTENCE in text
        for own in WORDS.values() if kind is CircularKind.REPORT else (WORDS["overall"], WORDS["praise"]):
            assert text.count(own) == 1
        assert "第1期" in text
        for name in (AGENCY, COUNTY_A, COUNTY_B):
            assert name in text
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    cells = {cell.value for sheet in book for line in sheet.iter_rows() for cell in line}
    assert {figures.WHOLE.expected, figures.WHOLE.filed, figures.WHOLE.on_time} <= cells


def test_the_frozen_figures_stay_when_an_appeal_is_upheld_later(golden: Golden) -> None:
    circular_id = published(golden)
    before = golden.report()
    excuse_a(golden)
    assert golden.report(LATER) != before
    with golden.database.reading() as session:
        circular = session.get_one(Circular, circular_id)
        frozen = frozen_of(circular)
        assert verify_circular(session, circular).is_good
    assert frozen.report == before
    assert frozen.report.rates == figures.WHOLE
    assert {unit.name: unit.rates for unit in frozen.report.units} == figures.BY_UNIT


def test_a_correction_lists_by_unit_what_the_appeal_changed(golden: Golden) -> None:
    """甲县 without its missing text: 100 − 30 × 1/5 − 10 × 1/5 = 92, and so before 乙县 with its 73.33."""
    first = published(golden)
    excuse_a(golden)
    with golden.database.transaction() as session:
        second = key(correct_circular(session, COORDINATOR, first, "甲县受灾，不计未报", LATER))
    publish_circular(golden.database, golden.settings, COORDINATOR, second, LATER)
    with golden.database.reading() as session:
        changes = compare_editions(
            session, session.get_one(Circular, first), session.get_one(Circular, second)
        )
    told = {
        name: (unit.before.place, unit.before.score, unit.after.place, unit.after.score, unit.places_up)
        for name, unit in units(changes).items()
        if unit.is_changed and unit.before and unit.after
    }
    assert told == {
        COUNTY_A: (2, Decimal("72.00"), 1, Decimal("92.00"), 1),
        COUNTY_B: (1, Decimal("73.33"), 2, Decimal("73.33"), -1),
    }
    # What was filed is the same.
    assert changes.after.rates == figures.WHOLE
    (task,) = [task for task in changes.tasks if task.is_changed]
    assert task.before == task.after
    (entry,) = task.entries
    assert (entry.unit, entry.struck_out, entry.is_filed, entry.is_reworded) == (
        COUNTY_A,
        (Fault.MISSING,),
        False,
        False,
    )
    assert changes.own_words == ()


def test_the_round_beside_the_one_before(golden: Golden) -> None:
    with golden.database.reading() as session:
        task_list, current = round_by_name(session, SLUG, PERIOD)
        _, before = round_by_name(session, SLUG, "2024Q2")
        found = compare_rounds(session, golden.settings, task_list, before, current, AS_OF).comparison
    assert (found.before.rates, found.after.rates) == (figures.PAST_ROUNDS[1][1], figures.WHOLE)
    by_unit = units(found)
    assert {name: unit.after and unit.after.rates for name, unit in by_unit.items()} == figures.BY_UNIT
    assert {name: unit.after and unit.after.place for name, unit in by_unit.items()} == {
        name: place for rows in figures.RANKING.values() for place, name, *_more in rows
    }
    assert {task.number: task.after for task in found.tasks} == figures.BY_TASK
    first, *_others = found.tasks
    assert [(lead.unit, lead.before, lead.after) for lead in first.leads] == [
        (BUREAU, Assessment.BEHIND, Assessment.AHEAD)
    ]
