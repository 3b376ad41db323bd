"""A service of AWS that is in trouble: a real socket on loopback to which clients of boto3 are led.

It counts the tries. What it is not in trouble with, it hands on to a sound service.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What is wrong with the service."""

    SILENT = "takes the connection and never answers"
    HALF = "answers half and stops"
    CLOSED = "closes the connection"
    NOBODY = "does not take connections"
    LOST = "does what it is asked, and the answer is lost"
    THROTTLED = "ThrottlingException"
    THROUGHPUT = "ProvisionedThroughputExceededException"
    LIMIT = "RequestLimitExceeded"
    SLOW_DOWN = "SlowDown"
    TOO_MANY = "TooManyRequestsException"
    CANCELLED = "TransactionCanceledException"
    BROKEN = "InternalServerError"
    PAGE = "another server's page"


class FaultyService:
    """Listens while it is used as a context.

    fault: what is wrong, None for nothing. upstream: the address of the sound service. only: the
    operations (`PutItem`) that it is in trouble with; empty for all. times: after how many tries
    the trouble is over. tries: counts what was asked, by operation.
    """

    def __init__(self, fault: Fault | None, upstream: str = "") -> None:
        self.upstream = upstream
        self.tries: Counter[str] = Counter()
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(), False)
        self._server.daemon_threads = True
        self._server.server_bind()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._listens = fault is not Fault.NOBODY
        self.set_fault(fault)

    def set_fault(self, fault: Fault | None, *only: str, times: int = 1_000_000) -> None:
        """Begin a trouble of another kind, or end it, and count anew."""
        self.fault, self.only, self.left = fault, only, times
        self.tries.clear()

    def __enter__(self) -> FaultyService:
        if self._listens:
            self._server.server_activate()
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._listens:
            self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                with suppress(OSError):
                    super().handle_one_request()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = self.headers.get("X-Amz-Target", self.path).rpartition(".")[2]
                service.tries[asked] += 1
                service.answer(self, asked, body)

            do_GET = do_HEAD = do_PUT = do_DELETE = do_POST  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def answer(self, to: BaseHTTPRequestHandler, asked: str, body: bytes) -> None:
        """Answer one request, or do not."""
        in_trouble = self.fault and self.left > 0 and (asked in self.only or not self.only)
        self.left -= bool(in_trouble)
        match self.fault if in_trouble else None:
            case None:
                self._hand_on(to, body)
            case Fault.LOST:
                self._hand_on(None, body, to)
                _close(to)
            case Fault.SILENT:
                self._ended.wait()
                _close(to)
            case Fault.HALF:
                to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")
                self._ended.wait()
                _close(to)
            case Fault.CLOSED:
                _close(to)
            case Fault.BROKEN:
                _say(to, 500, json.dumps({"__type": "x#InternalServerError"}))
            case Fault.PAGE:
                _say(to, 502, "<html><h1>Bad gateway</h1></html>")
            case Fault.CANCELLED:
                reasons = [{"Code": "None"}, {"Code": "ThrottlingError"}]
                told = {"__type": f"x#{self.fault}", "CancellationReasons": reasons}
                _say(to, 400, json.dumps(told))
            case code:
                _say(to, 400, json.dumps({"__type": f"x#{code}"}))

    def _hand_on(
        self,
        to: BaseHTTPRequestHandler | None,
        body: bytes,
        asking: BaseHTTPRequestHandler | None = None,
    ) -> None:
        """Ask the sound service. to: who gets its answer."""
        asks = to or asking
        assert asks and self.upstream, "there is no sound service"
        sound = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=60)
        sound.request(asks.command, asks.path, body, dict(asks.headers.items()))
        answer = sound.getresponse()
        said = answer.read()
        sound.close()
        if to:
            to.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    to.send_header(name, value)
            to.send_header("Content-Length", str(len(said)))
            to.end_headers()
            to.wfile.write(said)


def _close(to: BaseHTTPRequestHandler) -> None:
    to.close_connection = True
    with suppress(OSError):
        to.connection.shutdown(socket.SHUT_RDWR)


def _say(to: BaseHTTPRequestHandler, status: int, body: str) -> None:
    to.send_response_only(status)
    to.send_header("Content-Type", "application/x-amz-json-1.0")
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body.encode())
