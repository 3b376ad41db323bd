"""The event that has a file put together: its form, and that losing it harms nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from chalicelib.evidence.receiving.assembly import EVENT_SOURCE, PARTS_SENT, PartsSentEvents
from chalicelib.jobs.inputs import read_object
from infra.building.templates import STAGE
from tests.unit.evidence.evidence_row import ROW

TEMPLATE = STAGE / "functions.yaml"


class Bus:
    """An event bus that takes, refuses or fails."""

    def __init__(self, failed: int = 0, error: Exception | None = None) -> None:
        self.entries: list[dict[str, str]] = []
        self._failed, self._error = failed, error

    def put_events(self, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's
        if self._error:
            raise self._error
        self.entries += Entries
        return {"FailedEntryCount": self._failed}


def test_the_event_has_the_form_that_the_job_reads() -> None:
    bus = Bus()
    PartsSentEvents(bus, "evidence-1").announce(ROW)
    (entry,) = bus.entries
    read = read_object(json.loads(entry["Detail"]))
    assert (read.bucket.name, read.object.key) == ("evidence-1", ROW.key)


@pytest.mark.parametrize("bus", [Bus(failed=1), Bus(error=OSError("no bus"))])
def test_an_event_that_is_lost_is_no_error_for_the_sender(bus: Bus) -> None:
    PartsSentEvents(bus, "evidence-1").announce(ROW)


def test_the_rule_of_the_template_lets_the_event_through() -> None:
    yaml.SafeLoader.add_multi_constructor("!", lambda loader, suffix, node: None)
    template = yaml.safe_load(TEMPLATE.read_text())
    events = template["Resources"]["ReceiveUpload"]["Properties"]["Events"]
    pattern = events["ReceiveUploadEvent"]["Properties"]["Pattern"]
    assert EVENT_SOURCE in pattern["source"]
    assert PARTS_SENT in pattern["detail-type"]
