"""The JSON shape other programs rely on."""

from __future__ import annotations

import json

from tests.reports.factory import Filed, TaskText, make_report
from tracker.domain.states import ObligationState
from tracker.reports.json import to_json


def test_the_shape_is_as_documented() -> None:
    filed = [Filed("市示例局", "=1+1\n第二行", is_lead=True), Filed("甲县", state=ObligationState.DRAFT)]
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
