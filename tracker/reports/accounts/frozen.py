"""A published account as bytes that stay: its figures, its words and the whole report, as gzipped JSON."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tracker.reports.accounts.account import Heading
from tracker.reports.json import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.reports.accounts.account import Account
    from tracker.reports.data import RoundReport

_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was published. `account` is the account as JSON, figure by figure as the documents printed it, in `language`."""

    report: RoundReport
    words: Mapping[str, str]
    heading: Heading
    language: str
    account: Mapping[str, Any]


def freeze(
    report: RoundReport, words: Mapping[str, str], heading: Heading, language: str, account: Account
) -> bytes:
    """The same account gives the same bytes."""
    values = {
        "schema": _SCHEMA,
        "words": dict(words),
        "heading": asdict(heading) | {"issued_on": heading.issued_on and heading.issued_on.isoformat()},
        "language": language,
        "account": account_json(account),
        "report": to_json(report),
    }
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), 6, mtime=0)


def thaw(data: bytes) -> Frozen:
    """Raises ValueError, or OSError for what is no gzip, where `data` was not made by `freeze`."""
    values = json.loads(gzip.decompress(data))
    if values.get("schema") != _SCHEMA:
        raise ValueError(values.get("schema"))
    heading = values["heading"]
    issued_on = heading["issued_on"] and date.fromisoformat(heading["issued_on"])
    return Frozen(
        from_json(values["report"]),
        values["words"],
        Heading(**heading | {"issued_on": issued_on}),
        values["language"],
        values["account"],
    )


def hash_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def account_json(account: Account) -> dict[str, Any]:
    """Every field of the account; what JSON has no word for is written as text."""
    assert is_dataclass(account)  # noqa: S101 - a programming mistake, not an input
    values: dict[str, Any] = json.loads(json.dumps(asdict(account), ensure_ascii=False, default=str))
    return values


def differences(before: object, after: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Where two JSON values differ: the path of each difference, what stood there and what stands there now."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from differences(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            first = before[place] if place < len(before) else None
            second = after[place] if place < len(after) else None
            yield from differences(first, second, f"{path}[{place + 1}]")
    elif before != after:
        yield path, before, after
