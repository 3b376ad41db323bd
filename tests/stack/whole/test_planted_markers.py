"""Words that stand nowhere else go through the whole main job, and are then looked for wherever a
copy may be. One table says where each may be and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from infra.records.checking import every_item
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.left_behind import Daemon, Logs
from tests.stack.overheard import EVENTS, Addresses, Messages, events_copied, workflows
from tests.stack.planted import Planted, PlantedJob
from tests.stack.residents import load_area_data

IDS = "incident id; request id; site id; owner id; evidence id"
REASONS = (
    "reason of search; reason of contact; reason of opening; reason of call; "
    "reason of withdrawal; reason of reopening"
)
TABLE = (
    # where a copy may be, of what, and why that is right
    ("log", "request id; evidence id", "a line is found by them, and they open nothing"),
    ("trace", "", "traces are read by more people than logs"),
    ("figure", "", "a figure is by service and stage alone"),
    ("workflow", "request id; site id", "a timer knows whom to wake, and nothing of them"),
    ("send queue", IDS, "what is said stands in the table, and is read when it is sent"),
    ("event", "request id; site id; evidence id", "they make the key of a file"),
    ("failure queue", "email", "SES's own event names the mailbox; encrypted, kept for 14 days"),
    ("stored object", "request id; site id; evidence id", "they make the key of a file"),
    ("stored object", "owner id", "copies of the record lie under its chain, by actor"),
    ("stored object", "file name of form", "only in the inbox, as a plain form has no other place "
     "for it; it goes after two days"),
    ("address asked for", "incident id; request id; site id; evidence id",
     "an id opens nothing: each use checks who asks"),
    ("address asked for", "registration link; sign-in link; link to an address; reply link",
     "a link in a mail is its token; pages send no referrer, the log at the edge has no paths"),
    ("address asked for", "signed address", "S3 takes nothing else; it lasts for minutes"),
    ("address asked for", "crime reference", "the list is searched by it; it names no person"),
    ("address asked for", "reason of call", "programs give it with the GET of a file; the log at "
     "the edge has no queries"),
    ("address led to", "incident id; request id; site id; evidence id", "as asked for"),
    ("address led to", "reply link", "forms lead on to the page that they came from"),
    ("address led to", "link to an address", "as the page that confirms is opened by it"),
    ("address led to", "signed address", "as asked for"),
    ("error page", "", "whoever is refused learns nothing, not even what was asked for"),
    ("key of registry", IDS, "keys are ids"),
    ("key of registry", "crime reference", "incidents are found by it"),
    ("index Cell", "site id", "whoever may search reads this index: no word that somebody typed"),
    ("index Owner", "owner id; site id; request id; note", "whole recipients, for functions that "
     "may read them in the table as well"),
    ("index Due", "owner id; site id; request id; note", "what must be done and when, as above"),
    ("index Due", "name; new name; address; second line; town; email; new email",
     "a letter that must go out stands there until it has gone"),
    ("index Listing", "", "files that wait, and officers by where they want to be written to"),
    ("key of audit", IDS, "the record is read by what it is about"),
    *(
        (f"index {name}", f"{IDS}; {REASONS}; crime reference",
         "the record says why; of owners it knows ids, as it outlives their registration")
        for name in ("Subject", "Day", "Case")
    ),
    *((f"index {name}", "name of template", "the record says what was changed")
      for name in ("Subject", "Day")),
)  # fmt: skip
"""What is not here may not be there: names, addresses, phones, mail, words, files, tokens."""
PASSING = ("send queue", "event", "failure queue", "index Due")
"""Places of which not every copy need be seen: what stands there is gone when it was done."""
PLACES = tuple(dict.fromkeys(place for place, _, _ in TABLE))


@pytest.fixture(scope="module")
def story(
    stack: RunningStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Planted, Mapping[str, list[str]]]]:
    """The job, and by place everything that stands there."""
    load_area_data(stack, tmp_path_factory.mktemp("area"))
    planted, addresses, daemon = Planted.made_up(), Addresses(), Daemon(stack)
    messages = Messages(stack)
    with ExitStack() as opened:
        opened.callback(messages.close)
        opened.callback(daemon.close)
        opened.enter_context(events_copied(stack))
        opened.enter_context(addresses.heard())
        logs = Logs(stack)
        owner = opened.enter_context(stack.visitor())
        roles = ("investigator", "supervisor", "administrator")
        one, two, three = (opened.enter_context(signed_in(stack, role)) for role in roles)
        _, profile = one.open_page("/console/profile").form("/console/profile")
        job, due = PlantedJob(stack, planted, owner, one, two, three), []
        for step in (job.register, job.record, job.answer, job.look, job.end, job.fail):
            step()
            due += stored_items(stack, "registry")["index Due"]
        stack.wait_for(lambda: messages.of("JobFailures"), "the event that failed")
        asked, led_to = list(addresses.asked), list(addresses.led_to)
        job.knock()
        yield (
            planted,
            {
                **left_by_functions(stack, logs, daemon),
                **{place: messages.of(queue) for place, queue in QUEUES.items()},
                "address asked for": asked,
                "address led to": led_to,
                "error page": addresses.refused,
                "stored object": list(stored_objects(stack)),
                **stored_items(stack, "registry"),
                "index Due": due,
                **stored_items(stack, "audit"),
            },
        )
    put_profile_back(stack, profile)


def put_profile_back(stack: RunningStack, profile: dict[str, str]) -> None:
    """Give the sample officer the profile of before: later tests know them by name and number."""
    with signed_in(stack, "investigator") as officer:
        page = officer.open_page("/console/profile")
        said = {"name": profile["name"], "phone": profile["phone"], "email": ""}
        officer.submit(page, {**said, "news": page.checked("news")}, action="/console/profile")


QUEUES = {"send queue": "SendQueue", "failure queue": "Failures", "event": EVENTS}


def left_by_functions(stack: RunningStack, logs: Logs, daemon: Daemon) -> dict[str, list[str]]:
    """Their logs, traces, figures with what each is counted by, and the timers they started."""
    figures = []
    for line in (line for lines in logs.lines().values() for line in lines if "_aws" in line):
        for group in line["_aws"]["CloudWatchMetrics"]:
            names = {name: line[name] for one in group["Dimensions"] for name in one}
            figures.append(json.dumps([names, group["Metrics"]]))
    return {
        "log": [text for texts in logs.texts().values() for text in texts],
        "trace": daemon.texts,
        "figure": figures,
        "workflow": workflows(stack),
    }


def stored_items(stack: RunningStack, short: str) -> dict[str, list[str]]:
    """Keys of a table's items and of its indexes, and what each index has of an item."""
    dynamodb, table = stack.client("dynamodb"), stack.described[f"{short}_table"]
    described = dynamodb.describe_table(TableName=table)["Table"]
    keys = {key["AttributeName"] for key in described["AttributeDefinitions"]}
    items = list(every_item(dynamodb, table))
    found = {f"key of {short}": [repr({key: one.get(key) for key in keys}) for one in items]}
    for name in (index["IndexName"] for index in described["GlobalSecondaryIndexes"]):
        shown = every_item(dynamodb, table, IndexName=name)
        found[f"index {name}"] = [repr(one) for one in shown]
    return found


