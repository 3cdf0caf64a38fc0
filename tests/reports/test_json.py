"""The JSON shape other programs rely on, and published rounds are read back from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from tests.reports.factory import Filed, TaskText, make_report
from tests.reports.made import reports
from tracker.domain.scoring_rules import ScoringRules
from tracker.domain.states import ObligationState
from tracker.reports.json import from_json, to_json
from tracker.reports.json_shape import RoundShape

if TYPE_CHECKING:
    from tests.golden.round import Golden
    from tracker.reports.data import RoundReport

S = ObligationState
SCHEMA = Path(__file__).parents[2] / "docs" / "data.schema.json"


def _through_a_file(report: RoundReport) -> RoundReport:
    return from_json(json.loads(json.dumps(to_json(report), ensure_ascii=False)))


@given(report=reports())
def test_any_report_comes_back_as_it_was(report: RoundReport) -> None:
    assert _through_a_file(report) == report


@given(report=reports())
def test_any_report_has_the_documented_shape_key_for_key(report: RoundReport) -> None:
    found = to_json(report)
    assert _keys(RoundShape.model_validate(found).model_dump(mode="json")) == _keys(found)


def _keys(value: object) -> object:
    if isinstance(value, dict):
        return {name: _keys(inner) for name, inner in value.items()}
    return [_keys(inner) for inner in value] if isinstance(value, (list, tuple)) else None


def test_the_golden_round_comes_back_as_it_was(golden: Golden) -> None:
    report = golden.report()
    assert _through_a_file(report) == report
    assert json.dumps(to_json(_through_a_file(report))) == json.dumps(to_json(report))
    again = _through_a_file(report)
    assert f"{again.due_at:%Y-%m-%d %H:%M:%S %z}" == "2024-10-06 23:59:59 +0800"


def test_the_committed_schema_is_that_of_the_program() -> None:
    """After a key was added: write what the left side has to docs/data.schema.json."""
    assert RoundShape.model_json_schema(mode="serialization") == json.loads(SCHEMA.read_text("utf-8"))


def test_every_key_stands_in_the_documentation() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    names = {name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", {})}
    page = SCHEMA.with_name("data.md").read_text("utf-8")
    assert len(names) > 60
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_the_shape_is_as_documented() -> None:
    filed = [Filed("市示例局", "=1+1\n第二行", is_lead=True), Filed("甲县", state=S.DRAFT)]
    found = to_json(make_report([(TaskText("任务"), filed)]))
    assert json.loads(json.dumps(found)) == found
    assert (found["list"], found["period"], found["due_at"]) == (
        "example",
        "2024Q3",
        "2024-10-06T23:59:59+08:00",
    )
    assert (found["expected"], found["filed"], found["missing"], found["completeness"]) == (2, 1, 1, 0.5)
    assert [unit["name"] for unit in found["units"]] == ["市示例局", "甲县"]
    (task,) = found["tasks"]
    lead, county = task["entries"]
    assert (lead["unit"], lead["role"], lead["text"]) == ("市示例局", "lead", "=1+1\n第二行")
    assert lead["first_submitted_at"] == "2024-10-04T09:39:59+08:00"
    assert (county["state"], county["text"], county["submitted_at"]) == ("pending", "", None)


def test_rates_of_nothing_are_null() -> None:
    found = to_json(make_report([]))
    assert (found["expected"], found["completeness"], found["tasks"]) == (0, None, [])


# Exactly what release 0.1 wrote of a round: it must be readable for ever.
_RATES = {
    "expected": 2,
    "filed": 1,
    "on_time": 1,
    "late": 0,
    "missing": 1,
    "nil": 0,
    "exempt": 0,
    "returned": 0,
    "accepted": 0,
    "completeness": 0.5,
    "timeliness": 0.5,
}
_OLD_ENTRY = {
    "unit_id": 1,
    "unit": "甲县",
    "role": "local",
    "state": "submitted",
    "text": "进展。",
    "nil_reason": "",
    "first_submitted_at": "2024-10-04T09:39:59+08:00",
    "submitted_at": "2024-10-04T10:39:59+08:00",
    "is_late": False,
    "version": 1,
}


def _old_task(number: int, measure: str, units_text: str) -> dict[str, Any]:
    return {
        "id": number,
        "number": str(number),
        "section": "",
        "measure": measure,
        "content": f"任务{number}",
        "units_text": units_text,
        **_RATES,
        "entries": [_OLD_ENTRY],
    }


_OLD = {
    "list": "example",
    "title": "示例清单",
    "note": "",
    "period": "2024Q3",
    "period_label": "2024年第三季度",
    "due_at": "2024-10-06T23:59:59+08:00",
    "as_of": "2024-10-09T09:59:59+08:00",
    "is_closed": True,
    "character_limit": 300,
    **_RATES,
    "units": [{"id": 1, "name": "甲县", "kind": "county", **_RATES}],
    "tasks": [
        _old_task(1, "1．甲措施", "甲县"),
        _old_task(2, "1．甲措施", "甲县、乙县"),
        _old_task(3, "2．乙措施", "甲县、乙县"),
    ],
}


def test_what_an_earlier_release_wrote_is_read() -> None:
    found = from_json(_OLD)
    assert (found.rates.expected, found.rates.completeness, found.tasks[0].entries[0].text) == (
        2,
        0.5,
        "进展。",
    )
    assert (found.asks_assessment, found.scoring, found.indicators, found.part) == (
        False,
        ScoringRules(),
        (),
        "",
    )
    # Which neighbours were one cell was not written then: those of the same words.
    assert [task.measure_id for task in found.tasks] == [1, 1, 2]
    assert [task.units_block for task in found.tasks] == [1, 2, 2]
    assert _through_a_file(found) == found


def test_keys_of_a_later_release_do_not_hinder() -> None:
    assert from_json(_OLD | {"weather": "fine"}) == from_json(_OLD)


@pytest.mark.parametrize("name", sorted(_OLD))
def test_what_is_no_round_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        from_json({key: value for key, value in _OLD.items() if key != name})


def test_an_entry_of_a_unit_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[1\]"):
        from_json(_OLD | {"units": []})


def test_moments_keep_their_fractions(golden: Golden) -> None:
    report = golden.report()
    moved = replace(report, as_of=report.as_of.replace(microsecond=123456))
    assert _through_a_file(moved).as_of == moved.as_of
