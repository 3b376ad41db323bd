"""Models of how fast somebody went along a corridor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo, field_validator

from chalicelib.geo.timed_path import PRESETS
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.fields.geo_field_types import finite_number
from chalicelib.web.http.validation import Input, rule_error, schema_error

LEAST_KMH, MOST_KMH = 0.5, 300.0
HOW = '{"preset": "walking", "cycling" or "driving"} or {"min_kmh": …, "max_kmh": …}'
"""How a speed is written, for error sentences."""


@dataclass(frozen=True)
class KmhField(FieldType):
    """A speed in km/h."""

    schema: ClassVar = {"type": "number", "minimum": LEAST_KMH, "maximum": MOST_KMH}

    def read(self, sent: Any) -> float:
        found = finite_number(sent)
        if found is None or not LEAST_KMH <= found <= MOST_KMH:
            raise schema_error(f"Give km/h, a number from {LEAST_KMH} to {MOST_KMH:.0f}")
        return found


@dataclass(frozen=True)
class PresetField(FieldType):
    """A speed by the name of its preset."""

    schema: ClassVar = {"type": "string", "enum": list(PRESETS)}

    def read(self, sent: Any) -> str:
        if not isinstance(sent, str) or sent not in PRESETS:
            raise schema_error(f"Must be one of {', '.join(PRESETS)}")
        return sent


class PresetSpeed(Input):
    """How fast somebody went, as a preset. docs/search.md says what each preset stands for."""

    preset: Annotated[str, PresetField("a speed")]


class SpeedRange(Input):
    """How fast somebody went over the whole way: at least and at most."""

    min_kmh: Annotated[float, KmhField("km/h")]
    max_kmh: Annotated[float, KmhField("km/h")]

    @field_validator("max_kmh")
    @classmethod
    def _not_slower(cls, fastest: float, info: ValidationInfo) -> float:
        if fastest < info.data.get("min_kmh", 0):
            raise rule_error("The fastest must not be slower than the slowest")
        return fastest


Speed = SpeedRange | PresetSpeed


@dataclass(frozen=True)
class SpeedField(FieldType):
    """A speed as a preset or as a range; the member `preset` tells which."""

    what: str = "the speed"

    def read(self, sent: Any) -> Speed:
        if not isinstance(sent, dict) or not sent:
            raise schema_error(f"Give {HOW}")
        if "preset" not in sent:
            return SpeedRange.model_validate(sent)
        if len(sent) > 1:
            raise schema_error(f"Give either {HOW}")
        return PresetSpeed.model_validate(sent)

    def describe(self) -> dict[str, Any]:
        return {"anyOf": [PresetSpeed.model_json_schema(), SpeedRange.model_json_schema()]}
