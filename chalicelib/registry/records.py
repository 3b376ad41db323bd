"""Owners, sites and cameras as the Registry table holds them, and back.

Shared by the store and by the bulk loader, so that both write the same items.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.ids import keyed_hash
from chalicelib.items import ItemKind
from chalicelib.registry.model import (
    Camera,
    CameraKind,
    Owner,
    Pause,
    PositionSource,
    PropertyType,
    Registration,
    Site,
    place_key,
)
from chalicelib.registry.site_index import entry_of
from chalicelib.table import Item
from chalicelib.times import epoch, iso_seconds, parse_iso

_ID = "[0-9a-z]{16}"
_ADDRESS = frozenset({"address_line_1", "address_line_2", "town", "postcode"})
_CONTACT = frozenset({"name", "email", "phone"})
_POSITION = frozenset({"lat", "lng", "position_source"})

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "owner",
        pk=f"OWNER#{_ID}",
        sk="OWNER",
        needed=frozenset({"name", "email", "phone", "phrase", "created_at", "version"}),
        may=frozenset({"paused_until", "paused_why", "email_changed_at", "texts_to"}),
        personal=_CONTACT | {"texts_to"},
    ),
    # What is looked at before an owner is asked for footage, see requests.facts.
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
        needed=frozenset({"times", "expires_at"}),
    ),
    ItemKind(
        "site",
        pk=f"SITE#{_ID}",
        sk="SITE",
        # The last three are its entry in the index of the map (registry.site_index).
        needed=_ADDRESS
        | _POSITION
        | {"owner", "property_type", "created_at", "version", "cell", "h3", "v"},
        # The numbers of its cameras, so that many sites can be read in batches.
        may=frozenset({"camera_numbers"}),
        personal=_ADDRESS,
    ),
    ItemKind(
        "camera",
        pk=f"SITE#{_ID}",
        sk=r"CAMERA#\d+",
        needed=frozenset({"kind", "make", "plan", "records"}),
        may=frozenset({"retention_minutes", "bearing", "angle", "range_m"}),
    ),
    ItemKind(
        "unconfirmed registration",
        pk=f"PENDING#{_ID}",
        sk="REGISTRATION",
        needed=_CONTACT
        | _ADDRESS
        | _POSITION
        | {"property_type", "camera_count", "created_at", "expires_at"},
        personal=_CONTACT | _ADDRESS,
    ),
)


def owner_item(owner: Owner) -> Item:
    """One owner."""
    return {
        "PK": f"OWNER#{owner.id}",
        "SK": "OWNER",
        "name": owner.name,
        "email": owner.email,
        "phone": owner.phone,
        "phrase": owner.phrase,
        "created_at": iso_seconds(owner.created_at),
        "paused_until": iso_seconds(owner.paused_until) if owner.paused_until else None,
        "texts_to": owner.texts_to or None,
        "paused_why": owner.paused_why.value if owner.paused_why else None,
        "email_changed_at": iso_seconds(owner.email_changed_at) if owner.email_changed_at else None,
        "version": owner.version,
    }


def owner_from(item: Item) -> Owner:
    """The reverse of `owner_item`."""
    paused, changed = item.get("paused_until"), item.get("email_changed_at")
    return Owner(
        id=_id(item),
        name=item["name"],
        email=item["email"],
        phone=item["phone"],
        phrase=item["phrase"],
        created_at=parse_iso(item["created_at"]),
        paused_until=parse_iso(paused) if paused else None,
        email_changed_at=parse_iso(changed) if changed else None,
        paused_why=Pause(item["paused_why"]) if "paused_why" in item else None,
        version=item["version"],
        texts_to=item.get("texts_to", ""),
    )


def email_partition(key: bytes, email: str) -> str:
    """Where an e-mail address leads to its owner.

    Threat: a reader of keys (logs, metrics, heat maps) learns who is registered.
    key: the stage's secret.
    """
    return f"EMAIL#{keyed_hash(key, 'email', email.casefold())}"


def email_item(key: bytes, owner: Owner) -> Item:
    """Leads from an e-mail address to its owner."""
    return {"PK": email_partition(key, owner.email), "SK": "EMAIL", "owner": owner.id}


def place_hash(key: bytes, place: Site | Registration) -> str:
    """The same for the same address, and telling nothing to who reads the table."""
    return keyed_hash(key, "place", place_key(place.postcode, place.address_line_1))


def listed_item(key: bytes, site: Site) -> Item:
    """A site in the list of its owner's sites."""
    return {
        "PK": f"OWNER#{site.owner_id}",
        "SK": f"SITE#{site.id}",
        "place": place_hash(key, site),
    }


