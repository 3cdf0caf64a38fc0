"""What the office may write into the words of a mail."""

from __future__ import annotations

from typing import Final

from tracker.template_check import Grammar

GRAMMAR: Final = Grammar(
    longest=20_000,
    macros=frozenset({"button", "heading", "cell", "counts_table"}),
    # What a template may extend, include or import from.
    shared=frozenset({"mail/layout.html", "mail/macros.html", "mail/why.html", "mail/why.txt"}),
)
