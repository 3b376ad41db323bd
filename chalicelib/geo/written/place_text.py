"""A place as somebody types or pastes it: the one reader of registration, account and console.

    52.48142, -1.89983      52,48142 -1,89983      52.48142N 1.89983W      N52 28.885 W001 53.99
    52°28′53.1″N 1°53′59.4″W      [-1.89983, 52.48142]      a link to a map
    SP 06835 87013      sp068870      406835 287013      where the country has the grid

Two numbers in the wrong order are exchanged where the country's box shows which is which. Text that
is a place only for another service is refused with a sentence that says what to do instead.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.core.countries import Country
from chalicelib.core.typed.typed_text import DASHES, clean_text, with_plain_digits
from chalicelib.geo.geodesy import Point
from chalicelib.geo.written import national_grid

LONGEST = 1000
"""The most characters that are read: links to maps are long, positions are not."""

_ALIKE = {
    **dict.fromkeys(DASHES + "\u207b\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2032\u2019\u2018\u00b4\u02b9\u02bc`", "'"),
    **dict.fromkeys("\u2033\u201d\u201c\u201f\u02ba", '"'),
    **dict.fromkeys("\u00ba\u02da\u2070\u2218\u1d52", "\u00b0"),
    **dict.fromkeys("\u00b7\u066b", "."),
    "\u060c": ",",
}
"""Characters that keyboards and word processors write for minus, minutes, seconds and degrees, and
for the point of a decimal number."""

_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE]-[0-9]{1,2})?"
_WORDS = re.compile(
    r"\b(?:latitude|longitude|lat|long|lon|lng|grid reference|grid ref|os|ngr"
    r"|point|and|deg|degrees|min|sec)\b\.?[:=]?",
    re.IGNORECASE,
)
_HEMISPHERES = (
    *(("north", "N"), ("south", "S"), ("east", "E"), ("west", "W")),
    *(("northings?", "N"), ("eastings?", "E")),
)
_TOKEN = re.compile(rf"({_NUMBER})|([NSEW])|([°'\":]+)|([,;/|&]+)|\s+", re.IGNORECASE)
_DECIMAL_COMMAS = re.compile(r"[^0-9.]*[0-9]{1,3},[0-9]{2,}[^0-9.]+[0-9]{1,3},[0-9]{2,}[^0-9.]*")
_DECIMAL_COMMA = re.compile(r"[^0-9.,]*[0-9]{1,3},[0-9]+[^0-9.,]*")
_DASHES = re.compile(r"\b([0-9]{1,3})-([0-9]{1,2})-([0-9]{1,2}(?:\.[0-9]+)?)\b")
_LONE_MINUS = re.compile(r"(^|[,;])\s*-\s+(?=[0-9])")
"""A minus before a number and a space. Between two numbers alone it may be a dash."""
_METRES = r"(?:(?P<before{0}>[EN])[:=]? *)?(?P<metres{0}>[0-9]{{5,7}}(?:\.[0-9]+)?)"
_METRES += r"(?: *m?(?P<after{0}>[EN])| *m)?"
_GRID_METRES = re.compile(rf"{_METRES.format(1)}[ ,;]+{_METRES.format(2)}", re.IGNORECASE)

_THREE_WORDS = re.compile(
    r"(?:(?:https?://)?(?:w3w\.co|what3words\.com)/)?/*\s*(?!www\.)"
    r"[^\W\d_]{2,}[.\u3002\u30fb][^\W\d_]{2,}[.\u3002\u30fb][^\W\d_]{2,}"
)
_PLUS_CODE = re.compile(r"[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{0,4}(?:[ ,].*)?", re.IGNORECASE)
_LINK = re.compile(r"(?:https?:|geo:|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/)\S*", re.IGNORECASE)
_PLACE_IN_LINK = re.compile(r"/(?:place|search|dir/)/([^/?@]+)")
_PAIR = r"(-?[0-9]+\.[0-9]+)"
_IN_LINKS = [
    re.compile(rf"!3d{_PAIR}!4d{_PAIR}"),  # the place itself, before where the map was
    re.compile(rf"[?&](?:mlat|lat|latitude)={_PAIR}&(?:mlon|lon|lng|longitude)={_PAIR}"),
    re.compile(
        rf"[?&](?:q|query|ll|center|destination|daddr|coordinate|cp)=(?:loc:)?{_PAIR}[,~+ ]+{_PAIR}"
    ),
    re.compile(rf"(?:@|geo:){_PAIR},{_PAIR}"),
    re.compile(rf"#(?:map=)?[0-9.]+/{_PAIR}/{_PAIR}"),
]

Angle = tuple[float, str]
"""A number of degrees, and the hemisphere it was written with, "" for none."""


class NoPlaceError(ValueError):
    """Text that is no place. sentence: what to do about it, "" when it resembles no place."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or "no place")
        self.sentence = sentence


