"""What a unit is shown to write by: drafts, last period's text, the reviewer's remark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.api.conftest import ROUND, error_of
from tests.example import COORDINATOR, OPENED_AT, SLUG
from tracker.actions.review.review_update import exempt
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import system
from tracker.models import Obligation, TaskList, key
from tracker.store.rounds import lock_obligations

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite
    from tracker.config import Settings

_MINE = f"{ROUND}/units/me"
_DRAFT = f"{_MINE}/obligations/1/draft"


def _lines(client: httpx.Client, path: str = _MINE) -> dict[str, dict[str, Any]]:
    answer = client.get(f"{path}/obligations")
    assert answer.status_code == 200, answer.text
    return {line["task"]: line for line in answer.json()["obligations"]}


def test_lists_what_the_unit_owes_in_the_order_of_the_document(
    any_site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    found = clients["a"].get(f"{_MINE}/obligations").json()
    assert (found["unit"], found["is_open"], found["asks_assessment"]) == ("甲县", True, False)
    assert found["obligations"][0] == {
        "task": "1",
        "title": "示例任务1",
        "content": "示例任务1的具体内容。",
        "role": "local",
        "state": "pending",
        "version": 0,
        "limit": 300,
        "text": "",
        "nil_reason": "",
        "assessment": None,
        "indicators": [],
        "first_submitted_at": None,
        "submitted_at": None,
        "is_late": False,
        "remark": "",
        "exempt_reason": "",
        "draft": None,
        "previous": None,
    }
    assert [line["task"] for line in found["obligations"]] == ["1", "2"]
    assert list(_lines(clients["b"])) == list(_lines(clients["bureau"])) == ["1", "2", "3"]
    assert _lines(clients["bureau"])["1"]["role"] == "lead"


def test_a_draft_is_kept_for_its_unit_alone(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:  # noqa: ARG001
    saved = clients["a"].put(_DRAFT, json={"text": "写到一半" + "字" * 400, "base_version": 0})
    assert saved.status_code == 200
    draft = saved.json()["draft"]
    assert (draft["base_version"], draft["saved_by"]) == (0, "key-a")
    own = _lines(clients["a"])["1"]
    assert own["state"] == "draft"
    assert own["draft"] == draft
    seen = _lines(clients["office"], f"{ROUND}/units/甲县")["1"]
    assert (seen["state"], seen["draft"], seen["text"]) == ("pending", None, "")
    assert clients["office"].get(ROUND).json()["filed"] == 0


def test_an_empty_text_removes_the_draft(site: ApiSite, clients: dict[str, httpx.Client]) -> None:  # noqa: ARG001
    clients["a"].put(_DRAFT, json={"text": "写到一半", "base_version": 0}).raise_for_status()
    assert clients["a"].put(_DRAFT, json={"text": " ", "base_version": 0}).json() == {
        "task": "1",
        "draft": None,
    }
    line = _lines(clients["a"])["1"]
    assert (line["state"], line["draft"]) == ("pending", None)


def test_filing_removes_the_draft(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    clients["a"].put(_DRAFT, json={"text": "写到一半", "base_version": 0}).raise_for_status()
    site.file("a", 1, "写完了。")
    assert _lines(clients["a"])["1"]["draft"] is None


def test_a_draft_over_an_older_version_is_a_conflict(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    site.file("a", 1, "第一稿。")
    error = error_of(clients["a"].put(_DRAFT, json={"text": "草稿。", "base_version": 0}), 409)
    assert (error["theirs"], error["yours"]) == ("第一稿。", "草稿。")


def test_a_coordinator_cannot_write_over_a_draft_it_does_not_see(
    site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    clients["a"].put(_DRAFT, json={"text": "甲县的草稿", "base_version": 0}).raise_for_status()
    path = f"{ROUND}/units/甲县/obligations/1/draft"
    error_of(clients["office"].put(path, json={"text": "统筹人的草稿", "base_version": 0}), 403)
    assert _lines(clients["a"])["1"]["draft"]["text"] == "甲县的草稿"


def test_a_return_reaches_the_unit_and_a_new_version_answers_it(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    any_site.file("a", 1, "太短。")
    path = f"{ROUND}/units/甲县/obligations/1/review"
    returned = clients["office"].post(
        path, json={"outcome": "returned", "reason": "请写明数字。", "version": 1}
    )
    assert returned.json() == {
        "task": "1",
        "version": 1,
        "state": "returned",
        "reason": "请写明数字。",
        "reviewed_at": "2024-09-15T08:00:00+08:00",
    }
    line = _lines(clients["a"])["1"]
    assert (line["state"], line["remark"], line["text"]) == ("returned", "请写明数字。", "太短。")
    any_site.file("a", 1, "完成 3 项。", base_version=1)
    line = _lines(clients["a"])["1"]
    assert (line["state"], line["remark"], line["version"]) == ("submitted", "", 2)
    stale = error_of(clients["office"].post(path, json={"outcome": "accepted", "version": 1}), 409)
    assert (stale["code"], stale["theirs"]) == ("conflict", "完成 3 项。")
    accepted = clients["office"].post(path, json={"outcome": "accepted", "version": 2})
    assert accepted.json()["state"] == "accepted"
    assert clients["office"].get(ROUND).json()["accepted"] == 1


def test_a_review_needs_something_filed_and_a_return_its_reason(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    path = f"{ROUND}/units/甲县/obligations/1/review"
    error = error_of(clients["office"].post(path, json={"outcome": "accepted", "version": 1}), 409)
    assert (error["code"], error["state"]) == ("transition", "未报送")
    site.file("a", 1, "进展。")
    error = error_of(clients["office"].post(path, json={"outcome": "returned", "version": 1}), 422)
    assert error["code"] == "invalid_value"
    error_of(clients["office"].post(path, json={"outcome": "exempt", "version": 1}), 422)
    path = f"{ROUND}/units/甲县/obligations/3/review"
    error = error_of(clients["office"].post(path, json={"outcome": "accepted", "version": 1}), 404)
    assert error["code"] == "not_expected"


def test_shows_what_the_unit_filed_one_period_before(
    site: ApiSite, clients: dict[str, httpx.Client], settings: Settings
) -> None:
    site.file("a", 1, "三季度的甲县。")
    site.file("b", 1, "三季度的乙县。")
    with site.database.transaction() as session:
        task_list = session.get_one(TaskList, key(site.example.task_list))
        open_round(session, system("test"), settings, task_list, "2024Q4", OPENED_AT)
    lines = _lines(clients["a"], f"/rounds/{SLUG}/2024Q4/units/me")
    assert lines["1"]["previous"] == {
        "period": "2024Q3",
        "text": "三季度的甲县。",
        "nil_reason": "",
        "assessment": None,
    }
    assert lines["1"]["text"] == ""
    assert lines["2"]["previous"] is None


def test_an_exempt_obligation_says_why(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    task = site.example.tasks[0]
    with site.database.transaction() as session:
        unit_id = key(site.example.county_a)
        found: Obligation = lock_obligations(session, site.example.round, unit_id, [key(task)])[key(task)]
        exempt(session, COORDINATOR, found, task, "机构调整。")
    line = _lines(clients["a"])["1"]
    assert (line["state"], line["exempt_reason"]) == ("exempt", "机构调整。")
    assert clients["a"].get(ROUND).json()["expected"] == 1
