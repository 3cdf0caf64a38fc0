"""Connections of other people's choosing, kept out of our own network: asked at every connection, so also after a
redirect, and of the very address that is then connected to, so that a name cannot change its meaning in between."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from urllib3.util import connection

from tracker.domain.chat_address import is_public

if TYPE_CHECKING:
    from collections.abc import Iterator

_refused: ContextVar[list[str] | None] = ContextVar("_refused", default=None)
_connect = connection.create_connection


class PrivateAddressError(OSError):
    """The host lies in the office's own network or on this machine."""


@contextmanager
def guarded() -> Iterator[list[str]]:
    """Inside, connections of this thread go to public addresses only. Gives the hosts that were refused."""
    refused: list[str] = []
    token = _refused.set(refused)
    try:
        yield refused
    finally:
        _refused.reset(token)


def _guarded_connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:  # noqa: ANN401 - as in urllib3
    refused = _refused.get()
    if refused is None:
        return _connect(address, *args, **kwargs)
    host, port = address
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    places = [str(place[4][0]) for place in found]
    if not places or not all(is_public(ip_address(place.partition("%")[0])) for place in places):
        refused.append(host)
        raise PrivateAddressError(host)
    return _connect((places[0], port), *args, **kwargs)


# Passed through untouched outside of `guarded`.
connection.create_connection = _guarded_connect
