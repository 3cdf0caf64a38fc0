"""Accounts of invented rounds, for tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from tracker.reports.accounts.account import Heading, account_of

if TYPE_CHECKING:
    from tracker.reports.accounts.account import Account
    from tracker.reports.data import RoundReport

KINDS: Final = ("report", "circular", "summary")
WORDS: Final = {
    "addressee": "各县（市、区）人民政府",
    "overall": "办公室写的第一段。\n\n办公室写的第二段。",
    "praise": "办公室写的表扬。",
    "next_steps": "办公室写的要求。",
    "copies_to": "示例市委办公室",
}


def gettext(text: str) -> str:
    return text


def heading(kind: str = "report", **changes: object) -> Heading:
    values: dict[str, object] = {
        "kind": kind,
        "title": "关于示例任务落实情况的文件",
        "number": 3,
        "year": 2024,
        "edition": 1,
        "issuer": "示例市督查室",
        "issued_on": date(2024, 10, 15),
    }
    return Heading(**(values | changes))  # type: ignore[arg-type]


def account(report: RoundReport, kind: str = "report", words: dict[str, str] | None = None) -> Account:
    return account_of(report, WORDS if words is None else words, heading(kind), gettext)
