"""A unit's key reaches its own unit and nothing of another; nobody reaches anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import func, select

from tests.api.conftest import ROUND, error_of
from tests.example import COORDINATOR, OPENED_AT, PERIOD, SLUG
from tracker.actions.people.accounts import revoke_token
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Role, system
from tracker.models import ApiToken, Draft, ListVersion, ProgressUpdate, Receipt, Review, TaskList, key

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite
    from tracker.config import Settings

_TEXT = {"text": "甲县写的。", "base_version": 0}
_REVIEW = {"outcome": "accepted", "version": 1}
# Method, path below a unit, body.
_UNIT_ROUTES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "obligations", None),
    ("PUT", "obligations/1/draft", _TEXT),
    ("POST", "obligations/1/submission", _TEXT),
    ("POST", "submissions", {"submissions": [{"task": "1", **_TEXT}]}),
    ("POST", "obligations/1/review", _REVIEW),
    ("GET", "obligations/1/conduct", None),
    ("POST", "obligations/1/appeals", {"fault": "late", "words": "理由"}),
    ("POST", "obligations/1/excuses", {"fault": "late", "reason": "理由"}),
    ("POST", "obligations/1/finding", {"reason": "理由", "version": 1}),
    ("DELETE", "obligations/1/finding", None),
]
_WRITES = [route for route in _UNIT_ROUTES if route[2] is not None]
_SECRET = "乙县的秘密进展"
_OTHER_ROUTES: list[tuple[str, str]] = [
    ("GET", "/lists"),
    ("GET", "/rounds"),
    ("GET", ROUND),
    ("GET", f"{ROUND}/report"),
    ("GET", f"{ROUND}/report/entries"),
    ("GET", f"{ROUND}/report.csv"),
    ("GET", f"{ROUND}/rankings"),
    ("GET", f"/search?q={_SECRET}"),
    ("GET", f"/search?q={_SECRET}&old=true&unit=乙县"),
    ("GET", "/search?q=县&old=true"),
]


def _rows(site: ApiSite) -> list[int]:
    with site.database.reading() as session:
        tables = (ProgressUpdate, Draft, Receipt, Review)
        return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


def _prepare_b(site: ApiSite, clients: dict[str, httpx.Client]) -> list[int]:
    site.file("b", 1, _SECRET)
    clients["b"].put(
        f"{ROUND}/units/me/obligations/2/draft", json={"text": _SECRET + "草稿", "base_version": 0}
    )
    clients["office"].post(
        f"{ROUND}/units/乙县/obligations/1/review",
        json={"outcome": "returned", "reason": _SECRET + "退回", "version": 1},
    ).raise_for_status()
    return _rows(site)


@pytest.mark.parametrize(("method", "path", "body"), _UNIT_ROUTES)
def test_another_unit_is_answered_like_an_unknown_one(
    any_site: ApiSite,
    clients: dict[str, httpx.Client],
    method: str,
    path: str,
    body: dict[str, Any] | None,
) -> None:
    before = _prepare_b(any_site, clients)
    answers = [
        clients["a"].request(method, f"{ROUND}/units/{unit}/{path}", json=body)
        for unit in ("乙县", "市示例局", "没有的县")
    ]
    for answer in answers:
        assert error_of(answer, 404) == {"code": "not_found", "message": "没有找到。"}
    assert len({answer.content for answer in answers}) == 1
    assert _rows(any_site) == before


def test_no_byte_of_another_unit_in_any_answer(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    _prepare_b(any_site, clients)
    requests: list[tuple[str, str, Any]] = [(method, path, None) for method, path in _OTHER_ROUTES]
    for unit in ("me", "甲县", "甲县人民政府", "乙县", "乙"):
        requests += [(method, f"{ROUND}/units/{unit}/{path}", body) for method, path, body in _UNIT_ROUTES]
    requests += [
        ("GET", f"{ROUND}/units/me/obligations/3", None),
        ("PUT", f"{ROUND}/units/me/obligations/3/draft", _TEXT),
        ("POST", f"{ROUND}/units/me/obligations/3/submission", _TEXT),
        ("GET", f"/rounds/{SLUG}/2024Q2", None),
        ("GET", f"/rounds/exampl/{PERIOD}", None),
        ("GET", "/openapi.json", None),
    ]
    statuses = set()
    for method, path, body in requests:
        answer = clients["a"].request(method, path, json=body)
        statuses.add(answer.status_code)
        whole = answer.text + str(answer.headers)
        for word in (_SECRET, "乙县", "市示例局", "key-b", "key-bureau"):
            assert word not in whole, (method, path)
    # 409: its own text, sent again over the version that is there by then.
    assert statuses == {200, 403, 404, 409}


def test_a_list_or_round_without_the_unit_is_answered_like_none(
    site: ApiSite, clients: dict[str, httpx.Client], settings: Settings
) -> None:
    with site.database.transaction() as session:
        other = TaskList(
            slug="other",
            title="另一清单",
            rules=session.get_one(TaskList, site.example.task_list.id).rules,
        )
        session.add(other)
        session.flush()
        session.add(ListVersion(list_id=key(other), number=1, imported_at=OPENED_AT))
        session.flush()
        open_round(session, system("test"), settings, other, PERIOD, OPENED_AT)
    assert [entry["list"] for entry in clients["office"].get("/lists").json()["lists"]] == [SLUG, "other"]
    assert clients["office"].get(f"/rounds/other/{PERIOD}").json()["expected"] == 0
    assert "另一清单" not in clients["a"].get("/lists").text + clients["a"].get("/rounds").text
    hidden = clients["a"].get(f"/rounds/other/{PERIOD}")
    none = clients["a"].get(f"/rounds/othr/{PERIOD}")
    assert (hidden.status_code, hidden.content) == (none.status_code, none.content) == (404, none.content)


@pytest.mark.parametrize("header", [None, "Bearer duban_wrong", "Bearer", "Basic YTpi", "duban_wrong"])
def test_without_a_live_key_nothing_is_answered(
    site: ApiSite, clients: dict[str, httpx.Client], header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    below = [(method, f"{ROUND}/units/甲县/{path}") for method, path, _ in _UNIT_ROUTES]
    for method, path in [*_OTHER_ROUTES, *below]:
        answer = clients["nobody"].request(method, path, headers=headers)
        assert error_of(answer, 401)["code"] == "invalid_token"
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="duban"'
    assert _rows(site) == [0, 0, 0, 0]


def test_a_revoked_key_is_refused_from_the_next_request_on(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    assert clients["a"].get("/rounds").status_code == 200
    with any_site.database.transaction() as session:
        revoke_token(session, COORDINATOR, "key-a", OPENED_AT)
    error_of(clients["a"].get("/rounds"), 401)
    assert clients["b"].get("/rounds").status_code == 200


def test_reviewing_is_not_for_units_nor_for_leaders(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    site.file("a", 1, "甲县进展。")
    error = error_of(clients["a"].post(f"{ROUND}/units/me/obligations/1/review", json=_REVIEW), 403)
    assert error["code"] == "forbidden"
    with site.database.transaction() as session:
        token = session.exec(select(ApiToken).where(ApiToken.label == "key-office")).one()
        token.role = Role.LEADER
        session.add(token)
    assert clients["office"].get(f"{ROUND}/units/甲县/obligations").status_code == 200
    for method, path, body in _WRITES:
        error_of(clients["office"].request(method, f"{ROUND}/units/甲县/{path}", json=body), 403)
    assert _rows(site) == [1, 0, 1, 0]


@pytest.mark.parametrize(("method", "path", "body"), _WRITES)
def test_a_field_that_is_not_named_is_refused(
    site: ApiSite, clients: dict[str, httpx.Client], method: str, path: str, body: dict[str, Any]
) -> None:
    for field in {"role", "unit_id", "unit", "state", "version", "filed_by"} - set(body):
        answer = clients["a"].request(method, f"{ROUND}/units/me/{path}", json={**body, field: "1"})
        error = error_of(answer, 422)
        assert error["code"] == "invalid_request"
        assert error["problems"] == [
            {"where": f"body.{field}", "code": "extra_forbidden", "message": "没有这个字段"}
        ]
    assert _rows(site) == [0, 0, 0, 0]
