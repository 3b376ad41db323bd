"""What the tests of residents' pages share: postcodes of their own, people, and a look inside."""

from __future__ import annotations

import json
import zipfile
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.core.ids import new_id, token_hash
from chalicelib.dynamodb.table import Item, Table
from chalicelib.registry.map_counts import MapCounts
from chalicelib.registry.store import SiteStore
from chalicelib.web.http.headers import OWNER_COOKIE
from infra.commands import load_force_area, load_postcodes
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack

# No postcode area is called XQ. Eastings and northings are near New Street, Birmingham, and in
# London; quality 90 has no position.
POSTCODES = (
    '"XQ1 1AA",10,406523,286448',
    '"XQ1 1AB",10,406875,286393',
    '"XQ1 1AD",10,412500,286393',
    '"XQ1 1ZZ",90,0,0',
    '"XQ9 9AA",10,530000,180000',
)
HOME = (52.475939, -1.905387)
"""Where XQ1 1AA is, to a few metres."""

AREA = [[-2.3, 52.2], [-1.3, 52.2], [-1.3, 52.8], [-2.3, 52.8], [-2.3, 52.2]]
"""Holds the West Midlands, so that it may stand in for the true boundary."""

FORM = {
    "name": "Pat Jones",
    "phone": "07700 900 982",
    "property_type": "home",
    "address_line_2": "",
    "town": "Birmingham",
    "postcode": "xq11aa",
    "camera_count": "2",
    "latitude": "",
    "longitude": "",
    "consent": "yes",
}


def load_area_data(stack: RunningStack, folder: Path) -> None:
    """The postcodes and the area that these tests speak of."""
    with zipfile.ZipFile(folder / "codepo.zip", "w") as archive:
        archive.writestr("Data/CSV/xq.csv", "\n".join(POSTCODES) + "\n")
    load_postcodes.run(Namespace(file=folder / "codepo.zip"), stack.target)
    (folder / "area.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [AREA]}))
    load_force_area.run(Namespace(file=folder / "area.geojson"), stack.target)


def registry(stack: RunningStack) -> Table:
    """The Registry table, past the application."""
    return Table(stack.client("dynamodb"), stack.described["registry_table"])


def store(stack: RunningStack) -> SiteStore:
    """Reads what the application wrote, with the stage's own key."""
    secrets = stack.client("secretsmanager")
    value = secrets.get_secret_value(SecretId=stack.target.outputs()["SecretArn"])
    key = str(json.loads(value["SecretString"])["key"]).encode()
    table = registry(stack)
    return SiteStore(table, MapCounts(table), lambda: key)


def audit_of(stack: RunningStack, subject: str) -> list[str]:
    """What was done to a subject, oldest first."""
    table = Table(stack.client("dynamodb"), stack.described["audit_table"])
    entries = table.query(subject, index=("Subject", "subject", "at"))
    return [str(entry["action"]) for entry in entries]


def new_email() -> str:
    """An address that nobody has."""
    return f"{new_id()}@example.test"


def filled(email: str, **other: str) -> dict[str, str]:
    """A registration form that is right; the address is its own for each e-mail address."""
    return {**FORM, "email": email, "address_line_1": f"{email[:8]} High Street", **other}


def send(visitor: Visitor, values: Mapping[str, str], *, ok: bool = True) -> VisitedPage:
    """Sends the registration form."""
    return visitor.submit(visitor.open_page("/register"), values, action="/register", ok=ok)


def link_item(stack: RunningStack, link: str) -> Item:
    """What the table holds for a link of an e-mail."""
    item = registry(stack).get(f"LINK#{token_hash(link.partition('token=')[2])}", "LINK")
    assert item is not None
    return item


def make_old(stack: RunningStack, link: str) -> None:
    """Puts the end of a link's life into the past."""
    item = link_item(stack, link)
    registry(stack).update(item["PK"], "LINK", assign={"ends_at": "2020-01-01T00:00:00Z"})


class Resident:
    """Somebody who registers and signs in."""

    def __init__(self, stack: RunningStack, visitor: Visitor, email: str = "") -> None:
        self.stack = stack
        self.visitor = visitor
        self.email = email or new_email()

    def register(self, **values: str) -> VisitedPage:
        """Fills in the form, follows the link, presses the button."""
        send(self.visitor, filled(self.email, **values))
        return self.visitor.press_button(self.link("/register/confirm"))

    def link(self, path: str) -> str:
        """The newest link to `path` in this person's mail."""
        return self.stack.link_in_mail(self.email, path)

    def sign_in(self) -> VisitedPage:
        """Asks for a link and uses it, signed out before; gives the account page."""
        self.visitor.set_cookie(OWNER_COOKIE, "")
        asked = self.visitor.open_page("/sign-in")
        self.visitor.submit(asked, {"email": self.email}, action="/sign-in")
        return self.visitor.press_button(self.link("/sign-in/confirm"))

    @property
    def owner_id(self) -> str:
        """As the registry knows this person."""
        found = store(self.stack).owner_id_of(self.email)
        assert found is not None
        return found

    def sites(self) -> list[Any]:
        """This person's sites, as stored."""
        return store(self.stack).sites_of(self.owner_id)

    def last_told(self, subject: str, email: str = "") -> str:
        """The text of the newest message, waited for until it has this subject: what tells of a
        change goes out by the queue. email: where it goes, when not to this person's address."""
        address = email or self.email

        def told() -> str:
            newest = self.stack.mails_to(address)[-1:]
            return newest[0]["BodyText"] if newest and newest[0]["Subject"] == subject else ""

        return self.stack.wait_for(told, f"the message {subject!r}")

    @property
    def mails(self) -> list[str]:
        """Subjects of everything sent to this person."""
        return [str(mail["Subject"]) for mail in self.stack.mails_to(self.email)]