def stored_objects(stack: RunningStack) -> Iterator[str]:
    """Keys of all objects but scripts, with what S3 keeps beside each."""
    s3 = stack.client("s3")
    for bucket in (one["Name"] for one in s3.list_buckets()["Buckets"]):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for one in page.get("Versions", []):
                if not one["Key"].startswith("assets/"):
                    where = {key: one[key] for key in ("Key", "VersionId")}
                    head = s3.head_object(Bucket=bucket, **where)
                    yield json.dumps([where, head], default=str)


@pytest.mark.parametrize("place", PLACES)
def test_a_copy_is_only_where_the_table_says(story: Any, place: str) -> None:
    planted, found = story
    rows = [what.split("; ") for where, what, _ in TABLE if where == place]
    may = {kind for row in rows for kind in row if kind}
    assert may <= set(planted.words), "the table names something that was not planted"
    there = planted.found_in(found[place])
    assert there <= may
    assert place in PASSING or there == may


def test_every_place_was_looked_at_and_holds_something(story: Any) -> None:
    _, found = story
    assert set(found) == set(PLACES)
    assert [place for place, texts in found.items() if not texts] == []
    assert len(found["trace"]) > 100 and len(found["log"]) > 100


def test_what_was_planted_is_found_however_it_is_written() -> None:
    planted = Planted({"phone": "7700900617", "crime reference": "20/1/26", "name": "zqname"})
    for text in ("+44 7700 900617", "%2B44%207700%20900617", "07700-900-617"):
        assert planted.found_in(["", text]) == {"phone"}, text
    for text in ("20/1/26", "20%2F1%2F26", '"20\\/1\\/26"'):
        assert planted.found_in([text]) == {"crime reference"}, text
    assert planted.found_in(["a ZqName b"]) == {"name"}
    assert planted.found_in(["0770 0900 61", "zqnam e"]) == set()
