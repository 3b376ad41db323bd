"""The deadline of a page: what may still begin, and what is said when nothing may."""

from __future__ import annotations

import json
import math
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from chalicelib.clients import ANSWER_WITHIN, TRIES, keep_to_deadline
from chalicelib.core import deadline
from chalicelib.core.deadline import answer_within, seconds_left, wait_at_most
from chalicelib.core.errors import Late, NoAnswer, Unavailable
from chalicelib.core.retries import retry
from chalicelib.telemetry.workers import Workers


class Clock:
    """A clock that moves when it is told to, or by sleeping."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.slept: list[float] = []
        monkeypatch.setattr("time.sleep", self.sleep)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_wait_is_never_longer_than_what_is_left(clock: Clock) -> None:
    with answer_within(10, changes=False, clock=clock):
        assert (wait_at_most(7), seconds_left()) == (7, 10)
        clock.now += 6
        assert wait_at_most(7) == 4
        clock.now += 4
        with pytest.raises(Late):
            wait_at_most(7)


def test_a_stage_that_gives_pages_more_time_gives_more_to_each_part(clock: Clock) -> None:
    with answer_within(80, changes=False, clock=clock, patience=4):
        assert (wait_at_most(7), wait_at_most(60)) == (28, 80)


def test_jobs_and_commands_have_no_deadline() -> None:
    assert not deadline.has_deadline() and seconds_left() == math.inf
    assert wait_at_most(600) == 600
    with answer_within(1, changes=False):
        assert deadline.has_deadline()
    assert not deadline.has_deadline()


def test_threads_have_the_deadline_of_the_call_that_they_work_for(clock: Clock) -> None:
    with Workers(2) as pool, answer_within(10, changes=False, clock=clock):
        assert list(pool.map(lambda _: seconds_left(), range(4))) == [10] * 4


@pytest.mark.parametrize("make", [deadline.late, deadline.no_answer])
def test_who_sent_something_is_told_that_it_may_not_have_been_saved(make: Any) -> None:
    with answer_within(1, changes=True):
        assert "We do not know if what you sent was saved" in make().sentence
    with answer_within(1, changes=False):
        assert "sent" not in make().sentence and "Try again in a minute." in make().sentence


class Busy(Exception):
    """A table is busy."""


def always_busy(asked: list[int]) -> None:
    asked.append(1)
    raise Busy


def test_retries_end_before_the_deadline(clock: Clock) -> None:
    asked: list[int] = []
    with answer_within(0.5, changes=True, clock=clock), pytest.raises(Unavailable, match="Busy"):
        retry(lambda: always_busy(asked), on=Busy, most=10_000, otherwise="Busy")
    assert sum(clock.slept) < 0.5 and 1 < len(asked) < 10_000


class AwsInTrouble:
    """A client of boto3, bound to deadlines, whose every try is answered with one error.
    seconds: what each try takes."""

    def __init__(self, clock: Clock, status: int, code: str, seconds: float = 0) -> None:
        self.tries = 0
        self.limits: list[float] = []
        self._answer = status, json.dumps({"__type": f"x#{code}"}).encode()
        self._clock, self._seconds = clock, seconds
        self.client = boto3.client(
            "dynamodb",
            region_name="eu-west-2",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=boto3.session.Config(retries={"mode": "standard", "total_max_attempts": 5}),
        )
        keep_to_deadline(self.client.meta)
        self.client.meta.events.register("before-send", self._refuse)

    def get(self) -> Any:
        return self.client.get_item(TableName="x", Key={"PK": {"S": "a"}, "SK": {"S": "b"}})

    def _refuse(self, request: Any, **_: Any) -> AWSResponse:
        status, body = self._answer
        self.tries += 1
        self.limits.append(request.context.get("read_timeout", 0))
        self._clock.now += self._seconds

        class Raw:
            def stream(self, **_: Any) -> Any:
                yield body

        return AWSResponse(request.url, status, {}, Raw())


BUSY = [
    (400, "ThrottlingException"),
    (400, "ProvisionedThroughputExceededException"),
    (400, "RequestLimitExceeded"),
    (400, "KmsThrottledException"),
    (429, "Whatever"),
    (500, "InternalServerError"),
    (503, "ServiceUnavailable"),
]


@pytest.mark.parametrize("status, code", BUSY)
def test_a_busy_service_is_asked_three_times_and_then_told(
    clock: Clock, status: int, code: str
) -> None:
    aws = AwsInTrouble(clock, status, code)
    with answer_within(25, changes=False, clock=clock), pytest.raises(NoAnswer):
        aws.get()
    assert aws.tries == (TRIES if code != "KmsThrottledException" else 1)


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"]
)
def test_faults_of_ours_stay_what_they_are(clock: Clock, code: str) -> None:
    aws = AwsInTrouble(clock, 400, code)
    with answer_within(25, changes=False, clock=clock), pytest.raises(ClientError, match=code):
        aws.get()
    assert aws.tries == 1


def test_a_job_asks_as_often_as_before_and_sees_the_service_s_own_error(clock: Clock) -> None:
    aws = AwsInTrouble(clock, 400, "ThrottlingException")
    with pytest.raises(ClientError, match="Throttling"):
        aws.get()
    assert (aws.tries, set(aws.limits)) == (5, {0})


@pytest.mark.parametrize("seconds, tries", [(0.9, 1), (1.9, 2), (25, 3)])
def test_no_try_begins_whose_pause_could_outlast_the_deadline(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, seconds: float, tries: int
) -> None:
    monkeypatch.setattr("random.random", lambda: 0.5)  # botocore's pauses: half of the longest
    aws = AwsInTrouble(clock, 500, "InternalServerError")
    with answer_within(seconds, changes=False, clock=clock), pytest.raises(NoAnswer):
        aws.get()
    assert aws.tries == tries and clock.now < 100 + seconds


def test_each_try_may_last_only_as_long_as_is_left(clock: Clock) -> None:
    aws = AwsInTrouble(clock, 500, "InternalServerError", seconds=6)
    with answer_within(20, changes=False, clock=clock):
        for _ in range(9):
            with pytest.raises(Unavailable) as told:
                aws.get()
        assert isinstance(told.value, Late)
    assert aws.limits[0] == ANSWER_WITHIN and aws.limits == sorted(aws.limits, reverse=True)
    assert all(limit > 0 for limit in aws.limits) and aws.tries <= 4
