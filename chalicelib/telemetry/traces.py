"""Traces: how long a call took, in which of AWS's services, and how it ended; never for whom.

They use powertools' Tracer on the X-Ray SDK, which is loaded with the first call of a function and
never outside Lambda. The SDK records more than may be kept, such as keys of S3 objects and texts of
errors, which name addresses. So every document is made anew from a list of what may be in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.telemetry.logs import SERVICE

if TYPE_CHECKING:
    from aws_lambda_powertools import Tracer

ANNOTATIONS = frozenset({"ColdStart", "Service", "Route", "Outcome"})
"""What a call may be annotated with. Route: method and pattern, never the path. Outcome: `2xx`,
`4xx` …, `done` or `failed`."""

_PLAIN = frozenset(
    {"id", "trace_id", "parent_id", "name", "type", "namespace", "start_time", "end_time"}
    | {"in_progress", "fault", "error", "throttle"}
)
_AWS = frozenset({"operation", "region", "request_id", "table_name", "index_name", "retries"})
"""What is kept of a call to AWS. request_id: AWS's own id of that call."""


def is_traced() -> bool:
    """Return True in Lambda, where traces can be sent, unless tracing is switched off."""
    off = os.environ.get("POWERTOOLS_TRACE_DISABLED", "").lower() in ("1", "true", "yes", "on")
    return bool(os.environ.get("LAMBDA_TASK_ROOT")) and not off


@lru_cache(maxsize=1)
def tracer() -> Tracer:
    """Return the one Tracer, with AWS clients' calls as subsegments; for use where `is_traced`."""
    from aws_lambda_powertools import Tracer
    from aws_xray_sdk.core import xray_recorder

    made = Tracer(service=SERVICE, auto_patch=False)
    xray_recorder.configure(emitter=_emitter(), streaming_threshold=0)
    made.patch(["botocore"])
    return made


def annotate(**known: str) -> None:
    """Annotate the trace of the call under way. known: names of ANNOTATIONS with their values."""
    if is_traced():
        for name, value in known.items():
            tracer().put_annotation(name, value)


def status_class(status: int) -> str:
    """Return the class of an HTTP status, `4xx` for 404."""
    return f"{status // 100}xx"


def reduce_segment(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of an X-Ray segment document with nothing in it but what may be kept."""
    kept = {name: value for name, value in document.items() if name in _PLAIN}
    aws = document.get("aws") or {}
    kept["aws"] = {name: str(value) for name, value in aws.items() if name in _AWS}
    status = document.get("http", {}).get("response", {}).get("status")
    if status is not None:
        kept["http"] = {"response": {"status": int(status)}}
    said = document.get("annotations") or {}
    kept["annotations"] = {name: value for name, value in said.items() if name in ANNOTATIONS}
    cause = document.get("cause")
    if isinstance(cause, Mapping):
        # Only the type of an error is kept, because its text can name people.
        kept["cause"] = {"exceptions": [_kind(one) for one in cause.get("exceptions", ())]}
    if inner := document.get("subsegments"):
        kept["subsegments"] = [reduce_segment(one) for one in inner]
    return {name: value for name, value in kept.items() if value != {}}


def _kind(exception: Mapping[str, Any]) -> dict[str, Any]:
    return {name: exception[name] for name in ("id", "type", "remote") if name in exception}


def _emitter() -> Any:
    """Return the SDK's emitter to the X-Ray daemon, changed to send reduced documents."""
    from aws_xray_sdk.core.emitters.udp_emitter import UDPEmitter

    class Reduced:
        """Stands for a segment of the SDK and serialises what `reduce_segment` keeps of it."""

        def __init__(self, entity: Any) -> None:
            self._entity = entity

        def serialize(self) -> str:
            return json.dumps(reduce_segment(self._entity.to_dict()), default=str)

    class Emitter(UDPEmitter):  # type: ignore[misc]  # the SDK carries no types
        """The SDK's emitter, sending reduced documents."""

        def send_entity(self, entity: Any) -> None:
            super().send_entity(Reduced(entity))

    return Emitter()
