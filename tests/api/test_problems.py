"""Errors: one shape, one mapping, the caller's language, and nothing of a fault but its id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.api.conftest import ROUND, error_of
from tracker import errors
from tracker.api import problems
from tracker.api.language import language_of
from tracker.api.problems import code_of, problem_of
from tracker.http_status import status_of

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.NotSignedInError(), 401, "not_signed_in"),
        (errors.ForbiddenError(), 403, "forbidden"),
        (errors.UnknownListError("x"), 404, "unknown_list"),
        (errors.NotExpectedError(task="1", unit="甲县"), 404, "not_expected"),
        (errors.TextTooLongError(task="1", count=301, limit=300), 422, "text_too_long"),
        (errors.RoundClosedError(period="2024Q3"), 409, "round_closed"),
        (errors.ConflictError(task="1", filed_by="a", theirs="b", yours="c"), 409, "conflict"),
        (errors.SettingsError(path="a", reason="b"), 400, "settings"),
    ],
)
def test_every_class_has_its_status_and_code(error: errors.TrackerError, status: int, code: str) -> None:
    assert (status_of(error), code_of(error)) == (status, code)
    assert problem_of(error, str)["code"] == code


def test_a_field_never_hides_the_code() -> None:
    problem = problem_of(errors.ControlCharacterError(position=3, code="U+0000"), str)
    assert (problem["code"], problem["position"], problem["character"]) == ("control_character", 3, "U+0000")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh_CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("de, en;q=0.7, zh;q=0.3", "en"),
        ("en;q=0", "zh_CN"),
        ("fr;q=x, *", "zh_CN"),
        ("en;q=nonsense, zh;q=0.1", "zh_CN"),
    ],
)
def test_the_language_is_the_one_liked_best(header: str, language: str) -> None:
    assert language_of({"accept-language": header}, "zh_CN") == language


def test_messages_follow_the_caller_and_are_chinese_by_default(
    site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = errors.TextTooLongError.message

    class English:
        def gettext(self, text: str) -> str:
            return "{count}/{limit}" if text == source else text

    class Chinese:
        gettext = staticmethod(str)

    monkeypatch.setattr(
        problems, "translations", lambda language: {"en": English(), "zh_CN": Chinese()}[language]
    )
    path = f"{ROUND}/units/me/obligations/1/submission"
    question = {"text": "字" * 301, "base_version": 0}
    default = error_of(clients["a"].post(path, json=question), 422)
    assert default["message"].startswith("第 1 项：301 字，超过上限 300 字")
    answer = clients["a"].post(path, json=question, headers={"Accept-Language": "en-US,en;q=0.9"})
    assert error_of(answer, 422)["message"] == "301/300"


def test_unknown_addresses_and_methods_have_the_same_shape(
    site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    assert error_of(clients["a"].get("/nothing"), 404)["code"] == "not_found"
    assert error_of(clients["a"].get("/docs/nothing.js"), 404)["code"] == "not_found"
    assert error_of(clients["a"].get("/rounds/"), 404)["code"] == "not_found"
    answer = clients["a"].delete("/rounds")
    assert error_of(answer, 405)["code"] == "method_not_allowed"
    assert answer.headers["Allow"] == "GET"


def test_no_answer_is_cached(site: ApiSite, clients: dict[str, httpx.Client]) -> None:  # noqa: ARG001 - serves
    for holder, path in (("a", "/rounds"), ("nobody", "/rounds"), ("a", "/nothing")):
        assert clients[holder].get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/lists"),
        ("GET", "/rounds"),
        ("GET", ROUND),
        ("GET", f"{ROUND}/units/me/obligations"),
        ("PUT", f"{ROUND}/units/me/obligations/1/draft"),
        ("POST", f"{ROUND}/units/me/obligations/1/submission"),
        ("POST", f"{ROUND}/units/me/submissions"),
        ("POST", f"{ROUND}/units/me/obligations/1/review"),
    ],
)
def test_a_fault_leaves_an_id_and_nothing_else(
    site: ApiSite,
    clients: dict[str, httpx.Client],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
) -> None:
    logged: list[dict[str, object]] = []

    class Log:
        def error(self, event: str, **fields: object) -> None:
            logged.append({"event": event, **fields})

    def fail() -> None:
        raise RuntimeError("password=geheim")

    monkeypatch.setattr(problems, "_log", Log())
    # Every request, whatever its route, opens the database first.
    monkeypatch.setattr(site.database, "reading", fail)
    monkeypatch.setattr(site.database, "transaction", fail)
    bodies = {
        "draft": {"text": "甲", "base_version": 0},
        "submission": {"text": "甲", "base_version": 0},
        "submissions": {"submissions": [{"task": "1", "text": "甲", "base_version": 0}]},
        "review": {"outcome": "accepted", "version": 1},
    }
    answer = clients["a"].request(method, path, json=bodies.get(path.rpartition("/")[2]))
    error = error_of(answer, 500)
    assert set(error) == {"code", "message", "id"}
    assert error["code"] == "fault"
    assert re.fullmatch(r"[0-9a-f]{16}", error["id"])
    assert error["message"] == f"系统内部错误，未作处理。请将编号 {error['id']} 告知管理员。"
    assert "geheim" not in answer.text
    assert [(entry["event"], entry["id"]) for entry in logged] == [("api fault", error["id"])]
