"""How fast somebody went along a corridor, as the API takes it and answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import ValidationInfo, field_validator

from chalicelib.geo.journeys import PRESETS
from chalicelib.web.field_types import FieldType
from chalicelib.web.geo_field_types import number
from chalicelib.web.validation import Input, refused, wrong

LEAST_KMH, MOST_KMH = 0.5, 300.0
HOW = '{"preset": "walking", "cycling" or "driving"} or {"min_kmh": …, "max_kmh": …}'
"""How to say it, for sentences."""


@dataclass(frozen=True)
class Kmh(FieldType):
    """A speed in km/h."""

    def read(self, sent: Any) -> float:
        """The speed."""
        found = number(sent)
        if found is None or not LEAST_KMH <= found <= MOST_KMH:
            raise wrong(f"Give km/h, a number from {LEAST_KMH} to {MOST_KMH:.0f}")
        return found

    def describe(self) -> dict[str, Any]:
        """A number."""
        return {"type": "number", "minimum": LEAST_KMH, "maximum": MOST_KMH}


@dataclass(frozen=True)
class Preset(FieldType):
    """A speed by name."""

    def read(self, sent: Any) -> str:
        """The name."""
        if not isinstance(sent, str) or sent not in PRESETS:
            raise wrong(f"Must be one of {', '.join(PRESETS)}")
        return sent

    def describe(self) -> dict[str, Any]:
        """The names."""
        return {"type": "string", "enum": list(PRESETS)}


class PresetSpeed(Input):
    """How fast somebody went, by name. What each stands for is in docs/search.md."""

    preset: Annotated[str, Preset("a speed")]


class SpeedRange(Input):
    """How fast somebody went over the whole way: at least and at most."""

    min_kmh: Annotated[float, Kmh("km/h")]
    max_kmh: Annotated[float, Kmh("km/h")]

    @field_validator("max_kmh")
    @classmethod
    def _not_slower(cls, fastest: float, info: ValidationInfo) -> float:
        if fastest < info.data.get("min_kmh", 0):
            raise refused("The fastest must not be slower than the slowest")
        return fastest


Speed = SpeedRange | PresetSpeed


@dataclass(frozen=True)
class SpeedField(FieldType):
    """One of the two, told apart by their members."""

    what: str = "the speed"

    def read(self, sent: Any) -> Speed:
        """The speed as it was sent."""
        if not isinstance(sent, dict) or not sent:
            raise wrong(f"Give {HOW}")
        if "preset" not in sent:
            return SpeedRange.model_validate(sent)
        if len(sent) > 1:
            raise wrong(f"Give either {HOW}")
        return PresetSpeed.model_validate(sent)

    def describe(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [PresetSpeed.model_json_schema(), SpeedRange.model_json_schema()]}
