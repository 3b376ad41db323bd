"""The map of what the replies prove, as numbers for an SVG with the scene in its middle. Pure.

The map holds no styles: the template gives classes, because the Content-Security-Policy allows no
style in the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot

from chalicelib.geo.sight.field_of_view import offset_metres
from chalicelib.geo.sight.view_plan import ORIGIN, Paper, Plan, Spot, view_corners
from chalicelib.requests.coverage.coverage import Coverage, SiteCoverage, merged_windows
from chalicelib.requests.coverage.viewing_log import MINUTE
from chalicelib.requests.recipient_states import STATES, TriageGroup

WIDTH, HEIGHT = 880, 520
MARGIN = 44
FARTHEST = 1_000
"""Metres from the scene beyond which a site is counted, not drawn."""
AROUND = 120
"""Metres used in place of FARTHEST where at least ENOUGH_AROUND sites are nearer: no usual camera
sees so far, and on a larger map the sites that matter would lie on each other."""
ENOUGH_AROUND = 4
_PAPER = Paper(WIDTH, HEIGHT, MARGIN, MARGIN, smallest=60.0)
MOST_NUMBERED = 99
_RINGS = (10, 25, 50, 100, 250, 500, 1000)


@dataclass(frozen=True)
class Wedge:
    """A camera's field of view. look: checked, held or other. whole: for all the time asked."""

    path: str
    look: str
    whole: bool


@dataclass(frozen=True)
class Marker:
    """A site on the map. number: its number in the list beside the map. look: checked, held,
    waiting or none. known: True when the field of view of at least one of its cameras is known."""

    number: int
    x: float
    y: float
    look: str
    known: bool
    diamond: str
    label: str


@dataclass(frozen=True)
class Ring:
    """A circle around the scene. radius: on the drawing; metres: what it stands for."""

    radius: float
    metres: int


@dataclass(frozen=True)
class Picture:
    """The whole map. x, y: the scene. bar: width of the scale's bar; bar_metres: what it stands
    for. far: how many sites are more than `farthest` metres away and not drawn; placeless: how many
    sites have no known place any more."""

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
        """True when some camera's view counts for only a part of the time asked."""
        return any(not wedge.whole for wedge in self.wedges)


def marker_look(site: SiteCoverage) -> str:
    """How a site is marked on the map: checked, held, waiting or none."""
    layer = STATES[site.asked.recipient.state].layer
    if layer and site.asked.files_kept:
        return layer.value
    groups = {STATES[asked.recipient.state].group for asked in site.asks}
    return "waiting" if TriageGroup.WAITING in groups else "none"


def picture_of(coverage: Coverage, numbers: Mapping[str, int] | None = None) -> Picture:
    """The map of a coverage. numbers: of sites, by id; sites without one are numbered from 1 in the
    coverage's order."""
    known = numbers or {}
    places: dict[int, Spot] = {}
    for number, site in enumerate(coverage.sites, start=1):
        registered = site.asked.site
        if registered:
            place = (registered.latitude_e6, registered.longitude_e6)
            places[number] = offset_metres(coverage.scene, place)
    around = sum(hypot(*spot) <= AROUND for spot in places.values())
    farthest = AROUND if around >= ENOUGH_AROUND else FARTHEST
    spots = {number: spot for number, spot in places.items() if hypot(*spot) <= farthest}
    drawn = [(number, coverage.sites[number - 1], spot) for number, spot in spots.items()]
    plan = _PAPER.fit([ORIGIN, *(end for _, site, spot in drawn for end in _extent(site, spot))])
    x, y = plan.at(ORIGIN)
    bar = plan.bar((5, *_RINGS), 5)
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        x=x,
        y=y,
        wedges=tuple(
            wedge for _, site, spot in drawn for wedge in _wedges(coverage, site, spot, plan)
        ),
        markers=tuple(
            _marker(known.get(site.site_id, number), site, plan.at(spot))
            for number, site, spot in drawn
        ),
        rings=tuple(_rings(plan)),
        bar=plan.drawn(bar),
        bar_metres=bar,
        numbered=len(coverage.sites) <= MOST_NUMBERED,
        far=len(places) - len(spots),
        farthest=farthest,
        placeless=len(coverage.sites) - len(places),
    )


def _extent(site: SiteCoverage, spot: Spot) -> Iterable[Spot]:
    """The spots that the map must have room for: a site and the corners of its cameras' views."""
    yield spot
    for view in site.views:
        if view.known:
            yield from view_corners(view.lens, spot)


def _wedges(coverage: Coverage, site: SiteCoverage, spot: Spot, plan: Plan) -> Iterable[Wedge]:
    """The field of view of each camera of a site, looking as that camera's own answer makes it: a
    camera that was off shows nothing, whatever the camera beside it showed."""
    for view in site.views:
        if not view.known:
            continue
        shown = site.shown(view, coverage.spans)
        layers = {layer.value for state, _ in shown if (layer := STATES[state].layer)}
        look = "held" if "held" in layers else "checked" if layers else "other"
        minutes = sum(
            (one.end - one.start) / MINUTE for one in merged_windows(window for _, window in shown)
        )
        yield Wedge(plan.outline(view.lens, spot), look, not shown or minutes >= coverage.minutes)


def _marker(number: int, site: SiteCoverage, at: Spot) -> Marker:
    x, y = at
    return Marker(
        number=number,
        x=x,
        y=y,
        look=marker_look(site),
        known=any(view.known for view in site.views),
        diamond=f"M{x} {round(y - 14, 1)}l14 14-14 14-14-14z",
        label=site.site_id,
    )


def _rings(plan: Plan) -> Iterable[Ring]:
    """At most three circles around the scene, none too small to read or larger than the map."""
    fitting = [m for m in _RINGS if 50 <= m * plan.scale <= WIDTH * 0.6]
    return [Ring(plan.drawn(metres), metres) for metres in fitting[-3:]]