def read_place(typed: str, country: Country) -> Point:
    """Read the place that a text means. Raises NoPlaceError."""
    text = plain(typed)
    _refuse_others(text, country)
    if link := _LINK.search(text):
        return _of_link(link[0], country)
    text = _without_words(text)
    if country.has_national_grid and (found := _on_grid(text, country)):
        return found
    first, second = _two_angles(text)
    return _point(first, second, country)


def read_boxes(latitude: str, longitude: str, country: Country) -> Point | None:
    """Read a place from two boxes, one for each number, when they are filled in another way: one
    box holds the whole place, or each number names its hemisphere and the two are exchanged.

    None when each box is to be read by itself. Raises NoPlaceError.
    """
    boxes = [box for box in (latitude, longitude) if box.strip()]
    angles = [angle for angle in map(_maybe_angle, boxes) if angle]
    if len(angles) == 2:
        axes = axis_of(angles[0]), axis_of(angles[1])
        crossed = axes[0] == "longitude" != axes[1] or axes[1] == "latitude" != axes[0]
        return _point(angles[0], angles[1], country) if crossed else None
    found = next(filter(None, (_maybe_place(box, country) for box in boxes)), None)
    # `52 28.885` may be degrees and minutes of a latitude whose longitude is missing.
    if found and angles and not _in_box(found.latitude, found.longitude, country):
        return None
    return found


def read_angle(typed: str) -> Angle:
    """Read one number of degrees, decimal or with minutes and seconds, with a sign or a hemisphere.
    Raises NoPlaceError."""
    text = _without_words(plain(typed))
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    return _angle(_tokens(text))


def why_no_place(typed: str, country: Country) -> str:
    """Say what to do about text that is nearly a place, or another service's; "" otherwise."""
    try:
        read_place(typed, country)
    except NoPlaceError as error:
        return error.sentence
    return ""


def _maybe_place(box: str, country: Country) -> Point | None:
    try:
        return read_place(box, country)
    except NoPlaceError:
        return None


def _maybe_angle(box: str) -> Angle | None:
    try:
        return read_angle(box)
    except NoPlaceError:
        return None


def plain(typed: str) -> str:
    """Replace typographic signs and drop invisible characters. Raises NoPlaceError if too long."""
    if len(typed) > LONGEST:
        raise NoPlaceError
    text = "".join(_ALIKE.get(letter, letter) for letter in typed)
    text = clean_text(unicodedata.normalize("NFKC", clean_text(text)))
    return with_plain_digits(text).replace("''", '"')


def _without_words(text: str) -> str:
    text = _WORDS.sub(" ", text)
    for word, letter in _HEMISPHERES:
        text = re.sub(rf"\b{word}\b", letter, text, flags=re.IGNORECASE)
    text = _LONE_MINUS.sub(r"\1 -", _DASHES.sub(r"\1 \2 \3", text))
    return text.strip(" \t\r\n()[]{}<>.,;:=/")


def _refuse_others(text: str, country: Country) -> None:
    instead = f"the latitude and longitude that it shows, like {country.place_like}"
    text = text.strip()
    if _THREE_WORDS.fullmatch(text):
        raise NoPlaceError(
            f"We cannot look up three words. Open them on what3words.com and copy {instead}"
        )
    if _PLUS_CODE.fullmatch(text):
        raise NoPlaceError(f"We cannot look up a plus code. Open it in a map and copy {instead}")


def _unescaped(escaped: re.Match[str]) -> str:
    return bytes.fromhex(escaped[0].replace("%", "")).decode("utf-8", "replace")


def _of_link(link: str, country: Country) -> Point:
    text = plain(re.sub("(?:%[0-9a-f]{2})+", _unescaped, link, flags=re.IGNORECASE))
    if "!3d" not in text and (written := _PLACE_IN_LINK.search(text)):
        # What the link names lies where its map was only until somebody moved the map.
        with suppress(NoPlaceError):
            return _point(*_two_angles(_without_words(written[1].replace("+", " "))), country)
    for form in _IN_LINKS:
        if found := form.search(text):
            try:
                return Point(float(found[1]), float(found[2]))
            except ValueError:
                break
    raise NoPlaceError("There is no position in this link. Copy the latitude and longitude instead")


def _on_grid(text: str, country: Country) -> Point | None:
    try:
        metres = national_grid.read_grid_reference(text)
    except ValueError:
        raise NoPlaceError(
            "This is no reference of the national grid. It has two letters and four, six, eight "
            f"or ten digits, like {country.place_like.rpartition(' or ')[2]}"
        ) from None
    if metres is None:
        if not (found := _GRID_METRES.fullmatch(text)):
            return None
        metres = float(found["metres1"]), float(found["metres2"])
        axes = [(found[f"before{n}"] or found[f"after{n}"] or "").upper() for n in "12"]
        if axes[0] and axes[0] == axes[1]:
            return None
        if axes[0] == "N" or axes[1] == "E":
            metres = metres[1], metres[0]
        if metres[0] >= national_grid.EAST_END or metres[1] >= national_grid.NORTH_END:
            return None
    latitude, longitude = national_grid.to_degrees(*metres)
    return Point(latitude, longitude)


