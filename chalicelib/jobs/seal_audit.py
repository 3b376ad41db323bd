"""Writes the heads of the audit chains to the bucket that cannot be changed."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

job = Blueprint("chalicelib.jobs.seal_audit")


@job.schedule("rate(1 day)", name="seal_audit")
def seal_audit(event: Any) -> None:
    """Writes the heads of the audit chains to the bucket that cannot be changed."""
    raise NotImplementedError
