"""Filing one text and many: limits, versions, conflicts, repeated requests, closed rounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from tests.api.conftest import ROUND, error_of
from tests.example import OPENED_AT, PERIOD, SLUG
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import system
from tracker.models import ProgressUpdate, Receipt, ReportingRound, TaskList, key

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite
    from tracker.config import Settings

_MINE = f"{ROUND}/units/me"
_ONE = f"{_MINE}/obligations/1/submission"


def _versions(site: ApiSite) -> list[tuple[int, str]]:
    with site.database.reading() as session:
        found = session.exec(select(ProgressUpdate).order_by("id")).all()
        return [(update.version, update.nil_reason or update.text) for update in found]


def _line(client: httpx.Client, task: str, unit: str = "me") -> dict[str, Any]:
    lines = client.get(f"{ROUND}/units/{unit}/obligations").json()["obligations"]
    [found] = [line for line in lines if line["task"] == task]
    return dict(found)


def test_files_a_text_and_gives_a_receipt(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    answer = clients["a"].post(_ONE, json={"text": "  已完成三成。\r\n", "base_version": 0})
    assert answer.status_code == 200
    receipt = answer.json()
    assert receipt["issued_at"] == "2024-09-15T08:00:00+08:00"
    assert receipt["filed"] == [{"task": "1", "version": 1, "receipt": receipt["receipt"]}]
    assert receipt["refused"] == []
    line = _line(clients["a"], "1")
    assert (line["text"], line["state"], line["version"], line["limit"]) == (
        "已完成三成。",
        "submitted",
        1,
        300,
    )
    assert line["submitted_at"] == "2024-09-15T08:00:00+08:00"
    with any_site.database.reading() as session:
        [update] = session.exec(select(ProgressUpdate)).all()
        assert (update.via, update.filed_by) == ("api", "key-a")


def test_nothing_to_report_needs_its_reason(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    answer = clients["a"].post(_ONE, json={"nil_reason": "本季度无安排。", "base_version": 0})
    assert answer.status_code == 200
    line = _line(clients["a"], "1")
    assert (line["state"], line["text"], line["nil_reason"]) == ("nil", "", "本季度无安排。")
    error = error_of(clients["a"].post(_ONE, json={"nil_reason": " ", "base_version": 1}), 422)
    assert (error["code"], error["task"]) == ("empty_text", "1")
    for body in ({"base_version": 1}, {"text": "甲", "nil_reason": "乙", "base_version": 1}):
        error = error_of(clients["a"].post(_ONE, json=body), 422)
        assert error["problems"][0]["message"] == "text 与 nil_reason 应填且只填一项"
    assert len(_versions(site)) == 1


def test_301_characters_are_refused_with_both_numbers(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    error = error_of(clients["a"].post(_ONE, json={"text": "字" * 301, "base_version": 0}), 422)
    assert error == {
        "code": "text_too_long",
        "message": "第 1 项：301 字，超过上限 300 字，请删减 1 字后再提交。",
        "task": "1",
        "count": 301,
        "limit": 300,
        "excess": 1,
    }
    assert _versions(any_site) == []
    # The text is not lost: it is the unit's draft.
    assert _line(clients["a"], "1")["draft"]["text"] == "字" * 301


def test_300_characters_outside_the_bmp_are_300(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    assert _versions(any_site) == []
    text = "\U00020bb7" * 300
    assert clients["a"].post(_ONE, json={"text": text, "base_version": 0}).status_code == 200
    assert _line(clients["a"], "1")["text"] == text
    error = error_of(clients["a"].post(_ONE, json={"text": text + "\U00020bb7", "base_version": 1}), 422)
    assert (error["count"], error["limit"]) == (301, 300)


def test_a_repeated_request_key_makes_one_version(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    question = {"text": "甲县进展。", "base_version": 0}
    headers = {"Idempotency-Key": "form-17"}
    first = clients["a"].post(_ONE, json=question, headers=headers)
    second = clients["a"].post(_ONE, json=question, headers=headers)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    # Another unit may use the same key.
    assert (
        clients["b"].post(_ONE, json=question, headers=headers).json()["receipt"] != first.json()["receipt"]
    )
    clients["a"].post(_ONE, json={"text": "甲县新进展。", "base_version": 1}).raise_for_status()
    # Late, after a newer version: still the first receipt.
    assert clients["a"].post(_ONE, json=question, headers=headers).json() == first.json()
    assert sorted(_versions(any_site)) == [(1, "甲县进展。"), (1, "甲县进展。"), (2, "甲县新进展。")]


def test_a_request_key_never_vouches_for_what_it_did_not_file(
    site: ApiSite, clients: dict[str, httpx.Client], settings: Settings
) -> None:
    headers = {"Idempotency-Key": "form-17"}
    question = {"text": "甲县进展。", "base_version": 0}
    receipt = clients["a"].post(_ONE, json=question, headers=headers).json()["receipt"]
    with site.database.transaction() as session:
        task_list = session.get_one(TaskList, site.example.task_list.id)
        open_round(session, system("test"), settings, task_list, "2024Q4", OPENED_AT)
    for path, body in (
        (_ONE, {**question, "text": "另一文字。"}),
        (f"{_MINE}/obligations/2/submission", question),
        (f"/rounds/{SLUG}/2024Q4/units/me/obligations/1/submission", question),
    ):
        error = error_of(clients["a"].post(path, json=body, headers=headers), 422)
        assert (error["code"], error["receipt"]) == ("request_key_used", receipt)
    assert len(_versions(site)) == 1


def test_a_request_repeated_after_closing_still_gets_its_receipt(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    headers = {"Idempotency-Key": "form-17"}
    question = {"text": "甲县进展。", "base_version": 0}
    first = clients["a"].post(_ONE, json=question, headers=headers)
    _close(site)
    assert clients["a"].post(_ONE, json=question, headers=headers).json() == first.json()


@pytest.mark.parametrize("request_key", ["", "k" * 65, "a b", "caf\xe9"])
def test_an_unusable_request_key_is_refused(
    site: ApiSite, clients: dict[str, httpx.Client], request_key: str
) -> None:
    headers = {"Idempotency-Key": request_key.encode("latin-1")}
    answer = clients["a"].post(_ONE, json={"text": "甲县进展。", "base_version": 0}, headers=headers)  # type: ignore[arg-type]
    assert error_of(answer, 422)["problems"][0]["where"] == "header.Idempotency-Key"
    assert _versions(site) == []


def test_a_conflict_gives_both_texts(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    any_site.file("a", 1, "第一稿。")
    any_site.file("a", 1, "第二稿。", base_version=1)
    error = error_of(clients["a"].post(_ONE, json={"text": "我的稿。", "base_version": 1}), 409)
    assert (error["code"], error["task"], error["filed_by"]) == ("conflict", "1", "key-a")
    assert (error["theirs"], error["yours"]) == ("第二稿。", "我的稿。")
    assert _versions(any_site) == [(1, "第一稿。"), (2, "第二稿。")]


def test_twenty_at_once_on_one_version_leave_one_winner(any_site: ApiSite) -> None:
    any_site.file("a", 1, "原稿。")
    start = Barrier(20)

    def race(number: int) -> tuple[int, dict[str, Any]]:
        with any_site.client("a") as client:
            start.wait(timeout=30)
            answer = client.post(_ONE, json={"text": f"第{number}位的文字。", "base_version": 1})
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(race, range(20)))
    assert sorted(status for status, _ in answers) == [200] + [409] * 19
    [(_, winner)] = _versions(any_site)[1:]
    for number, (status, body) in enumerate(answers):
        mine = f"第{number}位的文字。"
        if status == 200:
            assert winner == mine
            assert body["filed"][0]["version"] == 2
        else:
            error = body["error"]
            assert (error["code"], error["theirs"], error["yours"]) == ("conflict", winner, mine)


def test_twenty_at_once_with_one_request_key_leave_one_version(any_site: ApiSite) -> None:
    """Ten for each of two tasks: one task wins the key, the other's requests are refused, none is a fault."""
    start = Barrier(20)

    def race(number: int) -> tuple[int, str]:
        path = f"{_MINE}/obligations/{number % 2 + 1}/submission"
        with any_site.client("a", **{"Idempotency-Key": "one"}) as client:
            start.wait(timeout=30)
            answer = client.post(path, json={"text": "同一文字。", "base_version": 0})
        body = answer.json()
        return answer.status_code, body["receipt"] if answer.status_code == 200 else body["error"]["code"]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(race, range(20)))
    assert len(_versions(any_site)) == 1
    with any_site.database.reading() as session:
        [receipt] = session.exec(select(Receipt)).all()
    assert sorted(answers) == [(200, receipt.number)] * 10 + [(422, "request_key_used")] * 10


