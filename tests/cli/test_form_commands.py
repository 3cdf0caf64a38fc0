"""tracker form …"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import PERIOD, SLUG
from tests.reports.made_forms import TEXT, opened, saved
from tracker.models import ProgressUpdate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database


@pytest.mark.usefixtures("site")
def test_a_form_is_issued_filled_and_filed(tracker: Command, tmp_path: Path, stored: Database) -> None:
    file = tmp_path / "表.xlsx"
    tracker.ok("form", "issue", SLUG, PERIOD, "甲县人民政府", "-o", file)
    book, sheet = opened(file.read_bytes())
    sheet.cell(7, TEXT).value = "已完成"
    file.write_bytes(saved(book))
    filed = tracker.ok("form", "file", file)
    assert "甲县 2024Q3：报送 1 项，未收 0 项，还差 1 项" in filed.out
    sheet.cell(8, TEXT).value = "字" * 318
    file.write_bytes(saved(book))
    again = tracker("form", "file", file)
    assert again.code == 1
    assert "1\t与已报送的相同" in again.out
    assert "第 2 项：318 字，超过上限 300 字" in again.out
    with stored.reading() as session:
        assert [update.text for update in session.exec(select(ProgressUpdate))] == ["已完成"]


@pytest.mark.usefixtures("site")
def test_what_is_no_form_is_refused(tracker: Command, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("x")
    assert "这不是本系统发出的报送表" in tracker.refused("form", "file", tmp_path / "a.xlsx")
    assert "丙县" in tracker.refused("form", "issue", SLUG, PERIOD, "丙县", "-o", tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()
