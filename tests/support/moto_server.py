"""Moto, another emulator than the stack's, on a free port of loopback while it is a context.

It runs in the environment of requirements-opinion.in: its packages would not fit beside ours.
"""

from __future__ import annotations

import subprocess
import time
from typing import Any, Self

import boto3
import httpx

from infra.building.environments import install_environment
from infra.localstack.emulator import free_port


class MotoServer:
    """Starts moto's server and makes clients of it."""

    def __init__(self) -> None:
        program = install_environment("opinion", "second opinions beside the emulator")
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process = subprocess.Popen(
            [program / "moto_server", "-H", "127.0.0.1", "-p", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        until = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < until:
            try:
                httpx.get(f"{self.url}/moto-api/data.json")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return self
        self._stop()
        raise AssertionError("moto's server does not answer")

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name="eu-west-2",
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
