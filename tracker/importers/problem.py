"""Problem: what a person has to look at in a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a document that a person has to look at. A blocking one keeps the document from being stored."""

    where: str
    code: str
    message: str
    is_blocking: bool = True
