"""What differs from country to country: postcodes, telephone numbers, time zone names, examples.

A stage belongs to one country (the parameter Country) in which the force's area lies; the code
reads it from `Clients.country`. To admit a force of a further country, add the country here and to
the parameter in infra/templates/stage/. Nothing else may name a country: a guard holds that.

`geo.plausible` decides by the boxes that are given here whether a place can be meant at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.core.typed.outcodes import meant_postcode
from chalicelib.core.typed.phone_numbers import is_mobile, read_phone, write_phone
from chalicelib.core.typed.typed_text import clean_text, with_plain_digits

DEFAULT = "GB"
"""The country of a stage whose environment names none."""
_MINUS = "\u2212"


class PremiumNumberError(ValueError):
    """A number at which each call earns a fee. Threat: somebody registers such a number and has the
    police call it."""


@dataclass(frozen=True)
class Country:
    """How one country writes postcodes, telephone numbers, places and times.

    postcode: what people call a postcode, within a sentence. postcode_form: how a postcode is
    written without spaces and hyphens, as a regular expression that Python and browsers both read;
    its groups, with a space between them, are kept. postcode_sector: a postcode without its last
    two letters or digits, as such an expression. postcode_files: where to get the data.

    bounds: boxes (west, south, east, north in degrees) that hold the whole country and its coastal
    waters with room to spare: they tell a typing slip from a place, not whose land it is.

    texted: regions, as numbering plans name them, whose mobiles text messages go to.
    fictional_mobile, fictional_landline: numbers in E.164 that are kept for drama, as expressions;
    "" where those are among the plan's own.
    """

    code: str
    short_name: str
    postcode: str
    postcode_form: str
    postcode_sector: str
    postcode_like: str
    postcode_hint: str
    postcode_inputmode: str
    postcode_files: str
    bounds: tuple[tuple[float, float, float, float], ...]
    texted: frozenset[str]
    fictional_mobile: str
    fictional_landline: str
    premium_phone: str
    """How numbers in E.164 begin at which each call earns a fee, as an expression."""
    phone_like: str
    phone_like_from_abroad: str
    made_up_phone: str
    """Numbers that belong to nobody, for examples and made-up people; `{:02}` takes two digits."""
    latitude_like: str
    longitude_like: str
    place_like: str
    """An example of how people write a place, for sentences."""
    place_box: tuple[float, float, float, float]
    """The whole country (west, south, east, north, degrees), to tell latitude from longitude."""
    has_national_grid: bool
    """True when people give places by the national grid that `geo.written` reads."""
    other_force: str
    """Words of the link by which residents outside the force's area find their own force."""
    other_force_url: str
    date_parts: tuple[str, str, str]
    """The order in which people here write a date, and recorders sold here show it."""
    zone_names: Mapping[str, str] = field(hash=False)
    """Long names of the country's time zones, by their short names."""

    @property
    def postcode_label(self) -> str:
        """What people call a postcode, at the beginning of a sentence and as the label of a box."""
        return self.postcode[:1].upper() + self.postcode[1:]

    @property
    def postcode_wanted(self) -> str:
        """The error beside a box without a valid postcode."""
        return f"Enter {self.postcode_hint}, like {self.postcode_like}"

    def normal_postcode(self, written: str) -> str:
        """Return the postcode as kept, whatever its spacing and case: `B1 1AY` for `b11ay`, `64106`
        for `64106-1234`. Raises ValueError when it cannot be one of this country.
        """
        found = re.fullmatch(self.postcode_form, self._plain_postcode(written))
        if found is None:
            raise ValueError(f"not a {self.postcode}")
        return " ".join(found.groups())

    def typed_postcode(self, typed: str) -> str:
        """Return the postcode that somebody typed, as `normal_postcode` does, with letters and
        digits that look alike corrected: `B1 1AY` for `BI IAY`. Raises ValueError."""
        try:
            return meant_postcode(self._plain_postcode(typed), self.postcode_form, self.code)
        except ValueError:
            raise ValueError(f"not a {self.postcode}") from None

    def corrected_postcode(self, typed: str) -> str:
        """Return the postcode that was meant when it is not the one that was typed, else ""."""
        try:
            meant = self.typed_postcode(typed)
        except ValueError:
            return ""
        try:
            return "" if self.normal_postcode(typed) == meant else meant
        except ValueError:
            return meant

    def _plain_postcode(self, written: str) -> str:
        """Return a postcode in capitals, without what people write between or around its letters:
        spaces and punctuation. Raises ValueError for a text that is too long."""
        if len(written) > 100:
            raise ValueError(f"too long to be a {self.postcode}")
        plain = with_plain_digits(unicodedata.normalize("NFKC", clean_text(written))).upper()
        return "".join(
            c
            for c in plain
            if not (c.isspace() or c == _MINUS or unicodedata.category(c)[0] == "P")
        )

    def normal_phone(self, typed: str) -> str:
        """Return a phone number as kept (`+447700900982`, `+441214960101;ext=12`); one without a
        country code is taken for this country's. Raises ValueError when it cannot be one, and
        PremiumNumberError when nobody should call it."""
        plans = COUNTRIES.values()
        mobiles = "|".join(filter(None, (one.fictional_mobile for one in plans)))
        landlines = "|".join(filter(None, (one.fictional_landline for one in plans)))
        number = read_phone(clean_text(typed), self.code, mobiles, landlines)
        if any(re.match(one.premium_phone, number) for one in plans):
            raise PremiumNumberError("a premium rate number")
        return number

    def phone_refusal(self, error: ValueError) -> str:
        """The sentence beside a box whose phone number `normal_phone` refused."""
        if isinstance(error, PremiumNumberError):
            return "Enter a phone number that is not a premium rate number"
        return self.phone_wanted

    @property
    def phone_wanted(self) -> str:
        """The error beside a box without a valid phone number."""
        return f"Enter a phone number, like {self.phone_like} or {self.phone_like_from_abroad}"

    def takes_texts(self, phone: str) -> bool:
        """Return True when text messages may go to a kept number: it is this country's and not
        expensive to write to."""
        fictional = re.fullmatch(self.fictional_mobile or "(?!)", phone) is not None
        return fictional or is_mobile(phone, self.texted)

    @property
    def mobile_label(self) -> str:
        """The label of a box for a number that takes text messages."""
        return f"{self.short_name} mobile number"

    @property
    def mobile_wanted(self) -> str:
        """The error beside a box without a number that takes text messages."""
        return f"Enter a {self.short_name} mobile phone number, like {self.phone_like}"

    def written_phone(self, number: str) -> str:
        """Return a kept number as people here write it: `07700 900982` for `+447700900982`,
        `0121 496 0101 ext 12`, `(816) 555-0142`. Numbers of other countries stay as they are."""
        return write_phone(number, self.code)


