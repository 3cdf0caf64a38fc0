"""What the command line says and shows: words in the user's language, JSON, progress on a terminal only."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.i18n import SOURCE_LANGUAGE, translations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

T = TypeVar("T")

# Help texts are made while the commands are defined, before any config is read.
_catalog = translations(os.environ.get("TRACKER_LANGUAGE", SOURCE_LANGUAGE))
gettext = _catalog.gettext


def say(text: str, **fields: object) -> None:
    """A translated line on stdout."""
    print(gettext(text).format(**fields))


def note(text: str, **fields: object) -> None:
    """A translated line on stderr: for people, not for what reads the output."""
    print(gettext(text).format(**fields), file=sys.stderr)


def fail(text: str) -> None:
    """An error, already in the user's words."""
    print(gettext("错误：") + text, file=sys.stderr)


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Aligned columns on a terminal, tab-separated lines in a pipe."""
    if not sys.stdout.isatty():
        for row in [headings, *rows]:
            print("\t".join(str(value) for value in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(str(value), overflow="fold") for value in row))
    Console().print(table)


@contextmanager
def working(text: str) -> Iterator[None]:
    """A moving bar while something of unknown length goes on; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        bar.add_task(gettext(text), total=None)
        yield


def progress(items: Sequence[T], text: str) -> Iterable[T]:
    """`items`, with a bar that says how far they are."""
    if not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description=gettext(text), console=Console(stderr=True), transient=True)
