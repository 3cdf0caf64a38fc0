"""The annex as LibreOffice prints it: as many pages as planned, every text whole on them."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.reports.factory import Filed, TaskText, full_round, make_report
from tests.reports.sheets.test_workbook_sheets import with_everything
from tracker.reports.sheets.annex_pages import annex_pages
from tracker.reports.sheets.workbook import render_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.reports.data import RoundReport


def same(text: str) -> str:
    return text


def text_of(task: int, unit: int) -> str:
    """299 characters and an end mark: words, figures, Latin, and for every third unit ten line breaks."""
    parts = [
        f"第{task}项第{unit}家新建示范基地12个，同比增长3.5%，“十四五”规划（二期）GIS平台上线；"
        for _ in range(10)
    ]
    return ("\n" if unit % 3 == 0 else "").join(parts)[:299] + "终"


def printed(report: RoundReport, folder: Path) -> list[str]:
    """The pages of the workbook as LibreOffice prints it, without white space."""
    if not shutil.which("soffice"):
        pytest.skip("NOT RUN: the printed annex needs LibreOffice (apt-get install libreoffice-calc)")
    (folder / "round.xlsx").write_bytes(render_workbook(report, same))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command: list[str | Path] = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        folder,
        folder / "round.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [_squeezed(page.extract_text()) for page in PdfReader(folder / "round.pdf").pages]


def test_libreoffice_prints_the_planned_pages_with_every_text(tmp_path: Path) -> None:
    report = full_round(text_of, tasks=5)
    plan = annex_pages(report, same)
    pages = printed(report, tmp_path)
    # The page after the last one of the annex begins with the header of the flat sheet.
    assert "首次报送时间" in pages[len(plan)]
    assert not any("首次报送时间" in page for page in pages[: len(plan)])
    for page, words in zip(plan, pages, strict=False):
        for row in page.rows:
            assert _squeezed(row.text) in words


def test_every_sheet_is_printed_with_its_words(tmp_path: Path) -> None:
    report = with_everything(full_round(text_of, tasks=3, counties=3), "=7000+777示例")
    pages = printed(report, tmp_path)
    titles = load_workbook(tmp_path / "round.xlsx").sheetnames
    by_sheet = {title: [page for page in pages if re.search(rf"共\d+页{title}", page)] for title in titles}
    assert len(titles) == 9
    assert all(by_sheet.values())
    flat, history = ("".join(by_sheet[title]) for title in ("落实进度明细", "历期进度"))
    for task in report.tasks:
        for entry in task.entries:
            assert flat.count(_squeezed(entry.text)) == 1
        assert history.count(_squeezed(task.entries[0].text)) == 1
        for past in task.past:
            assert history.count(past.words) == 1
    assert "7777" not in "".join(pages)


def test_nothing_a_unit_typed_is_calculated(tmp_path: Path) -> None:
    texts = ("=7000+777", "+7000+777", "-1+7778", "=SUM(7000,777)", "#N/A")
    report = make_report([(TaskText("任务"), [Filed(f"示例{n}县", text) for n, text in enumerate(texts)])])
    words = "".join(printed(report, tmp_path))
    # Once in the annex and once in the flat sheet.
    assert all(words.count(text) >= 2 for text in texts)
    assert "7777" not in words.replace("-1+7778", "")


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
