"""So many messages in a second and no more, whoever sends them."""

from __future__ import annotations

import pytest

from chalicelib.notifications import rate_limiter
from chalicelib.notifications.rate_limiter import RateLimiter


class Watch:
    """A clock whose time passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(rate_limiter, "time", watch)
    return watch


def test_the_first_goes_at_once_and_each_further_one_after_its_gap(watch: Watch) -> None:
    pace = RateLimiter(4)
    for _ in range(3):
        pace.wait()
    assert watch.slept == [0, 0.25, 0.25]
    watch.now += 10
    pace.wait()
    assert watch.slept[3:] == [0], "who waited long enough waits no more"


def test_many_at_once_take_the_room_of_many(watch: Watch) -> None:
    pace = RateLimiter(2)
    pace.wait(5)
    pace.wait()
    pace.wait()
    assert watch.slept == [0, 2.5, 0.5]


def test_without_a_rate_nobody_waits(watch: Watch) -> None:
    for pace in (RateLimiter(0), RateLimiter(-1)):
        pace.wait(100)
        pace.wait()
    assert watch.slept == []
