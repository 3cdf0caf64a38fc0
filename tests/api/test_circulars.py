"""Published accounts for programs: page by page, whole, as files; drafts and other units' never."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.publishing import draft, publish
from tests.api.conftest import error_of
from tests.example import OPENED_AT
from tracker.models import Circular, CircularFile, CircularKind, TaskList

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite
    from tracker.config import Settings


def test_lists_what_is_published_page_by_page_the_newest_first(
    any_site: ApiSite, settings: Settings, clients: dict[str, httpx.Client]
) -> None:
    moments = [OPENED_AT + timedelta(hours=hour) for hour in (1, 2, 2, 3)]
    ids = [publish(any_site.database, settings, any_site.example, now=moment) for moment in moments]
    draft(any_site.database, settings, any_site.example)
    found: list[int] = []
    after = ""
    while True:
        page = clients["office"].get(f"/circulars?limit=2{after}").json()
        found += [one["id"] for one in page["circulars"]]
        assert len(page["circulars"]) <= 2
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == ids[::-1]
    assert page["circulars"][-1] == {
        "id": ids[0],
        "list": "example",
        "period": "2024Q3",
        "kind": "report",
        "year": 2024,
        "number": 1,
        "edition": 1,
        "title": "示例任务清单2024年第三季度落实情况报告",
        "correction": "",
        "cut_off_at": "2024-09-15T09:00:00+08:00",
        "published_at": "2024-09-15T09:00:00+08:00",
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?kind=report", 1),
        ("?kind=summary", 0),
        ("?year=2024", 2),
        ("?year=2023", 0),
        ("?list=example", 2),
        ("?list=nothing", 0),
    ],
)
def test_lists_what_is_asked_for(
    site: ApiSite, settings: Settings, clients: dict[str, httpx.Client], query: str, count: int
) -> None:
    for kind in (CircularKind.REPORT, CircularKind.CIRCULAR):
        publish(site.database, settings, site.example, kind, OPENED_AT)
    assert len(clients["office"].get(f"/circulars{query}").json()["circulars"]) == count


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=201", "?after=0", "?kind=letter", "?year=x", "?list=%00"]
)
def test_refuses_a_question_that_makes_no_sense(
    site: ApiSite, clients: dict[str, httpx.Client], query: str
) -> None:
    assert site.keys
    error_of(clients["office"].get(f"/circulars{query}"), 422)


def test_gives_one_with_its_figures_and_its_files(
    site: ApiSite, settings: Settings, clients: dict[str, httpx.Client]
) -> None:
    circular_id = publish(site.database, settings, site.example, now=OPENED_AT)
    found = clients["office"].get(f"/circulars/{circular_id}").json()
    assert (found["newest"], found["account"]["counts"]["expected"]) == (circular_id, 8)
    assert [file["form"] for file in found["files"]] == ["docx", "html", "xlsx"]
    file = clients["office"].get(f"/circulars/{circular_id}/files/docx")
    assert sha256(file.content).hexdigest() == found["files"][0]["sha256"]
    assert len(file.content) == found["files"][0]["bytes"]
    assert file.headers["content-type"].endswith("wordprocessingml.document")
    error_of(clients["office"].get(f"/circulars/{circular_id}/files/exe"), 404)


def test_a_units_key_reaches_the_circulars_of_its_lists_and_nothing_else(
    any_site: ApiSite, settings: Settings, clients: dict[str, httpx.Client]
) -> None:
    report = publish(any_site.database, settings, any_site.example, now=OPENED_AT)
    circular = publish(any_site.database, settings, any_site.example, CircularKind.CIRCULAR, OPENED_AT)
    waiting = draft(any_site.database, settings, any_site.example, CircularKind.CIRCULAR)
    listed = clients["a"].get("/circulars").json()["circulars"]
    assert [one["id"] for one in listed] == [circular]
    nothing = clients["a"].get("/circulars/999999").json()
    for hidden in (report, waiting):
        for tail in ("", "/files/docx"):
            answer = clients["a"].get(f"/circulars/{hidden}{tail}")
            assert error_of(answer, 404) == nothing["error"]
    error_of(clients["office"].get(f"/circulars/{waiting}"), 404)
    assert clients["nobody"].get("/circulars").status_code == 401


def test_a_units_key_is_given_the_documents_and_not_what_holds_the_texts_of_all(
    site: ApiSite, settings: Settings, clients: dict[str, httpx.Client]
) -> None:
    path = f"/circulars/{publish(site.database, settings, site.example, CircularKind.CIRCULAR, OPENED_AT)}"
    seen = {who: clients[who].get(path).json() for who in ("a", "office")}
    assert seen["a"]["account"] is None
    assert seen["office"]["account"]["counts"]["expected"] == 8
    assert [file["form"] for file in seen["a"]["files"]] == ["docx", "html"]
    assert [file["form"] for file in seen["office"]["files"]] == ["docx", "html", "xlsx"]
    assert clients["a"].get(f"{path}/files/docx").status_code == 200
    error_of(clients["a"].get(f"{path}/files/xlsx"), 404)
    assert clients["office"].get(f"{path}/files/xlsx").status_code == 200


def test_a_file_that_was_changed_since_is_not_given(
    site: ApiSite, settings: Settings, clients: dict[str, httpx.Client]
) -> None:
    circular_id = publish(site.database, settings, site.example, now=OPENED_AT)
    with site.database.transaction() as session:
        file = session.exec(select(CircularFile).where(CircularFile.form == "docx")).one()
        file.content = b"forged"
        session.add(file)
    error = error_of(clients["office"].get(f"/circulars/{circular_id}/files/docx"), 409)
    assert error["code"] == "damaged_file"
    assert clients["office"].get(f"/circulars/{circular_id}/files/xlsx").status_code == 200


def test_a_unit_of_another_list_sees_nothing_of_this_one(
    site: ApiSite, settings: Settings, clients: dict[str, httpx.Client]
) -> None:
    circular = publish(site.database, settings, site.example, CircularKind.CIRCULAR, OPENED_AT)
    with site.database.transaction() as session:
        task_list = session.get_one(TaskList, site.example.task_list.id)
        other = TaskList(**task_list.model_dump(exclude={"id", "slug"}), slug="other")
        session.add(other)
        session.flush()
        row = session.get_one(Circular, circular)
        row.list_id = other.id or 0
        session.add(row)
    assert clients["a"].get("/circulars").json() == {"circulars": [], "next": None}
    error_of(clients["a"].get(f"/circulars/{circular}"), 404)
