"""The map of what answers prove, as numbers for an SVG. Pure.

The plane is metres around the scene, north up. Nothing in it is a style: the template gives
classes, because the Content-Security-Policy allows no style in the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

from chalicelib.geo.field_of_view import offset
from chalicelib.geo.view_sectors import reach
from chalicelib.requests.coverage.coverage import Coverage, SiteProof, merged
from chalicelib.requests.coverage.viewing_log import MINUTE
from chalicelib.requests.recipient_states import STATES, Group
from chalicelib.requests.recipients.camera_view import WHOLE, CameraView

WIDTH, HEIGHT = 880, 520
MARGIN = 44
FARTHEST = 1_000
"""Metres from the scene beyond which a site is counted, not drawn."""
AROUND = 120
"""The same where some sites are nearer: no usual camera sees so far, and those that matter would
lie on each other."""
ENOUGH_AROUND = 4
SMALLEST = 60.0
"""Metres that the map shows at least from top to bottom."""
MOST_NUMBERED = 99
_RINGS = (10, 25, 50, 100, 250, 500, 1000)


@dataclass(frozen=True)
class Wedge:
    """What a camera has in view. look: checked, held or other. whole: for all the time asked."""

    path: str
    look: str
    whole: bool


@dataclass(frozen=True)
class Marker:
    """A site. number: in the list beside the map. look: checked, held, waiting or none.
    known: what at least one of its cameras has in view is known."""

    number: int
    x: float
    y: float
    look: str
    known: bool
    diamond: str
    label: str


@dataclass(frozen=True)
class Ring:
    """A circle around the scene."""

    radius: float
    metres: int


@dataclass(frozen=True)
class Picture:
    """The whole map. bar: width of the scale's bar, and the metres it stands for. far: sites more
    than `farthest` metres away, which are not drawn; placeless: sites whose place is not known any
    more."""

    width: int
    height: int
    x: float
    y: float
    wedges: tuple[Wedge, ...]
    markers: tuple[Marker, ...]
    rings: tuple[Ring, ...]
    bar: float
    bar_metres: int
    numbered: bool
    far: int
    farthest: int
    placeless: int

    @property
    def partly(self) -> bool:
        """True when some view counts for a part of the time only."""
        return any(not wedge.whole for wedge in self.wedges)


Spot = tuple[float, float]
"""Metres east and north of the scene."""


@dataclass(frozen=True)
class _Frame:
    """Where metres go on the paper."""

    scale: float
    east: float
    north: float

    def at(self, spot: Spot) -> Spot:
        x = WIDTH / 2 + (spot[0] - self.east) * self.scale
        y = HEIGHT / 2 - (spot[1] - self.north) * self.scale
        return round(x, 1), round(y, 1)


def look_of(site: SiteProof) -> str:
    """How a site is shown: checked, held, waiting or none."""
    layer = STATES[site.asked.recipient.state].layer
    if layer and site.asked.files_kept:
        return layer.value
    groups = {STATES[asked.recipient.state].group for asked in site.asks}
    return "waiting" if Group.WAITING in groups else "none"


def picture_of(coverage: Coverage) -> Picture:
    """The map of a coverage; sites are numbered from 1 in its order."""
    places: dict[int, Spot] = {}
    for number, site in enumerate(coverage.sites, start=1):
        registered = site.asked.site
        if registered:
            place = (registered.latitude_e6, registered.longitude_e6)
            places[number] = offset(coverage.scene, place)
    around = sum(hypot(*spot) <= AROUND for spot in places.values())
    farthest = AROUND if around >= ENOUGH_AROUND else FARTHEST
    spots = {number: spot for number, spot in places.items() if hypot(*spot) <= farthest}
    drawn = [(number, coverage.sites[number - 1], spot) for number, spot in spots.items()]
    frame = _frame(_extent(site, spot) for _, site, spot in drawn)
    x, y = frame.at((0.0, 0.0))
    bar = _bar(frame.scale)
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        x=x,
        y=y,
        wedges=tuple(
            wedge for _, site, spot in drawn for wedge in _wedges(coverage, site, spot, frame)
        ),
        markers=tuple(_marker(number, site, frame.at(spot)) for number, site, spot in drawn),
        rings=tuple(_rings(frame.scale)),
        bar=round(bar * frame.scale, 1),
        bar_metres=bar,
        numbered=len(coverage.sites) <= MOST_NUMBERED,
        far=len(places) - len(spots),
        farthest=farthest,
        placeless=len(coverage.sites) - len(places),
    )


def _extent(site: SiteProof, spot: Spot) -> list[Spot]:
    """Corners of what a site and its views take up."""
    found = [spot]
    for view in site.views:
        if view.known:
            wide, bearing = min(view.lens.wide, WHOLE), view.lens.bearing or 0
            turns = (bearing + wide * part / 8 for part in range(-4, 5))
            found += [_beside(spot, turn, reach(view.lens)) for turn in turns]
    return found


def _frame(extents: Iterable[Sequence[Spot]]) -> _Frame:
    """As large as everything fits, with the scene in it."""
    spots = [spot for extent in extents for spot in extent] + [(0.0, 0.0)]
    west, east = min(s[0] for s in spots), max(s[0] for s in spots)
    south, north = min(s[1] for s in spots), max(s[1] for s in spots)
    wide, high = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    tall = max(north - south, (east - west) * high / wide, SMALLEST)
    return _Frame(high / tall, (west + east) / 2, (south + north) / 2)


def _wedges(coverage: Coverage, site: SiteProof, spot: Spot, frame: _Frame) -> Iterable[Wedge]:
    """What each camera has in view, as what its own answer makes of it: one that was off shows
    nothing, whatever the one beside it showed."""
    for view in site.views:
        if not view.known:
            continue
        shown = site.shown(view, coverage.spans)
        layers = {layer.value for state, _ in shown if (layer := STATES[state].layer)}
        look = "held" if "held" in layers else "checked" if layers else "other"
        minutes = sum(
            (one.end - one.start) / MINUTE for one in merged(window for _, window in shown)
        )
        yield Wedge(_path(view, spot, frame), look, not shown or minutes >= coverage.minutes)


def _path(view: CameraView, spot: Spot, frame: _Frame) -> str:
    """The outline of a view: a slice of a circle, or all of it."""
    metres, (x, y) = reach(view.lens), frame.at(spot)
    radius = round(metres * frame.scale, 1)
    wide, bearing = view.lens.wide, view.lens.bearing
    if bearing is None or wide >= WHOLE:
        turn = f"a{radius} {radius} 0 1 0"
        return f"M{round(x - radius, 1)} {y}{turn} {2 * radius} 0{turn} {-2 * radius} 0z"
    left, right = (frame.at(_beside(spot, bearing + side * wide / 2, metres)) for side in (-1, 1))
    large = int(radians(wide) > pi)
    return f"M{x} {y}L{left[0]} {left[1]}A{radius} {radius} 0 {large} 1 {right[0]} {right[1]}z"


def _beside(spot: Spot, bearing: float, metres: float) -> Spot:
    return spot[0] + metres * sin(radians(bearing)), spot[1] + metres * cos(radians(bearing))


def _marker(number: int, site: SiteProof, at: Spot) -> Marker:
    x, y = at
    return Marker(
        number=number,
        x=x,
        y=y,
        look=look_of(site),
        known=any(view.known for view in site.views),
        diamond=f"M{x} {round(y - 14, 1)}l14 14-14 14-14-14z",
        label=site.site_id,
    )


def _rings(scale: float) -> Iterable[Ring]:
    """At most three, none too small to read and none larger than the map."""
    fitting = [m for m in _RINGS if 50 <= m * scale <= WIDTH * 0.6]
    return [Ring(round(metres * scale, 1), metres) for metres in fitting[-3:]]


def _bar(scale: float) -> int:
    """Metres of a bar about an eighth of the map."""
    return max((m for m in (5, *_RINGS) if m * scale <= WIDTH / 5), default=5)