_ALL = (
    Country(
        code="GB",
        short_name="UK",
        postcode="postcode",
        # Royal Mail's outward codes A9 A99 AA9 AA99 A9A AA9A, and GIR (of GIR 0AA, which is a
        # postcode without homes); then the digit of the sector, and the unit.
        postcode_form="([A-Z]{1,2}[0-9][0-9A-Z]?|GIR)([0-9][A-Z]{2})",
        postcode_sector="[A-Z0-9]{2,4} [0-9]",
        postcode_like="B1 1AY",
        postcode_hint="a full UK postcode",
        postcode_inputmode="text",
        postcode_files=(
            "Code-Point Open is a free download: "
            "https://osdatahub.os.uk/downloads/open/CodePointOpen (choose CSV)."
        ),
        # From the Channel Islands to Shetland, from Saint Kilda to Lowestoft.
        bounds=((-9.0, 49.0, 2.2, 61.2),),
        texted=frozenset({"GB", "GG", "IM", "JE"}),
        # Ofcom's numbers for use in drama; those of the cities are among the plan's own.
        fictional_mobile=r"\+447700900[0-9]{3}",
        fictional_landline=r"\+441632960[0-9]{3}",
        premium_phone=r"\+449",
        phone_like="07700 900 982",
        phone_like_from_abroad="+44 808 157 0192",
        made_up_phone="+4477009000{:02}",
        latitude_like="52.48142",
        longitude_like="-1.89983",
        place_like="52.48142, -1.89983 or SP 06835 87013",
        place_box=(-9.0, 49.0, 2.5, 61.5),
        has_national_grid=True,
        other_force="Find your own police force on police.uk",
        other_force_url="https://www.police.uk/pu/your-area/",
        date_parts=("day", "month", "year"),
        zone_names={"GMT": "Greenwich Mean Time", "BST": "British Summer Time"},
    ),
    Country(
        code="US",
        short_name="US",
        postcode="ZIP code",
        # Four more digits (ZIP+4) are read and left out: they stand for one side of a street.
        postcode_form="([0-9]{5})(?:[0-9]{4})?",
        postcode_sector="[0-9]{3}",
        postcode_like="64106",
        postcode_hint="a ZIP code of five digits",
        postcode_inputmode="numeric",
        postcode_files="The Census Bureau's gazetteer of ZCTAs has the middle of each ZIP code.",
        bounds=(
            (-125.5, 24.0, -66.5, 49.6),
            (-180.0, 51.0, -129.5, 71.8),  # Alaska
            (172.0, 51.0, 180.0, 54.0),  # the end of the Aleutians
            (-179.0, 18.5, -154.5, 29.0),  # Hawaii and its leeward islands
            (-68.2, 17.4, -64.3, 18.8),  # Puerto Rico, the Virgin Islands
            (144.4, 13.0, 146.3, 20.8),  # Guam, the Northern Marianas
            (-171.3, -14.8, -168.0, -10.8),  # American Samoa
        ),
        # A mobile cannot be told from another phone by its number.
        texted=frozenset({"US", "AS", "GU", "MP", "PR", "VI"}),
        fictional_mobile="",
        fictional_landline="",
        premium_phone=r"\+1900",
        phone_like="816 555 0142",
        phone_like_from_abroad="+1 816 555 0142",
        made_up_phone="+181655501{:02}",  # 555-0100 to 555-0199 are kept for fiction
        latitude_like="39.09973",
        longitude_like="-94.57857",
        place_like="39.09973, -94.57857",
        place_box=(-180.0, 17.0, -64.0, 72.0),
        has_national_grid=False,
        other_force="Find your own police department on usa.gov",
        other_force_url="https://www.usa.gov/local-governments",
        date_parts=("month", "day", "year"),
        zone_names={
            f"{letter}{season[0]}T": f"{name} {season} Time"
            for letter, name in (
                ("E", "Eastern"),
                ("C", "Central"),
                ("M", "Mountain"),
                ("P", "Pacific"),
                ("AK", "Alaska"),
                ("H", "Hawaii-Aleutian"),
            )
            for season in ("Standard", "Daylight")
        },
    ),
)

COUNTRIES: Mapping[str, Country] = {country.code: country for country in _ALL}
