"""自评 and values of indicators through the API: in and out, by the indicators' numbers in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest
from sqlmodel import select

from tests.api.conftest import ROUND, error_of
from tests.asked import add_indicator, ask_assessment
from tracker.api.questions import Assessed
from tracker.domain.assessment import Assessment
from tracker.models import ReportedValue

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite

_MINE = f"{ROUND}/units/me"
_ONE = f"{_MINE}/obligations/1/submission"
_DRAFT = f"{_MINE}/obligations/1/draft"


@pytest.fixture
def asking(any_site: ApiSite) -> ApiSite:
    """自评 is asked for; task 1 asks for indicators 5 and 6, task 2 for 9."""
    with any_site.database.transaction() as session:
        example = any_site.example
        ask_assessment(session, example.task_list, example.round)
        add_indicator(session, example.tasks[0], "新建示例站点", "个", "300", lineage=5, baseline="20")
        add_indicator(session, example.tasks[0], "示例覆盖率", "%", "95", lineage=6, bound="at_least")
        add_indicator(session, example.tasks[1], "培训人次", "万人次", "3", lineage=9)
    return any_site


def _line(client: httpx.Client, task: str = "1", unit: str = "me") -> dict[str, Any]:
    lines = client.get(f"{ROUND}/units/{unit}/obligations").json()["obligations"]
    [found] = [line for line in lines if line["task"] == task]
    return dict(found)


def _filing(**said: object) -> dict[str, object]:
    return {"text": "已完成三成。", "base_version": 0, "assessment": "behind"} | said


def test_the_api_knows_every_assessment() -> None:
    words, *_ = get_args(Assessed)
    [literal, _none] = get_args(words)
    assert set(get_args(literal)) == {found.value for found in Assessment}


def test_what_is_asked_is_shown_with_what_the_document_states(
    asking: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    assert clients["a"].get(f"{_MINE}/obligations").json()["asks_assessment"] is True
    stations, rate = _line(clients["a"])["indicators"]
    point = {"upper": None, "bound": "exactly", "strict": False, "change": "", "pace": ""}
    assert stations == {
        "indicator": 5,
        "name": "新建示例站点",
        "unit": "个",
        "is_cumulative": True,
        "baseline": point | {"text": "20个", "value": "20", "date": "2020"},
        "targets": [point | {"text": "300个", "value": "300", "date": "2025"}],
        "value": None,
        "reason": "",
        "last": None,
    }
    assert (rate["indicator"], rate["is_cumulative"], rate["targets"][0]["bound"]) == (6, False, "at_least")


def test_an_assessment_and_values_are_filed_and_read_back(
    asking: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    values = [{"indicator": 5, "value": "1,200"}, {"indicator": 6, "value": "80%", "reason": "新口径"}]
    clients["a"].post(_ONE, json=_filing(values=values)).raise_for_status()
    line = _line(clients["a"])
    assert line["assessment"] == "behind"
    assert [(found["value"], found["reason"]) for found in line["indicators"]] == [
        ("1200", ""),
        ("80", "新口径"),
    ]
    # Without the field those on file stay; an empty list says that none is known.
    clients["a"].post(_ONE, json=_filing(text="改", base_version=1)).raise_for_status()
    assert _line(clients["a"])["indicators"][0]["value"] == "1200"
    clients["a"].post(_ONE, json=_filing(text="再改", base_version=2, values=[])).raise_for_status()
    assert _line(clients["a"])["indicators"][0]["value"] is None
    # The office reads what was filed; another unit sees nothing of it.
    assert _line(clients["office"], unit="甲县")["assessment"] == "behind"
    assert {found["value"] for found in _line(clients["b"])["indicators"]} == {None}
    with asking.database.reading() as session:
        assert len(session.exec(select(ReportedValue)).all()) == 4


def test_a_missing_assessment_is_refused_and_needed_for_no_nil_report(
    asking: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    error = error_of(clients["a"].post(_ONE, json={"text": "已完成", "base_version": 0}), 422)
    assert (error["code"], error["task"]) == ("assessment_needed", "1")
    nil = {"nil_reason": "没有安排", "base_version": 0}
    assert clients["a"].post(_ONE, json=nil).status_code == 200
    assert _line(clients["a"])["assessment"] is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"assessment": "按序时"}, "invalid_request"),
        ({"assessment": ""}, "invalid_request"),
        ({"values": [{"indicator": 5, "value": 12}]}, "invalid_request"),
        ({"values": [{"indicator": "5", "value": "12"}]}, "invalid_request"),
        ({"values": [{"indicator": 5}]}, "invalid_request"),
        ({"values": [{"indicator": 5, "value": "12", "unit": "个"}]}, "invalid_request"),
        ({"values": [{"indicator": 5, "value": "1" * 41}]}, "invalid_request"),
        ({"values": {"5": "12"}}, "invalid_request"),
        ({"is_nil": True}, "invalid_request"),
        ({"values": [{"indicator": 7, "value": "12"}]}, "unknown_indicator"),
        ({"values": [{"indicator": 9, "value": "12"}]}, "unknown_indicator"),
        ({"values": [{"indicator": 5, "value": "1"}, {"indicator": 5, "value": "2"}]}, "invalid_value"),
        ({"values": [{"indicator": 5, "value": "约12"}]}, "invalid_number"),
        ({"values": [{"indicator": 5, "value": "12", "reason": "字" * 201}]}, "value_reason_too_long"),
        ({"values": [{"indicator": 5, "value": "1\u0000"}]}, "control_character"),
    ],
)
def test_what_does_not_fit_is_refused(
    asking: ApiSite, clients: dict[str, httpx.Client], said: dict[str, object], code: str
) -> None:
    error = error_of(clients["a"].post(_ONE, json=_filing(**said)), 422)
    assert error["code"] == code
    with asking.database.reading() as session:
        assert not session.exec(select(ReportedValue)).all()


def test_an_unknown_indicator_is_answered_with_those_there_are(
    asking: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    question = _filing(values=[{"indicator": 7, "value": "1"}])
    error = error_of(clients["a"].post(_ONE, json=question), 422)
    assert error["message"] == "第 1 项没有编号为 7 的指标。该项可填的指标：5、6。"


def test_of_several_texts_each_has_its_own_values(
    asking: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    submissions = [
        {"task": "1"} | _filing(values=[{"indicator": 5, "value": "x"}]),
        {"task": "2"} | _filing(values=[{"indicator": 9, "value": "12000人次"}]),
    ]
    answer = clients["a"].post(f"{_MINE}/submissions", json={"submissions": submissions})
    assert answer.status_code == 200, answer.text
    [refused] = answer.json()["refused"]
    assert (refused["task"], refused["error"]["code"], refused["error"]["indicator"]) == (
        "1",
        "invalid_number",
        "新建示例站点",
    )
    assert _line(clients["a"], "2")["indicators"][0]["value"] == "1.2"


def test_a_draft_keeps_what_was_typed_for_its_unit_alone(
    asking: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    question = {
        "text": "写了一半",
        "base_version": 0,
        "is_nil": True,
        "assessment": "not_started",
        "values": [{"indicator": 5, "value": "约 12", "reason": "待核"}],
    }
    saved = clients["a"].put(_DRAFT, json=question).json()["draft"]
    said = {name: saved[name] for name in ("text", "is_nil", "assessment", "values")}
    assert said == {name: question[name] for name in said}
    assert _line(clients["a"])["draft"] == saved
    assert _line(clients["office"], unit="甲县")["draft"] is None
    # A program that knows nothing of values takes none away.
    kept = clients["a"].put(_DRAFT, json={"text": "", "base_version": 0}).json()["draft"]
    assert (kept["text"], kept["assessment"], kept["values"]) == ("", None, saved["values"])
    gone = clients["a"].put(_DRAFT, json={"text": "", "base_version": 0, "values": []}).json()["draft"]
    assert gone is None
    unknown = {"text": "", "base_version": 0, "values": [{"indicator": 9, "value": "1"}]}
    assert error_of(clients["a"].put(_DRAFT, json=unknown), 422)["code"] == "unknown_indicator"
