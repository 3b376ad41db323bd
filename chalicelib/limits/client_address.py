"""Who a client is: the network address that our own edge saw, and what is kept of it. Pure.

Threat: a client writes addresses into X-Forwarded-For to be somebody new each time. Each hop adds
the address of whom it heard from at the end, so that only the last entries are our own: CloudFront
adds the client's, API Gateway CloudFront's. What stands before them is anybody's word.

Threat: the addresses of people who registered become a list of who has a camera. An address is
kept as a keyed hash, for as long as its budget counts, and never logged; the hash of another hour
is another, so that nobody can be followed from one to the next.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from chalicelib.core.ids import keyed_hash

NOBODY_KNOWN = "unknown"
"""Stands for a client whose address did not come: all such clients share one budget."""

HOUSEHOLD = 64
"""Bits of an IPv6 address that name a connection; its owner may choose the others freely."""


def client_network(forwarded: str, hops: int) -> str:
    """Return the network that a client's budget belongs to: an IPv4 address, or the /64 of an IPv6
    address; NOBODY_KNOWN for a header that is not as our own hops write it.

    forwarded: the header X-Forwarded-For. hops: how many of its last entries our own hops wrote.
    """
    entries = [one.strip() for one in forwarded.split(",")]
    if hops < 1 or len(entries) < hops:
        return NOBODY_KNOWN
    try:
        address = ip_address(entries[-hops])
    except ValueError:
        return NOBODY_KNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), HOUSEHOLD), strict=False))
    return str(address)


def client_mark(key: bytes, network: str, window: str) -> str:
    """Return what is kept of a client in one window of time. key: the stage's secret."""
    return keyed_hash(key, "client", f"{network} {window}")