def test_an_accepted_text_cannot_be_changed(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    any_site.file("a", 1, "第一稿。")
    reviewed = clients["office"].post(
        f"{ROUND}/units/甲县/obligations/1/review", json={"outcome": "accepted", "version": 1}
    )
    assert reviewed.status_code == 200
    error = error_of(clients["a"].post(_ONE, json={"text": "第二稿。", "base_version": 1}), 409)
    assert (error["code"], error["task"]) == ("already_accepted", "1")
    draft = clients["a"].put(f"{_MINE}/obligations/1/draft", json={"text": "第二稿。", "base_version": 1})
    assert error_of(draft, 409)["code"] == "already_accepted"
    assert _versions(any_site) == [(1, "第一稿。")]


def _close(site: ApiSite) -> None:
    with site.database.transaction() as session:
        found = session.get_one(ReportingRound, key(site.example.round))
        close_round(session, system("test"), found, OPENED_AT)


def test_a_closed_round_takes_nothing(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    _close(any_site)
    question = {"text": "迟到的文字。", "base_version": 0}
    for answer in (
        clients["a"].post(_ONE, json=question),
        clients["a"].post(f"{_MINE}/submissions", json={"submissions": [{"task": "1", **question}]}),
        clients["a"].put(f"{_MINE}/obligations/1/draft", json=question),
    ):
        error = error_of(answer, 409)
        assert (error["code"], error["period"]) == ("round_closed", PERIOD)
    assert _versions(any_site) == []


def test_a_late_text_counts_as_filed_and_late(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    site.now = site.example.round.due_at.replace(day=8)
    site.file("a", 1, "迟到的文字。")
    assert _line(clients["a"], "1")["is_late"]
    found = clients["a"].get(ROUND).json()
    assert (found["filed"], found["on_time"], found["late"]) == (1, 0, 1)


def test_files_many_on_one_receipt_and_names_what_it_refused(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    submissions = [
        {"task": "1", "text": "第一项。", "base_version": 0},
        {"task": "2", "nil_reason": "本季度无安排。", "base_version": 0},
        {"task": "3", "text": "字" * 301, "base_version": 0},
    ]
    answer = clients["b"].post(f"{_MINE}/submissions", json={"submissions": submissions})
    assert answer.status_code == 200
    body = answer.json()
    assert body["filed"] == [
        {"task": "1", "version": 1, "receipt": body["receipt"]},
        {"task": "2", "version": 1, "receipt": body["receipt"]},
    ]
    [refused] = body["refused"]
    assert refused["task"] == "3"
    assert (refused["error"]["code"], refused["error"]["count"]) == ("text_too_long", 301)
    assert _versions(any_site) == [(1, "第一项。"), (1, "本季度无安排。")]


def test_when_none_of_many_passes_the_answer_is_an_error(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    submissions = [{"task": number, "text": "字" * 301, "base_version": 0} for number in ("1", "2")]
    error = error_of(clients["a"].post(f"{_MINE}/submissions", json={"submissions": submissions}), 422)
    assert error["code"] == "nothing_filed"
    assert [refused["task"] for refused in error["refused"]] == ["1", "2"]
    submissions[1]["task"] = "3"
    error = error_of(clients["a"].post(f"{_MINE}/submissions", json={"submissions": submissions}), 422)
    assert error["refused"][1]["error"]["code"] == "not_expected"
    assert _versions(site) == []


def test_many_with_a_task_twice_or_unknown_files_nothing(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    first = {"task": "1", "text": "第一项。", "base_version": 0}
    for second, status, code in (
        ({**first, "text": "又一次。"}, 422, "invalid_value"),
        ({**first, "task": "99"}, 404, "unknown_task"),
    ):
        answer = clients["a"].post(f"{_MINE}/submissions", json={"submissions": [first, second]})
        assert error_of(answer, status)["code"] == code
    error_of(clients["a"].post(f"{_MINE}/submissions", json={"submissions": []}), 422)
    assert _versions(site) == []


def test_a_coordinator_files_for_a_unit_by_its_alias(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    path = f"{ROUND}/units/甲县人民政府/obligations/1/submission"
    assert clients["office"].post(path, json={"text": "代报。", "base_version": 0}).status_code == 200
    assert _line(clients["a"], "1")["text"] == "代报。"
    assert _versions(site) == [(1, "代报。")]
