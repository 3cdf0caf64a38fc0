"""Searching what was filed: the same texts as the page finds, to a unit's key its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.actions.searching import index_all, put_on_file
from tests.api.conftest import ROUND, error_of
from tests.example import PERIOD, SLUG
from tracker.api import search as searching
from tracker.models import ListVersion, TaskList, key

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite


def found(client: httpx.Client, **asked: str | int) -> dict[str, Any]:
    answer = client.get("/search", params=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def told(client: httpx.Client, **asked: str | int) -> list[str]:
    """What the hits say."""
    return [hit["text"] or hit["nil_reason"] for hit in found(client, **asked)["hits"]]


@pytest.mark.parametrize("is_indexed", [False, True])
def test_a_hit_names_its_place_and_says_all_of_its_text(
    any_site: ApiSite, clients: dict[str, httpx.Client], is_indexed: bool
) -> None:
    any_site.file("a", 1, "新建水库一座，投资3.5亿元。")
    any_site.file("b", 1, "公路硬化12公里。")
    if is_indexed:
        index_all(any_site.database)
    assert found(clients["office"], q="水库 亿元") == {
        "count": 1,
        "is_cut": False,
        "unsearched": 0,
        "page": 1,
        "pages": 1,
        "hits": [
            {
                "list": SLUG,
                "period": PERIOD,
                "unit": "甲县",
                "task": "1",
                "title": any_site.example.tasks[0].title,
                "state": "submitted",
                "version": 1,
                "is_newest": True,
                "submitted_at": any_site.now.isoformat(),
                "text": "新建水库一座，投资3.5亿元。",
                "nil_reason": "",
            }
        ],
    }
    assert found(clients["office"], q="水库 公路")["hits"] == []


def test_the_reason_for_nothing_to_report_is_found(
    site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    clients["a"].post(
        f"{ROUND}/units/me/obligations/1/submission", json={"nil_reason": "项目尚未批复。", "base_version": 0}
    )
    (hit,) = found(clients["a"], q="尚未批复")["hits"]
    assert (hit["text"], hit["nil_reason"], hit["state"]) == ("", "项目尚未批复。", "nil")


def test_a_units_key_finds_its_own_only(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    any_site.file("a", 1, "甲县新建水库。")
    any_site.file("b", 1, "乙县新建公路。")
    assert told(clients["office"], q="新建") == ["乙县新建公路。", "甲县新建水库。"]
    assert told(clients["office"], q="新建", unit="甲县人民政府") == ["甲县新建水库。"]
    for asked in ({}, {"unit": "me"}, {"unit": "甲县"}, {"list": SLUG}, {"period": PERIOD.lower()}):
        assert told(clients["a"], q="新建", **asked) == ["甲县新建水库。"]
    hidden = [
        clients["a"].get("/search", params={"q": "新建", "unit": unit}) for unit in ("乙县", "没有的县")
    ]
    assert {answer.content for answer in hidden} == {hidden[0].content}
    assert error_of(hidden[0], 404)["code"] == "not_found"


def test_a_list_or_period_that_is_not_in_sight_is_not_found(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    with site.database.transaction() as session:
        rules = session.get_one(TaskList, site.example.task_list.id).rules
        other = TaskList(slug="other", title="另一清单", rules=rules)
        session.add(other)
        session.flush()
        session.add(ListVersion(list_id=key(other), number=1, imported_at=site.now))
    for asked in ({"list": "othr"}, {"list": "other"}, {"period": "2019Q1"}, {"period": "不是"}):
        for holder in ("a", "office"):
            answer = clients[holder].get("/search", params={"q": "新建", **asked})
            assert error_of(answer, 404)["code"] == "not_found"


def test_older_versions_are_found_when_asked_for(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    site.file("a", 1, "新建水库。")
    site.file("a", 1, "改建水库。", base_version=1)
    assert told(clients["a"], q="水库") == ["改建水库。"]
    hits = found(clients["a"], q="水库", old="true")["hits"]
    assert [(hit["version"], hit["is_newest"]) for hit in hits] == [(2, True), (1, False)]


def test_hits_come_in_pages(
    site: ApiSite, clients: dict[str, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_PAGE", 2)
    with site.database.transaction() as session:
        unit, task = site.example.county_a, site.example.tasks[0]
        put_on_file(session, site.example, unit, task, [f"水库第{n}座" for n in range(5)])
    pages = [found(clients["office"], q="水库", old="true", page=page) for page in (1, 2, 3, 4)]
    assert [(page["page"], page["pages"], page["count"]) for page in pages] == [
        (n, 3, 5) for n in (1, 2, 3, 4)
    ]
    assert [[hit["version"] for hit in page["hits"]] for page in pages] == [[5, 4], [3, 2], [1], []]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("", "query.q"),
        ("q=", "query.q"),
        ("q=水库&page=0", "query.page"),
        ("q=水库&page=一", "query.page"),
        ("q=水库&old=maybe", "query.old"),
        ("q=水库&unit_id=1", "query.unit_id"),
        ("q=" + "水" * 2001, "query.q"),
    ],
)
def test_what_cannot_be_asked_is_named(
    site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
    query: str,
    where: str,
) -> None:
    error = error_of(clients["a"].get(f"/search?{query}"), 422)
    assert error["code"] == "invalid_request"
    assert [problem["where"] for problem in error["problems"]] == [where]


@pytest.mark.parametrize("typed", ["\0", '"', "水库* OR", "%", "水库\x1a", "\ufffe", "[水](x)"])
def test_whatever_is_typed_is_only_words(
    any_site: ApiSite, clients: dict[str, httpx.Client], typed: str
) -> None:
    any_site.file("a", 1, "新建水库。")
    assert found(clients["a"], q="库。")["count"] == 1
    assert found(clients["a"], q=f"公路{typed}")["hits"] == []
    for name in ("list", "period", "unit"):
        assert clients["a"].get("/search", params={"q": "水库", name: f"甲{typed}"}).status_code in (404, 422)
