"""Logs, figures and traces by themselves: whose id, which line, and what a trace may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models.segment import Segment
from aws_xray_sdk.core.models.subsegment import Subsegment

from chalicelib.core.errors import Conflict
from chalicelib.telemetry import around, traces
from chalicelib.telemetry.around import observed, observed_job
from chalicelib.telemetry.logs import begin_call, follow_request, followed_id, id_to_hand_on, logger
from chalicelib.telemetry.metrics import Meter, Metric, counts
from chalicelib.telemetry.traces import annotate, is_traced, reduce_segment, status_class
from chalicelib.telemetry.workers import Workers


@dataclass
class Context:
    """What Lambda gives a function."""

    aws_request_id: str = "call-1"
    function_name: str = "f"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn"


@pytest.fixture(scope="module", autouse=True)
def no_daemon() -> Iterator[None]:
    """The SDK opens a socket when it is loaded, for as long as a function lives."""
    yield
    xray_recorder.emitter._socket.close()


class Counted:
    """Keeps what is counted."""

    def __init__(self) -> None:
        self.seen: list[Metric] = []

    def add(self, metric: Metric, value: float = 1) -> None:
        self.seen.append(metric)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    found = Counted()
    monkeypatch.setattr(around, "counts", lambda: found)
    return found


def test_each_call_begins_with_its_own_id_and_forgets_the_last() -> None:
    ids = []

    @observed
    def handler(event: str, _: Any) -> None:
        ids.append(followed_id())
        follow_request(event)
        ids.append(followed_id())

    handler("request-1", Context("call-1"))
    handler("", Context("call-2"))
    assert ids == ["call-1", "request-1", "call-2", "call-2"]


def test_a_request_goes_before_what_is_followed_when_work_is_handed_on() -> None:
    begin_call("call-1")
    assert id_to_hand_on() == "call-1"
    assert id_to_hand_on("request-1") == "request-1"
    assert followed_id() == "call-1"


def test_threads_carry_on_for_whoever_gave_them_work() -> None:
    """Also those of a pool that is older than the call."""
    with Workers(1) as pool:
        begin_call("call-1")
        assert pool.submit(followed_id).result() == "call-1"
        begin_call("call-2")
        assert list(pool.map(lambda _: followed_id(), range(3))) == ["call-2"] * 3
        other: Future[Any] = pool.submit(follow_request, "request-1")
        other.result()
        assert followed_id() == pool.submit(followed_id).result() == "call-2"


def test_what_is_expected_is_raised_and_not_counted(counted: Counted) -> None:
    @observed
    def handler(event: Any, _: Any) -> None:
        raise event

    with pytest.raises(Conflict):
        handler(Conflict("Not now."), Context())
    assert counted.seen == []
    with pytest.raises(KeyError):
        handler(KeyError("x"), Context())
    assert counted.seen == [Metric.UNEXPECTED_ERRORS]


def test_every_line_of_level_error_is_counted_and_no_other(counted: Counted) -> None:
    logger.info("well")
    logger.warning("late")
    assert counted.seen == []
    logger.error("a person should look")
    assert counted.seen == [Metric.UNEXPECTED_ERRORS]


def test_a_job_gets_its_event_and_keeps_its_answer() -> None:
    class Event:
        context = Context("call-7")

        def to_dict(self) -> dict[str, Any]:
            return {}

    @observed_job
    def job(event: Event) -> str:
        return f"{followed_id()} {type(event).__name__}"

    assert job(Event()) == "call-7 Event"


def test_a_figure_is_one_line_in_cloudwatchs_format() -> None:
    written: list[str] = []
    begin_call("call-1")
    Meter("live", written.append).add(Metric.UPLOAD_BYTES, 5_000)
    (line,) = written
    assert line.endswith("}\n") and line.count("\n") == 1
    found = json.loads(line)
    (group,) = found.pop("_aws")["CloudWatchMetrics"]
    assert group["Namespace"] == "Sightline"
    assert group["Metrics"] == [{"Name": "UploadBytes", "Unit": "Bytes"}]
    assert [sorted(one) for one in group["Dimensions"]] == [["service", "stage"]]
    assert found == {
        "service": "sightline",
        "stage": "live",
        "correlation_id": "call-1",
        "UploadBytes": [5_000.0],
    }


def test_nothing_is_counted_or_traced_outside_lambda(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAMBDA_TASK_ROOT", raising=False)
    counts().add(Metric.SEARCHES)
    annotate(Outcome="2xx")
    assert capsys.readouterr().out == ""
    assert not is_traced()
    assert not traces.tracer.cache_info().currsize
    monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
    assert is_traced()
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    assert not is_traced()


def test_names_of_figures_are_their_own() -> None:
    assert len({metric.label for metric in Metric}) == len(Metric)


@pytest.mark.parametrize("status, group", [(200, "2xx"), (303, "3xx"), (404, "4xx"), (503, "5xx")])
def test_outcomes_are_groups_of_statuses(status: int, group: str) -> None:
    assert status_class(status) == group


def test_of_a_document_only_what_may_be_kept_is_sent() -> None:
    """A real document of the SDK, with everything that it records of a failed call to S3."""
    segment = Segment("function", traceid="1-0-0")
    call = Subsegment("s3", "aws", segment)
    call.set_aws({
        "operation": "GetObject", "region": "eu-west-2", "request_id": "R1", "bucket_name": "b",
        "key": "requests/zebedee/file", "version_id": "zebedee", "copy_source": "zebedee",
    })  # fmt: skip
    call.put_http_meta("status", 403)
    call.put_http_meta("url", "https://zebedee.example")
    call.put_annotation("Route", "GET /reply/{token}")
    call.put_annotation("Owner", "zebedee")
    call.put_metadata("answer", {"name": "zebedee"})
    call.set_sql({"sanitized_query": "zebedee"})
    call.add_exception(ValueError("pat@zebedee.example is not verified"), [], remote=True)
    inner = Subsegment("inner", "local", segment)
    inner.put_metadata("answer", "zebedee")
    call.subsegments.append(inner)
    call.close()
    inner.close()
    assert "zebedee" in call.serialize()
    sent = reduce_segment(call.to_dict())
    assert "zebedee" not in json.dumps(sent)
    assert sent["aws"] == {"operation": "GetObject", "region": "eu-west-2", "request_id": "R1"}
    assert sent["http"] == {"response": {"status": 403}}
    assert sent["annotations"] == {"Route": "GET /reply/{token}"}
    assert [one["type"] for one in sent["cause"]["exceptions"]] == ["ValueError"]
    assert sent["fault"] and sent["error"] and sent["end_time"] >= sent["start_time"]
    assert [one["name"] for one in sent["subsegments"]] == ["inner"]
    assert (sent["id"], sent["trace_id"]) == (call.id, segment.trace_id)


def test_of_an_error_recorded_before_only_its_document_tells() -> None:
    segment = Segment("function", traceid="1-0-0")
    error = ValueError("zebedee")
    first, second = Subsegment("a", "local", segment), Subsegment("b", "local", segment)
    first.add_exception(error, [])
    second.add_exception(error, [])
    assert "cause" in reduce_segment(first.to_dict())
    assert "cause" not in reduce_segment(second.to_dict())
    assert reduce_segment(second.to_dict())["fault"]
