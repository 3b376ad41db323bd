"""Who a client is: only what our own hops wrote counts, and no address is kept as it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.limits.acts import BUDGETS, Act, window_end, window_of
from chalicelib.limits.client_address import NOBODY_KNOWN, client_mark, client_network

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CLOUDFRONT = "130.176.0.7"


@pytest.mark.parametrize(
    "forwarded, network",
    [
        (f"203.0.113.7, {CLOUDFRONT}", "203.0.113.7"),
        (f"10.0.0.1, 198.51.100.2, 203.0.113.7, {CLOUDFRONT}", "203.0.113.7"),
        (f"2001:db8:1:2:aaaa:bbbb:cccc:dddd, {CLOUDFRONT}", "2001:db8:1:2::/64"),
        (f"2001:db8:1:2::1, {CLOUDFRONT}", "2001:db8:1:2::/64"),
        (f"::ffff:203.0.113.7, {CLOUDFRONT}", "203.0.113.7"),
        ("203.0.113.7", NOBODY_KNOWN),
        ("", NOBODY_KNOWN),
        (f"not an address, {CLOUDFRONT}", NOBODY_KNOWN),
    ],
)
def test_only_what_our_own_hops_wrote_counts(forwarded: str, network: str) -> None:
    assert client_network(forwarded, 2) == network


def test_the_emulators_gateway_adds_nothing() -> None:
    assert client_network("198.51.100.2, 127.0.0.1", 1) == "127.0.0.1"


def test_what_is_kept_tells_no_address_and_changes_with_the_hour() -> None:
    now, key = window_of(NOW), b"k" * 32
    mark = client_mark(key, "203.0.113.7", now)
    assert len(mark) == 64 and "203" not in mark[:3]
    assert mark == client_mark(key, "203.0.113.7", now)
    others = [
        client_mark(key, "203.0.113.8", now),
        client_mark(key, "203.0.113.7", window_of(window_end(NOW))),
        client_mark(b"j" * 32, "203.0.113.7", now),
    ]
    assert mark not in others


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_budget_that_a_crowd_does_not_meet(act: Act) -> None:
    budget = BUDGETS[act]
    assert 50 <= budget.free <= budget.most
    assert budget.owner <= budget.free
