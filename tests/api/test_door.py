"""What is refused before anything is read or written: characters, shapes, sizes."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from tests.api.conftest import ROUND, error_of
from tests.example import PERIOD, SLUG
from tracker.api import LARGEST_BODY
from tracker.models import Draft, ProgressUpdate, Review

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.api.conftest import ApiSite

_MINE = f"{ROUND}/units/me"
_JSON = {"Content-Type": "application/json"}


def _is_untouched(site: ApiSite) -> bool:
    with site.database.reading() as session:
        return not any(session.exec(select(table)).first() for table in (ProgressUpdate, Draft, Review))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "obligations/1/submission", '{"text": "甲%s", "base_version": 0}'),
        ("POST", "obligations/1/submission", '{"nil_reason": "甲%s", "base_version": 0}'),
        ("PUT", "obligations/1/draft", '{"text": "甲%s", "base_version": 0}'),
        ("POST", "submissions", '{"submissions": [{"task": "1", "text": "甲%s", "base_version": 0}]}'),
        ("POST", "submissions", '{"submissions": [{"task": "1%s", "text": "甲", "base_version": 0}]}'),
    ],
)
def test_control_characters_and_lone_surrogates_are_refused(
    any_site: ApiSite, clients: dict[str, httpx.Client], method: str, path: str, body: str
) -> None:
    for escape in ("\\u0000", "\\u000b", "\\u001b", "\\ufffe", "\\ud800", "\\udfff\\ud800"):
        answer = clients["a"].request(method, f"{_MINE}/{path}", content=body % escape, headers=_JSON)
        error = error_of(answer, 422)
        if error["code"] == "nothing_filed":
            error = error["refused"][0]["error"]
        if error["code"] == "invalid_request":
            assert error["problems"][0]["code"] == "string_unicode"
        else:
            assert error["code"] == "control_character"
            assert (error["position"], error["character"]) == (2, f"U+{escape[2:6].upper()}")
    assert _is_untouched(any_site)


def test_a_control_character_in_a_remark_is_refused(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    any_site.file("a", 1, "进展。")
    body = '{"outcome": "returned", "reason": "甲\\u0000", "version": 1}'
    path = f"{ROUND}/units/甲县/obligations/1/review"
    assert error_of(clients["office"].post(path, content=body, headers=_JSON), 422)["position"] == 2


@pytest.mark.parametrize(
    "path",
    [
        f"/rounds/%00/{PERIOD}",
        f"/rounds/{SLUG}/%00",
        f"{ROUND}/units/%00/obligations",
        f"{ROUND}/units/%1B%5B/obligations",
    ],
)
def test_a_control_character_in_an_address_is_refused(
    any_site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
    path: str,
) -> None:
    for holder in ("a", "office"):
        assert error_of(clients[holder].get(path), 422)["code"] == "control_character"


def test_bytes_that_are_no_text_in_an_address_are_an_unknown_name(
    any_site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    error_of(clients["office"].get(f"{ROUND}/units/%FF%FE/obligations"), 404)


def test_a_name_longer_than_any_is_refused(site: ApiSite, clients: dict[str, httpx.Client]) -> None:  # noqa: ARG001
    error = error_of(clients["office"].get(f"{ROUND}/units/{'县' * 201}/obligations"), 422)
    assert error["problems"] == [{"where": "path.unit", "code": "string_too_long", "message": "过长"}]


@pytest.mark.parametrize(
    ("body", "where", "message"),
    [
        ("{", "body.1", "不是有效的 JSON"),
        ("", "body", "缺少这一项"),
        ("[]", "body", "应为 JSON 对象（Content-Type: application/json）"),
        ('{"text": 5, "base_version": 0}', "body.text", "应为文字"),
        ('{"text": "甲"}', "body.base_version", "缺少这一项"),
        ('{"text": "甲", "base_version": "0"}', "body.base_version", "应为整数"),
        ('{"text": "甲", "base_version": true}', "body.base_version", "应为整数"),
        ('{"text": "甲", "base_version": 0.5}', "body.base_version", "应为整数"),
        ('{"text": "甲", "base_version": -1}', "body.base_version", "过小"),
        ('{"text": "甲", "base_version": 0, "\\ud800": 1}', "body", "含有不可用的字符"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(
    site: ApiSite, clients: dict[str, httpx.Client], body: str, where: str, message: str
) -> None:
    answer = clients["a"].post(f"{_MINE}/obligations/1/submission", content=body, headers=_JSON)
    error = error_of(answer, 422)
    assert error["code"] == "invalid_request"
    assert (error["problems"][0]["where"], error["problems"][0]["message"]) == (where, message)
    assert error["message"] == f"请求内容有误：{where} {message}"
    assert _is_untouched(site)


def test_json_under_another_name_is_refused(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = clients["a"].post(
            f"{_MINE}/obligations/1/submission",
            content='{"text": "甲", "base_version": 0}',
            headers={"Content-Type": content_type},
        )
        assert error_of(answer, 422)["code"] == "invalid_request"
    assert _is_untouched(site)


def test_bytes_that_are_not_utf8_are_refused(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    body = '{"text": "甲", "base_version": 0}'.encode("gb18030")
    answer = clients["a"].post(f"{_MINE}/obligations/1/submission", content=body, headers=_JSON)
    assert error_of(answer, 400)["code"] == "bad_request"
    assert _is_untouched(site)


def test_a_body_without_bound_is_cut_off(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    def chunks() -> Iterator[bytes]:
        yield from [b" " * 1024 * 1024] * (LARGEST_BODY // (1024 * 1024))
        yield b" "

    answer = clients["a"].post(f"{_MINE}/obligations/1/submission", content=chunks(), headers=_JSON)
    assert error_of(answer, 413)["code"] == "body_too_large"
    assert _is_untouched(site)


def test_a_body_announced_as_too_large_is_not_waited_for(site: ApiSite) -> None:
    address = urlsplit(site.base_url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        connection.sendall(
            f"POST /api/v1/rounds/{SLUG}/{PERIOD}/units/me/submissions HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {site.keys['a']}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")
