"""A part of a file that was damaged on its way is refused by S3, before anything of ours knows."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from chalicelib.evidence.model import UploadPart
from infra.first_day.running import StageOnTrial, TrialFinding, failed, proved
from infra.localstack.visitor import sha256_base64

QUESTION = "Does S3 refuse a part of a file that is not what was promised?"
PROMISED, DAMAGED = b"a part of a file", b"a part of a fils"


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Begin an upload, send a wrong and a right part to signed addresses, and give it up."""
    files, s3 = stage.services.evidence.files, stage.client("s3")
    key, bucket = stage.own_name(), stage.outputs["EvidenceBucket"]
    upload = files.begin_upload(key, "trial.mp4")
    stage.remove_later(
        f"upload {upload}", s3.abort_multipart_upload, Bucket=bucket, Key=key, UploadId=upload
    )
    part = UploadPart(1, len(PROMISED), "", sha256_base64(PROMISED))
    address, headers = files.sign_part(key, upload, part)
    wrong = httpx.put(address, headers=headers, content=DAMAGED, timeout=60)
    other = {"x-amz-checksum-sha256": sha256_base64(DAMAGED)}
    changed = httpx.put(address, headers=other, content=DAMAGED, timeout=60)
    right = httpx.put(address, headers=headers, content=PROMISED, timeout=60)
    if wrong.status_code == 400:
        yield proved("A part with other bytes than its checksum says is refused.")
    else:
        yield failed(
            f"A part with a wrong checksum was answered with {wrong.status_code}.",
            "Take no uploads until AWS support has explained it.",
        )
    if changed.status_code == 403:
        yield proved("A part whose checksum is changed with its bytes is refused: it is signed.")
    else:
        yield failed(
            f"A part with another checksum than the signed one: {changed.status_code}.",
            "Take no uploads until AWS support has explained it.",
        )
    if right.status_code == 200:
        yield proved("The right part is taken, from any browser that has the signed address.")
    else:
        yield failed(
            f"The right part was answered with {right.status_code}: {right.text[:200]}",
            "Look at the policies of the evidence bucket and of its key.",
        )
