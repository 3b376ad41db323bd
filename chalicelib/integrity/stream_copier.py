"""Copies entries of the audit and custody records from the tables' streams, as they are written.

Records come in batches, at least once, those of one entry in order. Each makes one object under a
key that follows from it alone, so a repeat changes nothing. Entries are only ever added: a stream
that tells of a change or removal tells of tampering, which is kept too and rings an alarm.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.dynamodb.table import decode_item
from chalicelib.integrity.record_copies import (
    REMOVED,
    ROW,
    RecordCopies,
    chain_folder,
    copied_text,
    copy_digest,
    copy_key,
    entry_place,
)
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric
from chalicelib.telemetry.workers import Workers

AT_ONCE = 8
"""Objects that are put at the same time."""

StreamRecord = Mapping[str, Any]
"""A record of a table's stream, as Lambda hands it on."""


class StreamCopier:
    """Copies what the streams tell of."""

    def __init__(self, copies: RecordCopies, counts: Counts = UNCOUNTED) -> None:
        self._copies = copies
        self._counts = counts

    def copy_all(self, records: Sequence[StreamRecord]) -> int:
        """Copy a batch; return how many records told of an entry changed or removed.

        Raises what went wrong, after trying every record: the batch comes again, in halves.
        """
        with Workers(AT_ONCE) as pool:
            done = [pool.submit(self._copy, record) for record in records]
        changed = sum(bool(one.result()) for one in done)
        if changed:
            self._counts.add(Metric.RECORD_CHANGED, changed)
        return changed

    def _copy(self, record: StreamRecord) -> bool:
        """Copy what one record tells; True when that is no entry added."""
        told, event = record["dynamodb"], str(record["eventName"])
        keys, number = decode_item(told["Keys"]), str(told["SequenceNumber"])
        pk, sk = str(keys["PK"]), str(keys["SK"])
        if sk.startswith("EVIDENCE#"):  # the row of a piece of evidence, of which it is a removal
            folder, place = chain_folder(sk), ROW
        else:
            folder, place = chain_folder(pk), entry_place(sk)
        if event == "REMOVE":
            key = copy_key(folder, place, number, REMOVED)
            self._copies.keep(key, json.dumps({"PK": pk, "SK": sk, "removed": True}))
        else:
            entry = decode_item(told["NewImage"])
            key = copy_key(folder, place, number, copy_digest(entry))
            self._copies.keep(key, copied_text(entry))
        return event != "INSERT"
