"""What functions leave behind, read where it arrives: in their logs, and at X-Ray's daemon."""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.running import RunningStack
from tests.stack.calling import functions

Line = dict[str, Any]


@dataclass
class Logs:
    """The structured lines of all functions since a moment."""

    stack: RunningStack
    since: int = field(default_factory=lambda: int(time.time() * 1000) - 1)

    def texts(self) -> dict[str, list[str]]:
        """Function → everything in its log, oldest first."""
        logs, found = self.stack.client("logs"), {}
        for name, function in functions(self.stack).items():
            pages = logs.get_paginator("filter_log_events").paginate(
                logGroupName=f"/aws/lambda/{function}", startTime=self.since
            )
            events = [event["message"] for page in pages for event in page["events"]]
            found[name] = [line for text in events for line in text.splitlines()]
        return found

    def lines(self) -> dict[str, list[Line]]:
        """Function → its structured lines. What Lambda itself writes is none."""
        return {
            name: [json.loads(line) for line in texts if line.startswith("{")]
            for name, texts in self.texts().items()
        }

    def of(self, correlation_id: str) -> list[tuple[str, Line]]:
        """Function and line of everything with this id: the query of docs/operations.md."""
        return [
            (name, line)
            for name, lines in self.lines().items()
            for line in lines
            if line.get("correlation_id") == correlation_id
        ]

    def measured(self, correlation_id: str = "") -> dict[str, list[float]]:
        """Name of a metric → its values, of one id or of all."""
        found: dict[str, list[float]] = {}
        for lines in self.lines().values():
            for line in lines:
                if "_aws" not in line or correlation_id not in ("", line["correlation_id"]):
                    continue
                for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                    found.setdefault(metric["Name"], []).extend(line[metric["Name"]])
        return found


class Daemon:
    """Stands where X-Ray's daemon is, at the UDP port with the number of the emulator's own
    (infra.localstack.emulator): keeps the documents that functions send."""

    def __init__(self, stack: RunningStack) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        self._socket.bind(("127.0.0.1", int(stack.described["port"])))
        self._socket.settimeout(0.2)
        self._open = True
        self.texts: list[str] = []
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        while self._open:
            try:
                _, _, text = self._socket.recv(65_536).decode().partition("\n")
            except TimeoutError:
                continue
            self.texts.append(text)

    def documents(self) -> list[Line]:
        """All subsegments, those within others too."""
        found: list[Line] = [json.loads(text) for text in self.texts]
        for one in found:
            found.extend(one.get("subsegments", ()))
        return found

    def close(self) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()
