"""Stories of units: renamed, moved, merged, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.models import (
    UnitAlias,
    UnitChange,
    key,
)

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


def changing_units(visitors: Visitors) -> None:
    browser = visitors.coordinator
    town = {"name": "Town", "kind": "town", "parent": "甲县"}
    for data in (town | {"name": " "}, town | {"parent": "nowhere"}, town, town):
        browser.post("/units", data)
    path, county = f"/units/{visitors.id_of('Town')}", f"/units/{visitors.id_of('甲县')}"
    for action, data in (
        ("name", {"name": "乙县"}),
        ("name", {"name": "River"}),
        ("name", {"name": "River"}),
        ("kind", {"kind": "village"}),
        ("parent", {"parent": "nowhere"}),
        ("parent", {"parent": "乙县"}),
        ("parent", {"parent": ""}),
        ("aliases", {"alias": ""}),
        ("aliases", {"alias": "Brook"}),
        ("aliases/remove", {"alias": "999"}),
    ):
        browser.post(f"{path}/{action}", data)
    browser.post(f"{county}/parent", {"parent": "甲县"})
    with visitors.pages.database.reading() as session:
        alias = session.exec(select(UnitAlias.id).where(UnitAlias.name == "Brook")).one()
        own = session.exec(select(UnitAlias.id).where(UnitAlias.name == "River")).one()
    browser.get(f"{path}/aliases/remove?alias={alias}")
    for number in (own, alias):
        browser.post(f"{path}/aliases/remove", {"alias": str(number)})
    for query in ("?q=River", "?q=none", "?kind=department", "?lacks=contact", "?lacks=account"):
        browser.get(f"/units{query}")
    for act in ("department", "none", "save"):
        browser.post("/groups/1", {"unit": str(visitors.id_of("甲县")), "act": act})
    browser.get("/groups")


def merging_units(visitors: Visitors) -> None:
    """And every kind of record looked at, and taken back from the newest on."""
    browser = visitors.coordinator
    path, merging = (f"/units/{visitors.id_of('River')}", f"/units/{visitors.id_of('乙县')}")
    for into in ("nowhere", "River", "甲县"):
        browser.get(f"{path}/merge?into={into}")
        browser.post(f"{path}/merge", {"into": into})
    browser.get(f"{merging}/merge?into=甲县")
    browser.post(f"{merging}/merge", {"into": "甲县"})
    browser.get(path)
    browser.get(f"/units/{visitors.id_of('甲县')}")
    browser.get("/units/changes")
    with visitors.pages.database.reading() as session:
        changes = sorted(key(change) for change in session.exec(select(UnitChange)))
    for number in changes:
        browser.get(f"/units/changes/{number}")
    browser.post(f"/units/changes/{changes[0]}/undo")
    for number in (*reversed(changes), changes[-1]):
        browser.post(f"/units/changes/{number}/undo")
        browser.get(f"/units/changes/{number}")
