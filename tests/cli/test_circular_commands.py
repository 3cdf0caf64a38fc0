"""tracker circular …: drafted, published, shown, corrected, verified from the command line."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.publishing import plain_files
from tests.example import PERIOD, SLUG
from tracker.actions.documents import publish_circular
from tracker.models import Circular, CircularFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_circular, "render_files", plain_files)


@pytest.mark.usefixtures("site")
def test_an_account_goes_its_way_from_draft_to_correction(tracker: Command, tmp_path: Path) -> None:
    drafted = tracker.ok(
        *("circular", "draft", SLUG, PERIOD, "--kind", "circular", "--overall", "总体平稳。", "--json")
    ).json
    number = str(drafted["id"])
    assert (drafted["number"], drafted["published_at"]) == (None, None)
    again = tracker.ok("circular", "draft", SLUG, PERIOD, "--kind", "circular", "--title", "改过的标题")
    assert again.out == f"第 {number} 号草稿：改过的标题\n"
    assert tracker.ok("circular", "publish", number).out == "已发布：2024年第 1 期 改过的标题\n"
    shown = tracker.ok("circular", "show", number, "--json").json
    assert (shown["number"], shown["edition"], len(shown["files"])) == (1, 1, 3)
    tracker.ok("circular", "show", number, "--out", tmp_path / "out.docx")
    assert sha256((tmp_path / "out.docx").read_bytes()).hexdigest() == shown["files"][0]["sha256"]
    corrected = tracker.ok("circular", "correct", number, "--reason", "错字", "--json").json
    assert (corrected["number"], corrected["edition"], corrected["correction"]) == (1, 2, "错字")
    done = tracker.ok("circular", "publish", str(corrected["id"]), "--keep-data")
    assert done.out == "已发布：2024年第 1 期（更正第 2 版） 改过的标题\n"
    listed = tracker.ok("circular", "list", "--json").json
    assert [one["edition"] for one in listed] == [2, 1]
    assert len(tracker.ok("circular", "list", "--kind", "report", "--json").json) == 0
    assert "改过的标题" in tracker.ok("circular", "list", "--list", SLUG, "--year", "2024").out
    verified = tracker.ok("circular", "verify").out.splitlines()
    assert [line.endswith("：一致") for line in verified] == [True, True]


@pytest.mark.usefixtures("site")
def test_refusals_are_said_in_words(tracker: Command, tmp_path: Path) -> None:
    assert "没有第 7 号报告、通报或总结" in tracker.refused("circular", "show", "7")
    assert "report、circular、summary" in tracker.refused(
        "circular", "draft", SLUG, PERIOD, "--kind", "letter"
    )
    assert "没有名为“nothing”的任务清单" in tracker.refused("circular", "list", "--list", "nothing")
    tracker.ok("circular", "draft", SLUG, PERIOD)
    assert "只有更正才能沿用上一版的数据" in tracker.refused("circular", "publish", "1", "--keep-data")
    assert "还是草稿" in tracker.refused("circular", "correct", "1", "--reason", "错")
    assert "还是草稿" in tracker.refused("circular", "verify", "1")
    tracker.ok("circular", "publish", "1")
    assert "已经发布" in tracker.refused("circular", "publish", "1")
    assert "已经发布" in tracker.refused("circular", "discard", "1")
    refused = tracker.refused("circular", "show", "1", "--format", "pdf", "--out", tmp_path / "x.pdf")
    assert "docx、html、xlsx" in refused


@pytest.mark.usefixtures("site")
def test_a_summary_is_drafted_for_a_half_year_and_a_draft_discarded(tracker: Command) -> None:
    drafted = tracker.ok("circular", "draft", SLUG, "2024h2", "--kind", "summary", "--json").json
    assert (drafted["kind"], drafted["period"]) == ("summary", "2024H2")
    assert tracker.ok("circular", "discard", str(drafted["id"])).out == "已放弃第 1 号草稿。\n"
    assert tracker.ok("circular", "list", "--json").json == []


@pytest.mark.usefixtures("site")
def test_verifying_names_what_was_changed_and_fails(tracker: Command, stored: Database) -> None:
    tracker.ok("circular", "draft", SLUG, PERIOD)
    tracker.ok("circular", "publish", "1")
    with stored.transaction() as session:
        file = session.exec(select(CircularFile).where(CircularFile.form == "xlsx")).one()
        file.content = b"forged"
        circular = session.get_one(Circular, 1)
        circular.data = b"forged"
        session.add_all([file, circular])
    ran = tracker("circular", "verify")
    assert ran.code == 1
    assert "不一致" in ran.out
    assert "存档的数据与发布时的校验值不符" in ran.out
    assert "文件 xlsx 与发布时的校验值不符" in ran.out
