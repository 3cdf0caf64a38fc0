"""The child process: what it gives, what it may not do, and what is believed of its answer."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.importers.conftest import Table
from tests.importers.hostile import compound_file, pdf_bomb, workbook
from tracker.errors import UnreadableFileError
from tracker.importers.contacts import read_contacts
from tracker.importers.document import read_document
from tracker.importers.files.limits import MAX_BYTES, MEGABYTE, READING
from tracker.importers.files.refusals import (
    MacroError,
    ReaderFailedError,
    RefusedFileError,
    ResultTooLargeError,
    SheetTooLargeError,
    TooLargeFileError,
    TooManyCellsError,
    TooMuchMemoryError,
    TooSlowError,
    refusal,
)
from tracker.importers.files.source import SourceFile
from tracker.importers.sandbox import read_in_child, read_untrusted
from tracker.importers.wire import pack_refusal, unpack

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[Table], Path]

TABLE = Table(
    rows=(
        (1, "甲", "做一。", None, "市农业农村局、商务局，各县人民政府"),
        (2, None, "做二\0。", None, "市教育局"),
    ),
    merges=((4, 2, 5, 2),),
)
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NOT RUN: needs Linux")


def resident() -> int:
    """Memory of this process now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def test_the_child_gives_the_same_reading(write_docx: Write, write_text: Write) -> None:
    harmless = replace(TABLE, rows=(TABLE.rows[0],), merges=())
    for path in (write_docx(harmless), write_text(TABLE)):
        reading = read_untrusted(path)
        assert reading == read_document(path)
        assert reading.document.tasks
        assert reading.document.rules is not None


def test_problems_of_the_file_itself_come_back_with_their_place(write_text: Write) -> None:
    problems = read_untrusted(write_text(TABLE)).document.problems
    assert "invisible_characters" in [problem.code for problem in problems]


def test_the_real_documents_come_back_unchanged(sources: Path) -> None:
    paths = [path for path in sorted(sources.iterdir()) if path.suffix in (".txt", ".docx", ".xlsx")]
    assert len(paths) == 7
    for path in paths:
        assert read_untrusted(path) == read_document(path)


def test_a_refusal_comes_back_as_the_error_it_was() -> None:
    with pytest.raises(SheetTooLargeError, match="第 1048576 行") as caught:
        read_in_child(SourceFile("表.xlsx", workbook({"XFD1048576": "x"})))
    assert caught.value.code == "sheet_too_large"


def test_what_can_be_told_without_a_child_starts_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(TooLargeFileError):
        read_in_child(SourceFile("表.txt", b" " * (MAX_BYTES + 1)))
    with pytest.raises(MacroError):
        read_in_child(SourceFile("表.xlsm", workbook()))
    with pytest.raises(UnreadableFileError, match="没有这个文件"):
        read_untrusted(tmp_path / "无.xlsx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="NOT RUN: no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "表.xlsx")
    with pytest.raises(UnreadableFileError, match="不是普通文件"):
        read_untrusted(tmp_path / "表.xlsx")


@LINUX
def test_memory_is_capped_in_the_child_and_flat_in_the_parent() -> None:
    before = resident()
    with pytest.raises(TooMuchMemoryError, match="256 MB"):
        read_in_child(SourceFile("表.pdf", pdf_bomb(1_000_000_000)), replace(READING, memory=256 * MEGABYTE))
    assert resident() - before < 30 * MEGABYTE


@LINUX
def test_processor_time_is_capped() -> None:
    lines = "（一）做好各项工作，确保完成任务。\n".encode() * 300_000
    with pytest.raises(TooSlowError, match="1 秒"):
        read_in_child(SourceFile("表.txt", lines), replace(READING, cpu_seconds=1))


@LINUX
def test_the_answer_is_capped() -> None:
    lines = "（一）做好各项工作，确保完成任务。\n".encode() * 2_000
    with pytest.raises(ResultTooLargeError):
        read_in_child(SourceFile("表.txt", lines), replace(READING, output=10_000))


