"""A browser without JavaScript can send a file by a plain form, to the one key that was signed."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from infra.first_day.running import StageOnTrial, TrialFinding, failed, proved

QUESTION = "Does S3 take a file from a plain form, and only under the key that was signed?"
CONTENT = b"a trial of the first day"


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Post a file to the inbox as a form does, once rightly and once under another key."""
    services, s3 = stage.services, stage.client("s3")
    inbox, key = services.settings.inbox_bucket, stage.own_name()
    address, fields = services.evidence.files.upload_form(key, f"{stage.outputs['BaseUrl']}/reply")
    other = f"{key}-other"
    for one in (key, other):
        stage.remove_later(f"file {one} in the inbox", s3.delete_object, Bucket=inbox, Key=one)
    file = {"file": ("trial.mp4", CONTENT)}
    taken = httpx.post(address, data=fields, files=file, timeout=60)
    if taken.status_code == 303 and "/reply" in taken.headers.get("location", ""):
        size = s3.head_object(Bucket=inbox, Key=key)["ContentLength"]
        yield proved(f"A form's file of {size} bytes arrived, and the browser is sent to our page.")
    else:
        yield failed(
            f"A form's file was answered with {taken.status_code}: {taken.text[:200]}",
            "Look at the policies of the inbox bucket and of its key.",
        )
    refused = httpx.post(address, data={**fields, "key": other}, files=file, timeout=60)
    if refused.status_code == 403:
        yield proved("A form with another key than the signed one is refused.")
    else:
        yield failed(
            f"A form with another key was answered with {refused.status_code}.",
            "Take no uploads until AWS support has explained it.",
        )
