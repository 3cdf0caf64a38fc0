"""tracker template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.actions.documents.test_change_document_template import BROKEN, OWN
from tracker.reports.documents.word import packaged_template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command


def test_save_use_and_restore(tracker: Command, site: Path) -> None:
    out = site / "circular.docx"
    tracker.ok("template", "save", "circular", "-o", str(out))
    assert out.read_bytes() == packaged_template("circular")
    own = site / "本办.docx"
    own.write_bytes(OWN)
    assert tracker.ok("template", "use", "circular", str(own)).out == "模板已保存，下一份文件起使用。\n"
    assert tracker.ok("template", "list").out.splitlines()[1:] == [
        "report\t自带\t",
        "circular\t本办.docx\t",
        "summary\t自带\t",
    ]
    tracker.ok("template", "save", "circular", "-o", str(out))
    assert out.read_bytes() == OWN
    assert tracker.ok("template", "restore", "circular").out == "已恢复自带模板。\n"
    assert tracker.ok("template", "restore", "circular").out == "没有改动，无需保存。\n"


def test_a_mistake_and_an_unknown_kind_are_refused(tracker: Command, site: Path) -> None:
    broken = site / "坏的.docx"
    broken.write_bytes(BROKEN)
    answer = tracker("template", "use", "report", str(broken))
    assert answer.code == 1
    assert "正文第 2 段“{{ ''.__class__ }}”：不能使用以下划线开头的“__class__”。" in answer.err
    assert "report、circular、summary" in tracker("template", "restore", "letter").err
    assert "report\t自带\t" in tracker.ok("template", "list").out
