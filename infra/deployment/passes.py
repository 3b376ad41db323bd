"""A release on its way to a stage: the passes over its main stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.deployment.artifacts import Artifacts
from infra.deployment.releases import Release
from infra.deployment.target import Target
from infra.deployment.versions import Shift, published
from infra.stacks.applying import Consent, apply_stack, outputs_of, parameters_of
from infra.stacks.statuses import physical_names

NOT_YET = "not-yet"
"""The value of the parameter Protect between the passes of a first deployment."""


@dataclass
class StageWork:
    """What is brought to a stage, and how; remembers the template that was applied last."""

    target: Target
    artifacts: Artifacts
    release: Release
    consent: Consent
    shift: Shift
    applied: str = ""

    def main_stack(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Apply the stage's template; return the outputs, which are none when it is only planned
        and there was nothing before."""
        template, key = self._completed(parameters)
        self.applied = key
        return apply_stack(
            self.target.client("cloudformation"),
            self.target.stack,
            template,
            parameters,
            self.artifacts.address(key),
            self.consent,
        )

    def is_behind(self, parameters: Mapping[str, str]) -> bool:
        """Tell whether the API's version was published for other resources than the stage has now,
        as when the last pass replaced a table."""
        return self._completed(parameters)[1] != self.applied

    def stored_template(self, key: str) -> dict[str, Any]:
        """Read a template of the release."""
        template: dict[str, Any] = json.loads(self.artifacts.read(key))
        return template

    def _completed(self, parameters: Mapping[str, str]) -> tuple[dict[str, Any], str]:
        """Complete the template for these values and the resources that the stage has now; return
        it with its key in the artifact bucket."""
        cloudformation = self.target.client("cloudformation")
        values = {**parameters_of(cloudformation, self.target.stack), **parameters}
        physical: dict[str, str] = {}
        if outputs_of(cloudformation, self.target.stack):
            physical = physical_names(cloudformation, self.target.stack)
        stored = self.stored_template(self.release.stage_template)
        template = published(stored, values, physical, self.shift)
        return template, self.artifacts.put_template(json.dumps(template, sort_keys=True))
