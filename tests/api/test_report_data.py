"""The data of a report: the golden figures, page by page, for the office, a leader and each unit."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import error_of
from tests.api.server import serving
from tests.golden import figures
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B, UNITS
from tests.golden.round import AS_OF, NIL_REASONS, PERIOD, SLUG, TEXTS, UNSEEN
from tracker.actions.people.accounts import issue_token
from tracker.api import create_api
from tracker.domain.actors import Role, system
from tracker.reports.json import to_json
from tracker.reports.json_shape import RoundShape
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.golden.round import Golden

ROUND = f"/rounds/{SLUG}/{PERIOD}"
PATHS = ("report", "report/entries", "report.csv", "rankings")


@dataclass
class Keys:
    """One client a key, by the unit's name; 统筹, 领导 and nobody beside them."""

    clients: dict[str, httpx.Client]
    golden: Golden

    def get(self, holder: str, path: str, **query: object) -> httpx.Response:
        return self.clients[holder].get(f"{ROUND}/{path}", params=query)  # type: ignore[arg-type]

    def json(self, holder: str, path: str, **query: object) -> dict[str, Any]:
        answer = self.get(holder, path, **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def all_entries(self, holder: str, limit: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query: dict[str, object] = {}
        while True:
            page = self.json(holder, "report/entries", limit=limit, **query)
            assert len(page["entries"]) == limit or page["next"] is None
            found += page["entries"]
            if page["next"] is None:
                return found
            query = {"after": page["next"]}


@pytest.fixture
def keys(golden: Golden) -> Iterator[Keys]:
    headers: dict[str, dict[str, str]] = {"nobody": {}}
    with golden.database.transaction() as session:
        for name in (*UNITS, "统筹", "领导"):
            unit = unit_by_name(session, name) if name in UNITS else None
            token, secret = issue_token(session, system("test"), name, AS_OF, unit=unit)
            if name == "领导":
                token.role = Role.LEADER
                session.add(token)
            headers[name] = {"Authorization": f"Bearer {secret}"}
    parent = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    parent.mount("/api/v1", create_api(golden.settings, golden.database, lambda: AS_OF))
    with serving(parent) as base_url:
        clients = {
            name: httpx.Client(base_url=f"{base_url}/api/v1", headers=found, timeout=60)
            for name, found in headers.items()
        }
        yield Keys(clients, golden)
        for client in clients.values():
            client.close()


def _counts(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(
        found[name]
        for name in ("expected", "filed", "on_time", "late", "nil", "exempt", "returned", "accepted")
    )


def _hand(rates: Any) -> tuple[int, ...]:
    return (
        rates.expected,
        rates.filed,
        rates.on_time,
        rates.late,
        rates.nil,
        rates.exempt,
        rates.returned,
        rates.accepted,
    )


@pytest.mark.parametrize("holder", ["统筹", "领导"])
def test_the_head_holds_the_golden_figures(keys: Keys, holder: str) -> None:
    found = keys.json(holder, "report")
    assert _counts(found) == _hand(figures.WHOLE)
    assert {unit["name"]: _counts(unit) for unit in found["units"]} == {
        name: _hand(rates) for name, rates in figures.BY_UNIT.items()
    }
    assert {task["number"]: _counts(task) for task in found["tasks"]} == {
        number: _hand(rates) for number, rates in figures.BY_TASK.items()
    }
    assert [(past["period"], _counts(past)) for past in found["past_rounds"]] == [
        (period, _hand(rates)) for period, rates in figures.PAST_ROUNDS
    ]
    assert [(one["name"], one["value"], one["share"]) for one in found["indicators"]][:2] == [
        ("标准化示例站点", "60", "0.6"),
        ("示例技能培训", "1200", "0.4"),
    ]
    assert (found["as_of"], found["scoring"]["missing"]) == ("2024-10-14T09:00:00+08:00", "100")


def test_head_and_pages_together_are_the_whole_report(keys: Keys) -> None:
    """Nothing that the JSON of the report holds is out of the API's reach."""
    whole = json.loads(json.dumps(to_json(keys.golden.report())))
    head = keys.json("统筹", "report")
    entries = keys.all_entries("统筹", 7)
    by_pair = {(entry.pop("task_id"), entry["unit_id"]): entry for entry in entries}
    numbers = {task["id"]: task["number"] for task in whole["tasks"]}
    for (task_id, _unit_id), entry in by_pair.items():
        assert entry.pop("task") == numbers[task_id]
    for task, known in zip(head["tasks"], whole["tasks"], strict=True):
        task["entries"] = [by_pair.pop((task["id"], entry["unit_id"])) for entry in known["entries"]]
    assert by_pair == {}
    assert head == whole
    assert RoundShape.model_validate(head).model_dump(mode="json") == whole


def test_pages_hold_every_entry_once_in_a_stable_order(keys: Keys) -> None:
    whole = [(entry["unit"], entry["task"]) for entry in keys.all_entries("统筹", 1000)]
    assert len(whole) == len(set(whole)) == 19
    assert [number for _unit, number in whole] == sorted(number for _unit, number in whole)
    for limit in (1, 5, 18, 19, 20):
        assert [(entry["unit"], entry["task"]) for entry in keys.all_entries("统筹", limit)] == whole


def test_nothing_typed_but_not_filed_is_answered(keys: Keys) -> None:
    for holder in (*UNITS, "统筹", "领导"):
        words = "".join(keys.get(holder, path).text for path in PATHS)
        assert not [text for text in UNSEEN if text in words]
        assert "draft" not in words


@pytest.mark.parametrize("holder", UNITS)
def test_a_unit_gets_its_own_part_and_no_byte_of_another(keys: Keys, holder: str) -> None:
    head = keys.json(holder, "report")
    assert _counts(head) == _hand(figures.BY_UNIT[holder])
    assert [unit["name"] for unit in head["units"]] == [holder]
    texts = {entry["task"]: entry["text"] for entry in keys.all_entries(holder, 2) if entry["text"]}
    assert texts == {number: text for (unit, number), text in TEXTS.items() if unit == holder}
    found = "".join(keys.get(holder, path).text for path in PATHS)
    others = {unit: text for (unit, _number), text in (TEXTS | NIL_REASONS).items() if unit != holder}
    for word in (*(set(UNITS) - {holder}), *others.values()):
        assert json.dumps(word)[1:-1] not in found
        # A unit's own text may name it; none of the golden ones names another.
        assert word not in found


def test_rankings_are_the_hand_computed_ones(keys: Keys) -> None:
    found = keys.json("统筹", "rankings")
    assert {
        ranking["kind"]: [
            (row["place"], row["unit"], row["score"], row["card"], row["is_to_be_interviewed"])
            for row in ranking["rows"]
        ]
        for ranking in found["rankings"]
    } == {
        kind: [(place, unit, str(score), card, calls) for place, unit, score, card, calls in rows]
        for kind, rows in figures.RANKING.items()
    }
    assert found["formula"][0].startswith("得分 = 100 − 100 × 未报占比")
    english = keys.clients["统筹"].get(f"{ROUND}/rankings", headers={"Accept-Language": "en"}).json()
    assert english["rankings"] == found["rankings"]


def test_a_unit_learns_its_score_but_not_its_place(keys: Keys) -> None:
    (ranking,) = keys.json(COUNTY_A, "rankings")["rankings"]
    (row,) = ranking["rows"]
    assert (ranking["kind"], row["unit"], row["score"]) == ("county", COUNTY_A, "72.00")
    assert (row["place"], row["card"], row["is_to_be_interviewed"]) == (None, None, None)
    assert row["struck_out"] == [{"fault": "late", "count": 1}]
    assert [(one["fault"], one["count"], one["points"]) for one in row["deductions"]] == [
        ("missing", 1, "20.00"),
        ("late", 1, "6.00"),
        ("returned", 1, "2.00"),
    ]


def test_csv_has_a_line_an_obligation_and_no_formula(keys: Keys) -> None:
    answer = keys.get("统筹", "report.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''golden-2024Q3.csv"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 19
    found = {(row["单位"], row["序号"]): row["落实进度"] for row in rows if row["落实进度"]}
    assert found == TEXTS | {(COUNTY_A, "1"): "'" + TEXTS[COUNTY_A, "1"]}
    own = list(csv.DictReader(StringIO(keys.get(AGENCY, "report.csv").content.decode("utf-8-sig"))))
    assert [row["单位"] for row in own] == [AGENCY] * 3
    english = keys.clients["统筹"].get(f"{ROUND}/report.csv", headers={"Accept-Language": "en"})
    assert len(english.text.splitlines()) > 19


@pytest.mark.parametrize("path", PATHS)
def test_who_may_read(keys: Keys, path: str) -> None:
    """Key by key: nobody 401, a list in which a unit owes nothing 404, whoever owes or sees all 200."""
    statuses = {holder: keys.get(holder, path).status_code for holder in keys.clients}
    assert statuses == {"nobody": 401} | dict.fromkeys((*UNITS, "统筹", "领导"), 200)
    for holder, client in keys.clients.items():
        unknown = client.get(f"/rounds/{SLUG}/2023Q4/{path}")
        assert unknown.status_code == (401 if holder == "nobody" else 404)
        error_of(client.post(f"{ROUND}/{path}"), 405)


def test_a_page_that_cannot_be_is_refused(keys: Keys) -> None:
    limits: list[dict[str, object]] = [{"limit": limit} for limit in (0, 1001, "x")]
    afters: list[dict[str, object]] = [
        {"after": after} for after in ("1", "1-x", "-1-2", "9" * 19 + "-1", "")
    ]
    for query in [*limits, *afters]:
        answer = keys.get("统筹", "report/entries", **query)
        assert error_of(answer, 422)["code"] == "invalid_request", query


def test_a_page_after_the_last_is_empty(keys: Keys) -> None:
    found = keys.json("统筹", "report/entries", after="999999999999999999-1")
    assert (found["entries"], found["next"]) == ([], None)


def test_the_earlier_words_of_another_lead_are_not_the_new_leads(keys: Keys) -> None:
    """市样例局 was given task 4 in this round; what 市示例局 wrote on it before is not its own."""
    past = {task["number"]: task["past"] for task in keys.json(AGENCY, "report")["tasks"]}
    assert past["4"] == []
    assert [one["period"] for one in past["5"]] == ["2024Q2", "2024Q1"]
    assert COUNTY_B not in json.dumps(past, ensure_ascii=False)
    assert BUREAU not in json.dumps(past, ensure_ascii=False)
