"""Owners, sites and cameras as the Registry table holds them, and back.

Shared by the store and by the bulk loader, so that both write the same items.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.cameras.model import Camera
from chalicelib.core.ids import keyed_hash
from chalicelib.core.times import epoch, iso_micros
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.stored_record import Derived, DerivedGroup, StoredRecord
from chalicelib.dynamodb.table import Item
from chalicelib.limits.address_mail import ALSO, ASKED
from chalicelib.registry.model import Owner, Premises, Registration, Site, place_key
from chalicelib.registry.site_index import index_entry

_ID = "[0-9a-z]{16}"

UNCHECKED = "ADDRESSES"
"""The list of sites whose addresses are doubted, in the index `Listing`."""

OWNER = StoredRecord("owner", Owner, "OWNER#{id}", "OWNER")
SITE = StoredRecord(
    "site",
    Site,
    "SITE#{id}",
    "SITE",
    derived=[
        # So that many sites can be read in batches, with their cameras.
        Derived("camera_numbers", ("cameras",), lambda site: [one.number for one in site.cameras]),
        # Its entry in the index of the map.
        DerivedGroup(
            ("cell", "h3", "v"),
            ("latitude_e6", "longitude_e6", "property_type", "cameras", "doubts"),
            lambda site: index_entry(site).attributes(),
        ),
        # In the list of addresses that wait for a look, until somebody has looked.
        Derived(
            "listing", ("doubts",), lambda site: UNCHECKED if site.doubts else None, always=False
        ),
        Derived(
            "listed_at",
            ("doubts", "created_at", "id"),
            lambda site: f"{iso_micros(site.created_at)}#{site.id}" if site.doubts else None,
            always=False,
        ),
    ],
)
CAMERA = StoredRecord("camera", Camera, "SITE#{site_id}", "CAMERA#{number:d}")
PENDING = StoredRecord(
    "unconfirmed registration",
    Registration,
    "PENDING#{id}",
    "REGISTRATION",
    derived=[Derived("expires_at", ("created_at",), lambda one: epoch(one.expires_at))],
)

ITEMS: tuple[DeclaredItem, ...] = (
    OWNER,
    # Read before an owner is asked for footage, see requests.recipients.contact_history.
    ItemKind(
        "owner's requests",
        pk=f"OWNER#{_ID}",
        sk="CONTACTS",
        needed=frozenset(),
        may=frozenset({"contacts", "paused_until"}),
    ),
    ItemKind(
        "owner's site",
        pk=f"OWNER#{_ID}",
        sk=f"SITE#{_ID}",
        needed=frozenset({"place"}),
    ),
    ItemKind("e-mail address", pk="EMAIL#[0-9a-f]{64}", sk="EMAIL", needed=frozenset({"owner"})),
    ItemKind(
        "messages asked for",
        pk="EMAIL#[0-9a-f]{64}",
        sk=r"ASKED#[a-z-]+#\d{4}-\d{2}-\d{2}",
        needed=ASKED,
        may=ALSO,
    ),
    SITE,
    CAMERA,
    PENDING,
)


def email_partition(key: bytes, email: str) -> str:
    """The partition of the item that leads from an e-mail address to its owner.

    Threat: a reader of keys (logs, metrics, heat maps) learns who is registered.
    key: the stage's secret.
    """
    return f"EMAIL#{keyed_hash(key, 'email', email.casefold())}"


def email_item(key: bytes, owner: Owner) -> Item:
    """The item that leads from an e-mail address to its owner."""
    return {"PK": email_partition(key, owner.email), "SK": "EMAIL", "owner": owner.id}


def place_hash(key: bytes, place: Premises) -> str:
    """A hash that is equal for equal addresses and tells a reader of the table nothing."""
    return keyed_hash(key, "place", place_key(place.postcode, place.address_line_1))


def listed_item(key: bytes, site: Site) -> Item:
    """The item of a site in the list of its owner's sites."""
    return {
        "PK": f"OWNER#{site.owner_id}",
        "SK": f"SITE#{site.id}",
        "place": place_hash(key, site),
    }


def camera_item(site_id: str, camera: Camera) -> Item:
    """The item of one camera of a site."""
    return CAMERA.item(camera, site_id=site_id)


def site_from(items: Iterable[Item]) -> Site | None:
    """Read a site from every item of its partition; None when the site itself is not there."""
    by_key = {item["SK"]: item for item in items}
    stored = by_key.get("SITE")
    if stored is None:
        return None
    cameras = [CAMERA.read(item) for key, item in by_key.items() if key.startswith("CAMERA#")]
    return SITE.read(stored, cameras=tuple(sorted(cameras, key=lambda camera: camera.number)))
