"""Which chat robots may be written to, and what may be shown of them."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from tracker.domain.chat_address import is_chat_address, is_public, masked


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("wecombot://693a91f6-7xxx-4bc4-97a0", True),
        ("dingtalk://secret@token/13800000000", True),
        ("feishu://token", True),
        ("json://example.org/x", False),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", False),
        ("wecombot://key?verify=no", False),
        ("wecombot://key#x", False),
        ("wecombot://ke y", False),
        ("wecombot://key\nx", False),
        ("wecombot://密钥", False),
        ("WECOMBOT://key", False),
        ("wecombot://", False),
        ("wecombot:// " + "a" * 600, False),
        ("wecombot://" + "a" * 600, False),
    ],
)
def test_three_kinds_and_no_options(url: str, *, is_good: bool) -> None:
    assert is_chat_address(url, ()) is is_good


def test_the_office_may_allow_more() -> None:
    assert is_chat_address("json://example.org/x", ("json",))


@pytest.mark.parametrize(
    ("address", "is_outside"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_what_lies_outside_our_own_network(address: str, *, is_outside: bool) -> None:
    assert is_public(ip_address(address)) is is_outside


def test_the_key_is_never_shown() -> None:
    assert masked("wecombot://secret") == "wecombot://…"
    assert masked("") == ""