@LINUX
def test_time_is_up_for_the_child_and_for_what_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A LibreOffice that hangs; what it was given of our environment is written down on the way."""
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/environment\necho $$ > {tmp_path}/pid\nexec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setenv("TRACKER_SECRET", "do-not-tell")
    start = time.perf_counter()
    with pytest.raises(TooSlowError, match="3 秒"):
        read_in_child(SourceFile("表.doc", compound_file("WordDocument")), replace(READING, seconds=3))
    assert time.perf_counter() - start < READING.seconds
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        assert time.monotonic() < deadline, "the grandchild lives on"
        time.sleep(0.05)
    environment = (tmp_path / "environment").read_text()
    assert "do-not-tell" not in environment
    assert {line.partition("=")[0] for line in environment.splitlines()} <= {
        "PATH", "HOME", "TMPDIR", "LANG", "SAL_USE_VCLPLUGIN", "PWD", "SHLVL", "_", "OLDPWD",
    }  # fmt: skip


@LINUX
def test_the_child_reaches_no_network() -> None:
    program = (
        "import ctypes, socket, sys; from tracker.importers.child import leave_network; leave_network()\n"
        "try: socket.socket().connect(('127.0.0.1', int(sys.argv[1])))\n"
        "except OSError: print('unreachable')\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", program, port], capture_output=True, text=True, check=True
        )
    if not done.stdout:
        pytest.skip("NOT RUN: this system lets no ordinary process into a network of its own")
    assert done.stdout == "unreachable\n"


def test_threads_read_side_by_side(write_text: Write) -> None:
    path = write_text(replace(TABLE, rows=(TABLE.rows[0],), merges=()))
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(read_untrusted(path).document.tasks)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1, 1, 1, 1]


def test_lists_of_contacts_have_the_same_protection(tmp_path: Path) -> None:
    path = tmp_path / "联系人.csv"
    path.write_bytes(b"," * 5_000_000)
    with pytest.raises(TooManyCellsError):
        read_contacts(path)
    path = tmp_path / "联系人.xlsx"
    path.write_bytes(workbook({"A1": "单位", "B1": "邮箱", "A2": "市财\u200b政局", "B2": "a@example.org"}))
    rows, problems = read_contacts(path)
    assert [row.unit for row in rows] == ["市财政局"]
    assert [(problem.code, problem.is_blocking) for problem in problems] == [("invisible_characters", False)]


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.abort, ())  # type: ignore[return-value]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"read\n",
        b"read\n[]",
        b'read\n{"document": {"title": 1}, "note": "", "rows": []}',
        b'read\n{"document": {"title": "", "rules": null, "tasks": "x"}, "note": "", "rows": []}',
        b"read\n" + b"[" * 100_000,
        b"refused\n",
        b"refused\n{}",
        b"refused\n[]",
        b"refused\n" + b"[" * 100_000,
        b'refused\n{"name": "SystemExit", "fields": {"file": "a"}}',
        b'refused\n{"name": "TooSlowError", "fields": {"file": "a"}}',
        b'refused\n{"name": "TooSlowError", "fields": {}}',
        pickle.dumps(Evil()),
        b"read\n" + pickle.dumps(Evil()),
    ],
)
def test_an_answer_that_is_none_is_not_believed(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(answer, "document")


def test_a_child_that_dies_is_a_named_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ReaderFailedError, match="意外中断"):
        read_in_child(SourceFile("表.txt", b"x"))


def test_every_refusal_has_a_code_of_its_own_and_survives_the_way_back() -> None:
    kinds = RefusedFileError.__subclasses__()
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes)
    values = dict.fromkeys(
        ("known", "limit", "suffix", "content", "target", "part", "ratio", "where", "rows", "columns", "cells",
         "area", "line", "pages", "page", "seconds", "column"), "九"
    )  # fmt: skip
    for kind in kinds:
        error = kind(file="表.xlsx", **values)
        assert refusal(kind.__name__) is kind
        with pytest.raises(kind) as caught:
            unpack(pack_refusal(error), "document")
        assert str(caught.value) == str(error)
        # What is wrong, and what to do.
        assert "{" not in str(error)
        assert "表.xlsx" in str(error)
