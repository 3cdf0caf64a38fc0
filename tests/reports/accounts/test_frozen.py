"""A published account as bytes: the same every time, and the same again when it is read."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date

import pytest

from tests.reports.factory import Filed, TaskText, full_round, make_report
from tracker.reports.accounts.account import Heading, account_of
from tracker.reports.accounts.frozen import account_json, differences, freeze, hash_of, thaw

HEADING = Heading("report", "示例报告", 3, 2024, 2, "示例办公室", date(2024, 10, 8))
WORDS = {"overall": "一段。\n二段。"}
EVIL = "=1+1\n{{ 7*7 }}<w:p/>\u202e&amp;\U0001f600"


def test_the_same_account_gives_the_same_bytes_and_comes_back_as_it_was() -> None:
    report = make_report([(TaskText(EVIL), [Filed("市示例局", EVIL, is_lead=True), Filed(EVIL, EVIL)])])
    account = account_of(report, WORDS, HEADING, str)
    data = freeze(report, WORDS, HEADING, "zh_CN", account)
    assert data == freeze(report, dict(WORDS), HEADING, "zh_CN", account)
    found = thaw(data)
    assert (found.report, found.words, found.heading) == (report, WORDS, HEADING)
    assert account_json(account_of(found.report, found.words, found.heading, str)) == found.account


def test_another_figure_gives_another_hash() -> None:
    report = full_round(lambda *_: "进展", tasks=2, counties=2)
    account = account_of(report, {}, HEADING, str)
    other = replace(account, task_count=account.task_count + 1)
    assert hash_of(freeze(report, {}, HEADING, "zh_CN", account)) != hash_of(
        freeze(report, {}, HEADING, "zh_CN", other)
    )


@pytest.mark.parametrize(
    "data", [b"", b"forged", gzip.compress(b"{}", mtime=0), gzip.compress(b'{"schema": 2}', mtime=0)]
)
def test_what_was_not_frozen_here_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, OSError, EOFError)):
        thaw(data)


def test_differences_are_named_by_their_place() -> None:
    before = {"counts": {"filed": 1, "late": 0}, "kinds": [{"units": 2}], "title": "甲"}
    after = {"counts": {"filed": 2, "late": 0}, "kinds": [{"units": 2}, {"units": 1}], "new": True}
    assert list(differences(before, after)) == [
        ("counts.filed", 1, 2),
        ("kinds[2]", None, {"units": 1}),
        ("title", "甲", None),
        ("new", None, True),
    ]
    assert list(differences(before, before)) == []