def site_item(site: Site) -> Item:
    """The site without its cameras. The owner stands under `owner`, not `owner_id`: that name
    is the key of the index of requests by owner."""
    return {
        "PK": f"SITE#{site.id}",
        "SK": "SITE",
        "owner": site.owner_id,
        "property_type": site.property_type.value,
        "created_at": iso_seconds(site.created_at),
        "version": site.version,
        "camera_numbers": [camera.number for camera in site.cameras],
        **entry_of(site).attributes(),
        **_place(site),
    }


def camera_item(site_id: str, camera: Camera) -> Item:
    """One camera of a site."""
    return {
        "PK": f"SITE#{site_id}",
        "SK": f"CAMERA#{camera.number}",
        "kind": camera.kind.value,
        "make": camera.make,
        "plan": camera.plan,
        "records": camera.records,
        "retention_minutes": camera.retention_minutes,
        "bearing": camera.bearing,
        "angle": camera.angle,
        "range_m": camera.range_m,
    }


def site_from(items: Iterable[Item]) -> Site | None:
    """A site from every item of its partition; None when there is no site among them."""
    by_key = {item["SK"]: item for item in items}
    stored = by_key.get("SITE")
    if stored is None:
        return None
    cameras = [_camera(item) for key, item in by_key.items() if key.startswith("CAMERA#")]
    return Site(
        id=_id(stored),
        owner_id=stored["owner"],
        cameras=tuple(sorted(cameras, key=lambda camera: camera.number)),
        created_at=parse_iso(stored["created_at"]),
        version=stored["version"],
        **_place_from(stored),
    )


def _camera(item: Item) -> Camera:
    return Camera(
        number=int(item["SK"].removeprefix("CAMERA#")),
        kind=CameraKind(item["kind"]),
        make=item["make"],
        plan=item["plan"],
        retention_minutes=item.get("retention_minutes"),
        records=item["records"],
        bearing=item.get("bearing"),
        angle=item.get("angle"),
        range_m=item.get("range_m"),
    )


def pending_item(registration: Registration) -> Item:
    """A registration that nobody confirmed yet."""
    return {
        "PK": f"PENDING#{registration.id}",
        "SK": "REGISTRATION",
        "name": registration.name,
        "email": registration.email,
        "phone": registration.phone,
        "property_type": registration.property_type.value,
        "camera_count": registration.camera_count,
        "created_at": iso_seconds(registration.created_at),
        "expires_at": epoch(registration.expires_at),
        **_place(registration),
    }


def registration_from(item: Item) -> Registration:
    """The reverse of `pending_item`."""
    return Registration(
        id=_id(item),
        name=item["name"],
        email=item["email"],
        phone=item["phone"],
        camera_count=item["camera_count"],
        created_at=parse_iso(item["created_at"]),
        **_place_from(item),
    )


def _place(place: Site | Registration) -> Item:
    return {
        "address_line_1": place.address_line_1,
        "address_line_2": place.address_line_2,
        "town": place.town,
        "postcode": place.postcode,
        "lat": place.latitude_e6,
        "lng": place.longitude_e6,
        "position_source": place.position_source.value,
    }


def _place_from(item: Item) -> dict[str, Any]:
    return {
        "address_line_1": item["address_line_1"],
        "address_line_2": item["address_line_2"],
        "town": item["town"],
        "postcode": item["postcode"],
        "latitude_e6": item["lat"],
        "longitude_e6": item["lng"],
        "position_source": PositionSource(item["position_source"]),
        "property_type": PropertyType(item["property_type"]),
    }


def _id(item: Item) -> str:
    return str(item["PK"]).partition("#")[2]
