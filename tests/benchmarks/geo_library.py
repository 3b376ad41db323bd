"""`dynamodb-geo` (PyPI `dynamodbgeo`) over a table in memory, for comparison.

The library itself covers the circle, makes its queries and filters what comes back; only the
DynamoDB client below it is ours. Its items are those of its own `put_Point`: hash key, range
key, geohash and position as text, and the same cameras as in our index entries.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from chalicelib.geo.geodesy import Point
from chalicelib.registry.site_index import PLACE, IndexEntry, pack_entry
from tests.support.memory_table import PAGE_BYTES, Meter, item_bytes, read_units

HASH_KEY_LENGTH = 6


class LibraryTable:
    """The table, its index and the client that the library is given."""

    def __init__(self, pins: Iterable[IndexEntry]) -> None:
        import dynamodbgeo
        from s2sphere import CellId, LatLng

        self.meter = Meter()
        config = dynamodbgeo.GeoDataManagerConfiguration(self, "geo")
        config.hashKeyLength = HASH_KEY_LENGTH
        self._library = dynamodbgeo
        self._manager = dynamodbgeo.GeoDataManager(config)
        keys = dynamodbgeo.S2Manager()
        self._stored: dict[int, list[tuple[int, str, str, bytes]]] = defaultdict(list)
        self._put: dict[str, Any] = {}
        for number, pin in enumerate(pins):
            latitude, longitude = pin.latitude_e6 / 1e6, pin.longitude_e6 / 1e6
            # What generateHash does, without the corners of the cell that it also works out.
            geohash = CellId.from_lat_lng(LatLng.from_degrees(latitude, longitude)).id()
            hash_key = keys.generateHashKey(geohash, HASH_KEY_LENGTH)
            cameras = pack_entry(pin)[PLACE.size :]  # without the position, which stands in geoJson
            place = f"{latitude},{longitude}"
            self._stored[hash_key].append((geohash, pin.site_id, place, cameras))
            if number < 100:
                self._check(pin, self._item(hash_key, *self._stored[hash_key][-1]))
        for items in self._stored.values():
            items.sort()

    def within(self, centre: Point, radius_m: float) -> list[str]:
        """The ids of the sites that the library finds."""
        request = self._library.QueryRadiusRequest(
            self._library.GeoPoint(centre.latitude, centre.longitude), radius_m, {}
        )
        return [item["rangeKey"]["S"] for item in self._manager.queryRadius(request)]

    def _check(self, pin: IndexEntry, ours: dict[str, Any]) -> None:
        """The library makes the very item that is stored."""
        self._manager.put_Point(
            self._library.PutPointInput(
                self._library.GeoPoint(pin.latitude_e6 / 1e6, pin.longitude_e6 / 1e6),
                pin.site_id,
                {"Item": {"v": ours["v"]}},
            )
        )
        assert self._put == ours, (self._put, ours)

    @staticmethod
    def _item(
        hash_key: int, geohash: int, site_id: str, place: str, cameras: bytes
    ) -> dict[str, Any]:
        return {
            "hashKey": {"N": str(hash_key)},
            "rangeKey": {"S": site_id},
            "geohash": {"N": str(geohash)},
            "geoJson": {"S": place},
            "v": {"B": cameras},
        }

    # What the library calls of a DynamoDB client.

    def put_item(self, *, Item: dict[str, Any], **_: Any) -> None:  # noqa: N803 - boto3's name
        """Remembers the item."""
        self._put = Item

    def query(self, **arguments: Any) -> dict[str, Any]:
        """One page of the index, as DynamoDB answers."""
        values = arguments["ExpressionAttributeValues"]
        hash_key = int(values[":hashKey"]["N"])
        first, last = int(values[":geohashMin"]["N"]), int(values[":geohashMax"]["N"])
        stored = self._stored.get(hash_key, [])
        start = bisect_left(stored, first, key=lambda item: item[0])
        # The library hands the key of one range's last page on to the next range, for which
        # DynamoDB would refuse it. It is let pass here as if it had not been given.
        page = arguments.get("ExclusiveStartKey", {})
        if page.get("range") == (hash_key, first, last):
            start = page["start"]
        else:
            self.meter.queries += 1
        end = bisect_right(stored, last, lo=start, key=lambda item: item[0])
        items, size = [], 0
        for geohash, site_id, place, cameras in stored[start:end]:
            size += item_bytes(
                {
                    "hashKey": hash_key,
                    "rangeKey": site_id,
                    "geohash": geohash,
                    "geoJson": place,
                    "v": cameras,
                }
            )
            items.append(self._item(hash_key, geohash, site_id, place, cameras))
            if size >= PAGE_BYTES:
                break
        self.meter.items += len(items)
        self.meter.units += read_units(size)
        answer: dict[str, Any] = {"Items": items}
        if start + len(items) < end:
            where = (hash_key, first, last)
            answer["LastEvaluatedKey"] = {"range": where, "start": start + len(items)}
        return answer

    def ideal_units(self, pins: Iterable[IndexEntry]) -> float:
        """What these sites alone would cost in one query, as this library stores them."""
        size = 0
        for pin in pins:
            latitude, longitude = pin.latitude_e6 / 1e6, pin.longitude_e6 / 1e6
            size += item_bytes(
                {
                    "hashKey": 10**HASH_KEY_LENGTH - 1,
                    "rangeKey": pin.site_id,
                    "geohash": 5 * 10**18 + 1,
                    "geoJson": f"{latitude},{longitude}",
                    "v": pack_entry(pin)[PLACE.size :],
                }
            )
        return read_units(size)
