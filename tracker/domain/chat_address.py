"""Addresses of chat robots as Apprise writes them (`wecombot://KEY`): a secret, for whoever knows one can post."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

# 企业微信、钉钉、飞书: their hosts are fixed by the schema.
SCHEMAS: Final = frozenset({"wecombot", "dingtalk", "feishu"})
# What a table says to take a robot away.
NONE: Final = frozenset({"-", "无"})
# No query: there Apprise takes options that are not the office's to set, such as leaving certificates unchecked.
_ADDRESS: Final = re.compile(r"([a-z][a-z0-9]{1,20})://[!-\"$->@-~]{1,470}", re.ASCII)
# Carries an IPv4 address inside (RFC 6052).
_TRANSLATED: Final = ip_network("64:ff9b::/96")


def is_chat_address(url: str, more: Collection[str]) -> bool:
    """`more` are the schemas that the office allows besides."""
    found = _ADDRESS.fullmatch(url)
    return found is not None and (found[1] in SCHEMAS or found[1] in more)


def masked(url: str) -> str:
    """What may be shown: `wecombot://…`."""
    return f"{url.partition('://')[0]}://…" if url else ""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it lies in the internet at large: no loopback, link-local, private, shared or reserved range, also
    none that is written inside an IPv6 address."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo is not None:
            return False
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved
