"""Officers who have signed in, and what owners and we ourselves need to know of them: the name
and telephone number that messages to owners give, and where and of what to write to them.
Cognito remains the place where officers are kept; this says nothing about who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.access.id_tokens import Identity
from chalicelib.errors import Conflict
from chalicelib.items import ItemKind
from chalicelib.table import ConditionFailed, Item, Table, absent, equals
from chalicelib.times import Clock, iso_seconds

LISTING = "OFFICER"
LISTING_INDEX = ("Listing", "listing", "listed_at")
MOST = 1000  # that a page can offer to choose from

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "officer who has signed in",
        pk=r"OFFICER#[A-Za-z0-9-]+",
        sk="OFFICER",
        needed=frozenset({"officer_id", "username", "signed_in_at", "listing", "listed_at"}),
        may=frozenset({"roles"}),
        personal=frozenset({"username", "listed_at"}),
    ),
    # directory_…: as the sign-in said it last; the others are what the officer typed instead.
    ItemKind(
        "officer's profile",
        pk=r"OFFICER#[A-Za-z0-9-]+",
        sk="PROFILE",
        needed=frozenset(),
        may=frozenset(
            {
                "directory_name",
                "directory_email",
                "directory_phone",
                "name",
                "email",
                "phone",
                "unwanted",
                "version",
            }
        ),
        personal=frozenset(
            {"directory_name", "directory_email", "directory_phone", "name", "email", "phone"}
        ),
    ),
)

CHANGED = (
    "Your profile was changed in the meantime, perhaps by you in another window. Here is how it "
    "stands now. Make your change again if it is still needed."
)


class News(StrEnum):
    """What an officer is written to about. A profile keeps those that are not wanted, so that a
    kind added later reaches everybody until they say otherwise."""

    MESSAGE = "message"
    FOOTAGE = "footage"
    DEADLINE = "deadline"
    ENDED = "ended"


NEWS_WORDS = {
    News.MESSAGE: "An owner wrote to me",
    News.FOOTAGE: "Owners saved or sent footage",
    News.DEADLINE: "Deadlines passed without an answer",
    News.ENDED: "A request has run its course",
}
"""As the profile page offers them."""


@dataclass(frozen=True)
class KnownOfficer:
    """id: as in `Officer`. username: as it was at the last sign-in."""

    id: str
    username: str


@dataclass(frozen=True)
class Profile:
    """One officer, as owners see them and as we write to them.

    name: never empty. phone: `+441212345678`, "" when none is known; owners then get the force's
    switchboard. email: "" when none is known, and then nothing is sent. unwanted: news that the
    officer does not want. directory_name, directory_email, directory_phone: what the force's
    directory says, "" for nothing.
    """

    officer_id: str
    username: str
    name: str
    phone: str
    email: str
    unwanted: frozenset[News] = frozenset()
    directory_name: str = ""
    directory_email: str = ""
    directory_phone: str = ""
    version: int = 0

    def wants(self, news: News) -> bool:
        """True when there is an address and the officer has not declined such news."""
        return bool(self.email) and news not in self.unwanted


class KnownOfficers:
    """Notes and lists them, and keeps their profiles."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def note(self, identity: Identity) -> None:
        """Called at each sign-in; the newest name wins, here and in the profile, but for what the
        officer typed there."""
        officer = identity.officer
        self._table.put(
            {
                "PK": f"OFFICER#{officer.id}",
                "SK": "OFFICER",
                "officer_id": officer.id,
                "username": officer.username,
                "roles": sorted(officer.roles),
                "signed_in_at": iso_seconds(self._clock()),
                "listing": LISTING,
                "listed_at": officer.username,
            }
        )
        self._table.update(
            f"OFFICER#{officer.id}",
            "PROFILE",
            assign={
                "directory_name": identity.name or None,
                "directory_email": identity.email or None,
                "directory_phone": identity.phone or None,
            },
            when=None,
        )

    def all(self) -> list[KnownOfficer]:
        """By name, at most MOST."""
        items = self._table.query(LISTING, index=LISTING_INDEX, limit=MOST)
        return [KnownOfficer(item["officer_id"], item["username"]) for item in items]

    def profile(self, officer_id: str) -> Profile | None:
        """An officer's profile; None for somebody who has never signed in."""
        found = self._table.query(
            f"OFFICER#{officer_id}", between=("OFFICER", "PROFILE"), consistent=True
        )
        items = {item["SK"]: item for item in found}
        if "OFFICER" not in items:
            return None
        return _profile(items["OFFICER"], items.get("PROFILE", {}))

    def change(
        self, before: Profile, *, name: str, phone: str, email: str, unwanted: frozenset[News]
    ) -> None:
        """Keeps what the officer typed; "" for what the directory says.

        Threat: somebody at an unlocked desk has news of a case sent to an address of their own.
        Where the directory gives an address, only that is written to. Raises Conflict when the
        profile is not as `before` any more.
        """
        expected = equals("version", before.version) if before.version else absent("version")
        try:
            self._table.update(
                f"OFFICER#{before.officer_id}",
                "PROFILE",
                assign={
                    "name": name if name != before.directory_name else None,
                    "phone": phone if phone != before.directory_phone else None,
                    "email": None if before.directory_email else email,
                    "unwanted": sorted(unwanted) or None,
                    "version": before.version + 1,
                },
                when=expected,
            )
        except ConditionFailed:
            raise Conflict(CHANGED) from None


def _profile(officer: Item, item: Item) -> Profile:
    directory = {part: item.get(f"directory_{part}", "") for part in ("name", "email", "phone")}
    return Profile(
        officer_id=officer["officer_id"],
        username=officer["username"],
        name=item.get("name") or directory["name"] or officer["username"],
        phone=item.get("phone", directory["phone"]),
        email=directory["email"] or item.get("email", ""),
        unwanted=frozenset(News(kind) for kind in item.get("unwanted", ()) if kind in set(News)),
        directory_name=directory["name"],
        directory_email=directory["email"],
        directory_phone=directory["phone"],
        version=item.get("version", 0),
    )
