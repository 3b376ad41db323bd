"""A proof of work counts for the act and the client that it was asked of, and not for long."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.times import utc_now
from chalicelib.limits.acts import Act
from chalicelib.limits.asker import Asker, browser_mark, owner_of_mark
from chalicelib.limits.proof_of_work import LIFE, ProofsOfWork
from tests.support.proofs import solved

KEY = b"k" * 32
HERE = Asker("203.0.113.7")


class Clock:
    """A clock that the test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def proofs(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> ProofsOfWork:
    monkeypatch.setattr("chalicelib.limits.proof_of_work.COST", 1)
    return ProofsOfWork(clock, lambda: KEY)


def test_a_proof_is_taken_for_its_act_and_client(proofs: ProofsOfWork) -> None:
    sent = solved(proofs.challenge(Act.SIGN_IN, HERE))
    found = proofs.check(Act.SIGN_IN, HERE, sent)
    assert found and len(found.nonce) == 32
    assert proofs.check(Act.REGISTER, HERE, sent) is None
    assert proofs.check(Act.SIGN_IN, Asker("203.0.113.8"), sent) is None


def test_a_proof_does_not_keep(proofs: ProofsOfWork, clock: Clock) -> None:
    sent = solved(proofs.challenge(Act.SIGN_IN, HERE))
    clock.ahead = LIFE + timedelta(seconds=1)
    assert proofs.check(Act.SIGN_IN, HERE, sent) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"cost": 0},
        {"keyPrefix": ""},
        {"expiresAt": 9_999_999_999},
        {"nonce": "0" * 32},
        {"data": {"for": "x"}},
    ],
)
def test_a_challenge_cannot_be_made_easier(proofs: ProofsOfWork, changed: dict[str, Any]) -> None:
    challenge = proofs.challenge(Act.SIGN_IN, HERE)
    challenge["parameters"] |= changed
    if "cost" not in changed:
        sent = solved(challenge)
    else:
        solution = {"counter": 1, "derivedKey": "00", "time": 1}
        sent = base64.b64encode(
            json.dumps({"challenge": challenge, "solution": solution}).encode()
        ).decode()
    assert proofs.check(Act.SIGN_IN, HERE, sent) is None


NONSENSE = (
    b"[1]",
    b"\xff",
    b'{"challenge":{"parameters":{"nonce":1,"expiresAt":1e400}}}',
    b'{"challenge":{"parameters":{"nonce":"1","expiresAt":9999999999,"data":{"for":"\\ud800"}}}}',
    b"[" * 3000,
    b"x" * 10_000,
)


@pytest.mark.parametrize("sent", ["", "x", *(base64.b64encode(one).decode() for one in NONSENSE)])
def test_nonsense_proves_nothing(proofs: ProofsOfWork, sent: str) -> None:
    assert proofs.check(Act.SIGN_IN, HERE, sent) is None


def test_a_browser_remembers_its_owner_and_nobody_else() -> None:
    owner, other = "0123456789abcdef", "f" * 16
    mark = browser_mark(KEY, owner)
    assert owner_of_mark(KEY, mark) == owner
    for forged in ("", owner, f"{other}.{mark.partition('.')[2]}", mark + "0", mark[:-1]):
        assert owner_of_mark(KEY, forged) == ""
    assert owner_of_mark(b"j" * 32, mark) == ""
