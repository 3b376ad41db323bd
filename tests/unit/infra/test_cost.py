"""docs/cost.md says what the script works out, and its measurements are still those of the code."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from app import app
from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.integrity.record_copies import copied_text
from chalicelib.registry.model import Owner, PositionSource, Site
from chalicelib.registry.records import OWNER, SITE, camera_item, email_item, listed_item
from chalicelib.registry.site_index import index_entry
from chalicelib.requests.model import Recipient
from chalicelib.requests.records import recipient_item
from chalicelib.requests.reminder_schedule import plan_reminders
from infra.building.templates import read_stage_template
from infra.commands.cost import DOCUMENT, MONTH, MOST, document, request_cost
from infra.cost.lines import MonthOfUse, bill, cost_lines, extra_lines, growth
from infra.cost.prices import PRICES
from infra.cost.sizes import BRITAIN, CITY, SIZES
from infra.cost.use import MEASURED
from infra.paths import ROOT
from tests.support.memory_client import MemoryClient
from tests.support.memory_table import item_bytes

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def size(item: dict[str, Any]) -> int:
    return item_bytes({name: value for name, value in item.items() if value is not None})


def test_the_page_is_what_the_script_works_out() -> None:
    assert DOCUMENT.read_text() == document(), "run: python -m infra.commands.cost"


def test_a_request_to_five_hundred_stays_below_twenty_cents() -> None:
    assert MOST == 500 and request_cost() < 0.20


def test_every_price_is_used_and_every_service_costs_something() -> None:
    extra = [line for _, line in extra_lines(MONTH)]
    assert {line.price for line in (*cost_lines(MONTH), *extra)} == set(PRICES)
    assert all(cost > 0 for size in SIZES for cost in bill(MonthOfUse(size)).values())


def test_the_sizes_are_those_that_were_asked_for() -> None:
    britain = MonthOfUse(BRITAIN)
    assert (britain.of("owners"), britain.of("officers")) == (2_000_000, 200_000)
    totals = [sum(bill(MonthOfUse(size)).values()) for size in (CITY, SIZES[0], BRITAIN)]
    assert totals == sorted(totals)


def test_metrics_for_each_route_would_cost_what_is_said_of_them() -> None:
    """They are off (tests/guards and infra/templates/stage/api.yaml)."""
    assert len(app.routes) + 1 <= MONTH.of("routes"), "one more: the path that takes all others"
    (line,) = [line for _, line in extra_lines(MONTH) if line.price == "metric"]
    assert MONTH.dollars(line) == 195
    settings = read_stage_template()["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    assert not any(one["MetricsEnabled"] for one in settings)


def test_traces_follow_the_default_rule_of_x_ray() -> None:
    """The first of each second, and one in twenty of the others."""
    assert MONTH.traces == MONTH.invocations < 30 * 86400
    many = MonthOfUse(BRITAIN)
    assert many.traces == 30 * 86400 + (many.invocations - 30 * 86400) / 20


def test_what_a_search_reads_is_what_the_benchmark_printed() -> None:
    printed = (ROOT / "docs" / "benchmarks.md").read_text()
    for size in SIZES:
        assert f"| {MonthOfUse(size).of('search_units')} |" in printed


def test_evidence_grows_by_what_arrives_in_each_month() -> None:
    months = {number: kept for number, kept, _ in growth(MONTH, 12)}
    assert months[12] == 4 * months[3] == MONTH.gigabytes * 12


def test_a_whole_clock_takes_as_many_transitions_as_the_machine_has_on_that_way() -> None:
    """Counted in the real history by tests/stack/requests/test_requests_real_time.py."""
    states = json.loads((ROOT / "infra" / "templates" / "reminder.asl.json").read_text())["States"]
    reminders = len(plan_reminders(NOW, NOW + timedelta(days=7), "Europe/London"))
    way, state = [], "Wait"
    for rings in range(1, reminders + 2):
        while state not in ("Done?", "Last wake"):
            way.append(state)
            state = states[state]["Next"]
        way.append(state)
        if state == "Last wake":
            break
        state = states["Done?"]["Choices"][1]["Next"] if rings == reminders else "Wait"
    assert len(way) == MONTH.of("whole_clock") and states[way[-1]]["End"]


def test_stored_things_are_not_larger_than_said() -> None:
    key = b"k" * 32
    owner = Owner(new_id(), "Alexandra Somebody-Else", "alexandra.somebody@example.test",
                  "+447700900982", "amber kettle harbour", NOW)  # fmt: skip
    site = Site(
        id=new_id(), owner_id=owner.id, address_line_1="Flat 12, The Old Brewery",
        address_line_2="112 Somewhere Long Road", town="Birmingham", postcode="B1 1AY",
        latitude_e6=52_475_939, longitude_e6=-1_905_387, position_source=PositionSource.PIN,
        property_type=PropertyType.HOME, created_at=NOW,
        cameras=(Camera(1, make="ring", plan="30-days"), Camera(2, bearing=90, angle=110)),
    )  # fmt: skip
    items = [OWNER.item(owner), email_item(key, owner), listed_item(key, site), SITE.item(site)]
    items += [camera_item(site.id, camera) for camera in site.cameras]
    # What stands in an index takes 100 bytes besides its own.
    entry = size({"PK": "", "SK": "", "owner": "", **index_entry(site).attributes()}) + 30 + 100
    assert sum(map(size, items)) + entry <= MONTH.of("owner_bytes")
    recipient = replace(
        Recipient(new_id(), site.id, owner.id, NOW, deadline=NOW, next_wake=NOW, notified_at=NOW),
        planned=(NOW,) * 3, reminded=(NOW,) * 3, note="x" * 200, answered_at=NOW, saved_at=NOW,
    )  # fmt: skip
    # The item, its place in two indexes, and five links of 250 bytes.
    assert 3 * size(recipient_item(recipient)) + 5 * 250 <= MONTH.of("recipient_bytes")


def test_an_act_on_record_is_not_larger_than_said() -> None:
    """The entry with its place in three indexes, and its locked copy."""
    client = MemoryClient()
    log = AuditLog(Table(client, "Audit"), lambda: NOW)
    officer = Actor("officer", "4f0c1a52-8d6e-4b7a-9a53-2f1f6c0f7b11", "alexandra.somebody",
                    ("South East CID", "Digital Media Investigation"))  # fmt: skip
    log.record_act(
        officer, Action.SEARCHED, f"search.{new_id()}", "Burglary, looking for the van",
        incident=new_id(), sites=203, area="circle of 1,500 m",
    )  # fmt: skip
    (stored,) = client.items.values()
    entry = {name: deserialized(value) for name, value in stored.items()}
    assert 4 * size(entry) + 3 * 100 <= MONTH.of("audit_bytes")
    assert len(copied_text(entry)) <= MONTH.of("copy_bytes")


def deserialized(value: dict[str, Any]) -> Any:
    found = TypeDeserializer().deserialize(value)
    return int(found) if isinstance(found, Decimal) else found


def test_every_measurement_says_where_it_comes_from() -> None:
    for name, figure in MEASURED.items():
        files = re.findall(r"[\w./-]+\.(?:py|md|json|yaml)", figure.why)
        assert files or "rule below" in figure.why or figure.why.startswith("API Gateway:"), name
        assert all((ROOT / file).exists() for file in files), name
