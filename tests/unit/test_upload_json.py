"""The upload's JSON: what is taken, and the sentence for what is not."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid, TooLarge
from chalicelib.evidence.model import LARGEST, MOST_PARTS, Evidence, Part, State
from chalicelib.web.upload_json import (
    MOST_SIGNED,
    completed,
    new_upload,
    read_sha256,
    receipt,
    wanted_parts,
)

DIGEST = hashlib.sha256(b"clip").digest()
BASE64 = base64.b64encode(DIGEST).decode()
HEX = DIGEST.hex()


def test_a_file_is_described_by_name_size_and_type() -> None:
    body = {"filename": "C:\\clip.mp4", "size": 12, "content_type": "Video/MP4; codecs=x"}
    assert new_upload(body) == ("clip.mp4", 12, "video/mp4")


@pytest.mark.parametrize("kind", [None, "", "nonsense", "a/b/c", "x" * 500])
def test_an_unknown_type_is_no_obstacle(kind: Any) -> None:
    body = {"filename": "clip.dav", "size": 1, "content_type": kind}
    assert new_upload(body)[2] == "application/octet-stream"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"filename": None}, "filename"),
        ({"filename": "  "}, "filename"),
        ({"filename": 7}, "filename"),
        ({"filename": "x" * 3000}, "filename"),
        ({"filename": "setup.exe"}, "filename"),
        ({"size": None}, "size"),
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": 1.5}, "size"),
        ({"size": "12"}, "size"),
        ({"size": True}, "size"),
        ({"content_type": ["video/mp4"]}, "content_type"),
    ],
)
def test_each_field_is_told_what_is_wrong(change: dict[str, Any], field: str) -> None:
    body = {"filename": "clip.mp4", "size": 12, "content_type": "video/mp4", **change}
    with pytest.raises(Invalid) as caught:
        new_upload(body)
    assert [name for name, _ in caught.value.fields] == [field]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        new_upload({})
    assert [name for name, _ in caught.value.fields] == ["filename", "size"]


def test_a_file_that_is_too_large_is_told_the_limit() -> None:
    with pytest.raises(TooLarge, match="20 GB"):
        new_upload({"filename": "clip.mp4", "size": LARGEST + 1})


@pytest.mark.parametrize("form", [BASE64, HEX, HEX.upper()])
def test_a_hash_may_be_base64_or_hex(form: str) -> None:
    assert read_sha256(form) == DIGEST
    assert wanted_parts({"parts": [{"number": 1, "sha256": form}]}) == [(1, BASE64)]


NO_HASHES = ["", "abc", BASE64[:-1], BASE64 + "=", HEX[:-1], 5, None, "é" * 44]


@pytest.mark.parametrize("form", NO_HASHES)
def test_anything_else_is_no_hash(form: Any) -> None:
    assert read_sha256(form) is None
    with pytest.raises(Invalid) as caught:
        wanted_parts({"parts": [{"number": 1, "sha256": form}]})
    assert caught.value.fields[0][0] == "parts[0].sha256"


@pytest.mark.parametrize("number", [0, -1, MOST_PARTS + 1, "1", 1.0, None, True])
def test_a_part_number_is_a_whole_number_in_range(number: Any) -> None:
    with pytest.raises(Invalid) as caught:
        wanted_parts({"parts": [{"number": 1, "sha256": BASE64}, {"number": number}]})
    assert caught.value.fields[0][0] == "parts[1].number"


@pytest.mark.parametrize("parts", [None, [], {}, "1", 5])
def test_parts_must_be_a_list_with_something_in_it(parts: Any) -> None:
    for read in (wanted_parts, completed):
        with pytest.raises(Invalid):
            read({"parts": parts, "sha256": BASE64})


def test_a_part_named_twice_is_refused() -> None:
    twice = [{"number": 3, "sha256": BASE64}] * 2
    with pytest.raises(Invalid) as caught:
        wanted_parts({"parts": twice})
    assert caught.value.fields == [("parts[1].number", "Part 3 is named twice")]


def test_too_many_parts_at_a_time_are_refused() -> None:
    many = [{"number": n, "sha256": BASE64} for n in range(1, MOST_SIGNED + 2)]
    with pytest.raises(TooLarge, match="at most 100"):
        wanted_parts({"parts": many})


def test_completing_needs_the_whole_hash_too() -> None:
    parts = [{"number": 1, "etag": '"e"', "sha256": BASE64}]
    assert completed({"parts": parts, "sha256": BASE64}) == ([Part(1, 0, '"e"', BASE64)], HEX)
    with pytest.raises(Invalid) as caught:
        completed({"parts": parts})
    assert caught.value.fields[0][0] == "sha256"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["parts", "number", "sha256", "etag", "filename", "size"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["parts", "sha256", "filename", "size"]), json_values))
def test_no_body_breaks_anything(body: dict[str, Any]) -> None:
    for read in (new_upload, wanted_parts, completed):
        # Whatever it is, the answer is what was read or a refusal that names what to do.
        with suppress(Invalid, TooLarge):
            read(body)


@pytest.mark.parametrize("form", [BASE64, HEX])
def test_a_receipt_gives_the_hash_as_it_was_sent(form: str) -> None:
    evidence = Evidence(
        id="0123456789abcdef",
        request_id="r",
        site_id="s",
        owner_id="o",
        incident_id="i",
        state=State.QUARANTINED,
        file_name="clip.mp4",
        content_type="video/mp4",
        size=4,
        part_size=8,
        upload="u",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        claimed_sha256=HEX,
        received_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
    )
    given_back = receipt(evidence, form)
    assert given_back["sha256"] == form
    assert given_back["sha256_hex"] == HEX
    assert given_back["reference"] == "0123-4567-89AB-CDEF"
    assert given_back["received_at"] == "2026-11-20T01:00:00Z"
    assert receipt(evidence)["sha256"] == BASE64