Token = tuple[str, str]


def _tokens(text: str) -> list[Token]:
    """Split text into numbers, hemispheres, degree marks and separators. Raises NoPlaceError."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise NoPlaceError
        at = match.end()
        for kind, value in zip(
            ("number", "letter", "mark", "between"), match.groups(), strict=True
        ):
            if value:
                found.append((kind, value))
    return found


def _two_angles(text: str) -> tuple[Angle, Angle]:
    if _DECIMAL_COMMAS.fullmatch(text):
        text = _with_points(text)
    tokens = _tokens(text)
    if [kind for kind, _ in tokens] == ["number", "between"] * 2 + ["number"]:
        tokens = tokens[:3]  # the third is a height
    cut = _cut(tokens)
    first, second = (
        [t for t in part if t[0] != "between"] for part in (tokens[:cut], tokens[cut:])
    )
    return _angle(first), _angle(second)


def _with_points(text: str) -> str:
    """Rewrite two numbers with decimal commas so that they have decimal points."""
    if len(re.findall("(?<=[0-9]),(?=[0-9])", text)) == 2:
        return re.sub("(?<=[0-9]),(?=[0-9])", ".", text)
    first, decimals, second, more = text.split(",", 3)  # a comma separates the numbers too
    return f"{first}.{decimals} {second}.{more}"


def _cut(tokens: list[Token]) -> int:
    """Find the token at which the second number of degrees begins. Raises NoPlaceError."""
    letters = [at for at, (kind, _) in enumerate(tokens) if kind == "letter"]
    numbers = [at for at, (kind, _) in enumerate(tokens) if kind == "number"]
    if not numbers:
        raise NoPlaceError
    if len(letters) == 2:
        return letters[1] if letters[0] < numbers[0] else letters[0] + 1
    between = [at for at, (kind, _) in enumerate(tokens) if kind == "between"]
    if len(between) == 1:
        return between[0]
    signed = [at for at in numbers[1:] if tokens[at][1][0] in "+-"]
    if len(signed) == 1:
        return signed[0]
    if between or signed or len(numbers) % 2:
        raise NoPlaceError
    return numbers[len(numbers) // 2]


def _angle(tokens: list[Token]) -> Angle:
    numbers = [value for kind, value in tokens if kind == "number"]
    letters = [value.upper() for kind, value in tokens if kind == "letter"]
    outer = not letters or "letter" in (tokens[0][0], tokens[-1][0])
    if not 1 <= len(numbers) <= 3 or len(letters) > 1 or not outer:
        raise NoPlaceError
    if any(kind == "between" for kind, _ in tokens):
        raise NoPlaceError
    sizes = [abs(float(number)) for number in numbers]
    whole = all("." not in number and "e" not in number.lower() for number in numbers[:-1])
    signed = any(number[0] in "+-" for number in numbers[1:])
    # `5 2` is a slip as likely as two minutes of arc; `52 28` is written by people who mean it.
    bare = len(numbers) == len(tokens) and any(len(n.split(".")[0]) < 2 for n in numbers[1:])
    if not whole or signed or bare or any(size >= 60 for size in sizes[1:]):
        raise NoPlaceError
    value = sum(size / 60**place for place, size in enumerate(sizes))
    letter = letters[0] if letters else ""
    minus = numbers[0][0] == "-"
    if minus and letter in ("N", "E"):
        raise NoPlaceError
    return (-value if minus or letter in ("S", "W") else value), letter


def axis_of(angle: Angle) -> str:
    """Return "latitude" or "longitude" by an angle's hemisphere, "" for an angle without one."""
    return {"N": "latitude", "S": "latitude", "E": "longitude", "W": "longitude"}.get(angle[1], "")


def _point(first: Angle, second: Angle, country: Country) -> Point:
    axes = axis_of(first), axis_of(second)
    if axes[0] and axes[0] == axes[1]:
        raise NoPlaceError(f"This is a {axes[0]} twice. Enter a latitude and a longitude")
    one, other = first[0], second[0]
    turned = not _in_box(one, other, country) and _in_box(other, one, country)
    if axes[0] == "longitude" or axes[1] == "latitude" or (axes == ("", "") and turned):
        one, other = other, one
    try:
        return Point(one, other)
    except ValueError:
        raise NoPlaceError from None


def _in_box(latitude: float, longitude: float, country: Country) -> bool:
    west, south, east, north = country.place_box
    return south <= latitude <= north and west <= longitude <= east


@dataclass(frozen=True)
class PlaceLines:
    """Places read from lines of text. wrong: number of the first line that is no place, else 0."""

    points: tuple[Point, ...]
    wrong: int = 0
    sentence: str = ""


def read_lines(text: str, country: Country) -> PlaceLines:
    """Read places, one a line, up to the first line that is none; empty lines are left out."""
    points: list[Point] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            points.append(read_place(line, country))
        except NoPlaceError as error:
            return PlaceLines(tuple(points), number, error.sentence)
    return PlaceLines(tuple(points))
