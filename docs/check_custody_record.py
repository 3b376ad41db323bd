"""Checks a custody record that Sightline exported, and the file it is about, with Python alone.

python3 check_custody_record.py custody-….json [file]
"""

import hashlib
import json
import sys
from pathlib import Path

record = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
row, entries = record["evidence"], record["custody"]
wrong, notes, copies, facts, decided, previous = [], [], {}, {}, False, "0" * 64


def named(place: str) -> str:
    """Name an entry by its place in the record, or the row of the file."""
    return f"entry {int(place)}" if place.isdigit() else f"the {place}"


for copy in record["copies"]:  # the name ends in the entry's number, an order, the copy's SHA-256
    place, _, digest, _ = copy["key"].rsplit("/", 1)[1].split(".")
    if digest == "removed":  # no copy, but a note: what was put back must be what was copied
        notes.append(f"NOTE {named(place)} was removed at {copy['stored_at']}")
        continue
    if hashlib.sha256(copy["text"].encode()).hexdigest() != digest:
        wrong.append(f"the copy of {named(place)} is not what its name says")
    copies.setdefault(place, json.loads(copy["text"]))
for number, entry in enumerate(entries, start=1):
    body = {name: value for name, value in entry.items() if name != "hash"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if (entry["hash"], entry["previous"], entry["sequence"]) != (digest, previous, number):
        wrong.append(f"entry {number} is not as it was written, or not in its place")
    copied = copies.pop(f"{number:010d}", {})
    if {name: value for name, value in copied.items() if name not in ("PK", "SK")} != entry:
        wrong.append(f"entry {number} is not what was copied when it was written")
    facts |= {} if decided else json.loads(entry["details"] or "{}")
    decided, previous = entry["state"] in ("accepted", "rejected"), entry["hash"]
wrong += [f"{named(place)} was copied and is missing" for place in copies]
said = {name: row[name] for name in ("version", "sha256", "format", "size", "content_type")}
said |= {"request": row["request_id"], "site": row["site_id"], "incident": row["incident_id"]}
said["name_sha256"] = hashlib.sha256(row["file_name"].encode()).hexdigest()
for name, value in said.items():
    if facts.get(name, value) != value:
        wrong.append(f"the {name} of the file is not the one on record")
ends = (f"owner.{row['owner_id']}", row["state"], row["head"], row["entries"])
if not entries or (entries[0]["actor"], entries[-1]["state"], previous, len(entries)) != ends:
    wrong.append("sender, state, last hash or number of entries are not those of the record")
if len(sys.argv) > 2:
    with Path(sys.argv[2]).open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != row["sha256"]:
            wrong.append("the file has another SHA-256 than the one on record")
hold = f"{len(entries)} entries hold. The hash of the last one is {previous}"
print("\n".join(notes + (wrong or [hold])))
sys.exit(bool(wrong))
