"""tracker search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import PERIOD, SLUG
from tracker.actions.site import examine_site
from tracker.models import SearchIndex

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database


@pytest.fixture
def filed(tracker: Command, site: Path) -> Path:
    """The site with a text of each county."""
    for unit, text in (("甲县", "新建水库一座，\n投资3.5亿元。"), ("乙县", "乡村公路硬化12公里。")):
        tracker.ok("submit", SLUG, PERIOD, "--unit", unit, "--task", "1", "--text", text)
    return site


@pytest.mark.usefixtures("filed")
def test_hits_are_listed(tracker: Command) -> None:
    lines = tracker.ok("search", "水库", "亿元").out.splitlines()
    assert lines[1:] == [f"{SLUG}\t{PERIOD}\t甲县\t1\t1\t新建水库一座， 投资3.5亿元。"]


@pytest.mark.usefixtures("filed")
def test_hits_as_json(tracker: Command) -> None:
    found = tracker.ok("search", "1", "--json").json
    assert (found["count"], found["is_cut"], found["unsearched"]) == (1, False, 0)
    (hit,) = found["hits"]
    assert (hit["unit"], hit["task"], hit["period"], hit["state"]) == ("乙县", "1", PERIOD, "submitted")
    assert hit["text"] == "乡村公路硬化12公里。"


@pytest.mark.usefixtures("filed")
def test_the_doctor_counts_what_waits_for_the_index(
    tracker: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "✓ 查找索引：2 篇待编入" in tracker.ok("doctor").out
    monkeypatch.setattr(examine_site, "MOST_RECENT", 1)
    lagging = tracker("doctor")
    assert lagging.code == 1
    assert "✗ 查找索引：2 篇待编入，查找滞后" in lagging.out
    tracker.ok("search", "--rebuild")
    assert "✓ 查找索引：全部编入" in tracker.ok("doctor").out


@pytest.mark.usefixtures("filed")
def test_filters_narrow_and_unknown_names_are_refused(tracker: Command) -> None:
    def count(*options: str) -> int:
        return int(tracker.ok("search", "。", "--json", *options).json["count"])

    assert count() == count("--list", SLUG) == count("--period", PERIOD) == 2
    assert count("--unit", "甲县人民政府") == 1
    assert count("--list", SLUG, "--period", PERIOD.lower(), "--unit", "乙县") == 1
    assert "“none”" in tracker.refused("search", "水库", "--list", "none")
    assert "丙县" in tracker.refused("search", "水库", "--unit", "丙县")


@pytest.mark.usefixtures("site")
def test_without_words_it_is_used_wrongly(tracker: Command) -> None:
    for words in ((), ("",), (" ",)):
        assert tracker("search", *words).code == 2


@pytest.mark.usefixtures("filed")
def test_the_index_is_made_anew(tracker: Command, stored: Database) -> None:
    assert "2" in tracker.ok("search", "--rebuild").out
    with stored.reading() as session:
        assert session.exec(select(SearchIndex.last_id)).one() == 2
    assert tracker.ok("search", "水库", "--json").json["count"] == 1
