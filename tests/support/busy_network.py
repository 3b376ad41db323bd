"""A network in which everybody has done an act as often as is free: what comes after that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from chalicelib.core.times import epoch, utc_now
from chalicelib.limits.acts import Act, window_of
from chalicelib.limits.client_address import client_mark
from tests.running import RunningStack
from tests.stack.residents import registry


@contextmanager
def used_up(stack: RunningStack, used: Mapping[Act, int]) -> Iterator[None]:
    """Everybody on this machine has done each act so many times in this hour."""
    table, now = registry(stack), utc_now()
    secret = stack.client("secretsmanager").get_secret_value(
        SecretId=stack.target.outputs()["SecretArn"]
    )
    key = str(json.loads(secret["SecretString"])["key"]).encode()
    keys = [
        (f"CLIENT#{client_mark(key, '127.0.0.1', window_of(at))}", act)
        for at in (now, now + timedelta(hours=1))  # the test may run as the hour ends
        for act in used
    ]
    for pk, act in keys:
        later = epoch(now + timedelta(hours=3))
        table.put({"PK": pk, "SK": f"ACT#{act}", "times": used[act], "expires_at": later})
    yield
    for pk, act in keys:
        table.delete(pk, f"ACT#{act}")
