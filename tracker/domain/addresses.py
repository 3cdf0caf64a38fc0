"""Mail addresses as far as the tracker reads them: what is after the @."""

from __future__ import annotations


def domain_of(address: str) -> str:
    """The domain in lower case: Example.ORG and example.org are one; "" where there is none."""
    _local, at, domain = address.strip().rpartition("@")
    return domain.casefold() if at else ""
