"""Addresses that browsers use begin where the Content-Security-Policy allows."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from chalicelib.clients import Clients
from chalicelib.core.settings import Settings
from chalicelib.evidence.files import EvidenceBucket
from chalicelib.evidence.model import UploadPart
from chalicelib.web.http import headers


def settings(origin: str) -> Settings:
    values = dict.fromkeys(Settings.__dataclass_fields__, "x")
    return Settings(**{**values, "evidence_bucket": "evidence-1", "evidence_origin": origin})


@pytest.mark.parametrize(
    "origin",
    ["https://evidence-1.s3.eu-west-2.amazonaws.com", "http://127.0.0.1:4566"],
    ids=["on AWS", "emulated"],
)
def test_signed_addresses_are_of_the_allowed_origins(origin: str) -> None:
    own = settings(origin)
    session: Any = boto3.Session("AKIDEXAMPLE", "secret", "token", region_name="eu-west-2")
    signer = Clients(own, session=session).signer
    files = EvidenceBucket(signer, signer, own.evidence_bucket, own.inbox_bucket)
    policy = headers.security_headers(own)["Content-Security-Policy"].split("; ")
    allowed = {line.split()[0]: line.split()[1:] for line in policy}
    part, fields = files.sign_part("requests/r/e", "upload", UploadPart(2, 10, "", "c2hh"))
    assert part.startswith(f"{origin}/")
    assert origin in allowed["connect-src"]
    assert fields == {"x-amz-checksum-sha256": "c2hh"}
    assert "content-length%3Bhost%3Bx-amz-checksum-sha256" in part
    assert files.download_address("k", "v", "a.mp4").startswith(f"{origin}/")
    assert origin in allowed["media-src"]
    form, hidden = files.upload_form("r/s/f", "https://sightline.test/sent")
    assert form.startswith(own.inbox_origin)
    assert own.inbox_origin in allowed["form-action"]
    assert hidden["success_action_redirect"] == "https://sightline.test/sent"
