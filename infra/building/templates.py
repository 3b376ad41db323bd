"""Reading the templates: of the stage, made up of many files, of the edge and of what belongs to it
in us-east-1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

from infra.errors import StackError
from infra.paths import TEMPLATES

STAGE = TEMPLATES / "stage"
EDGE = TEMPLATES / "edge.yaml"
FIREWALL = TEMPLATES / "firewall.yaml"
EDGE_ALARMS = TEMPLATES / "edge_alarms.yaml"
REMINDERS = TEMPLATES / "reminder.asl.json"


def read_template(file: Path) -> dict[str, Any]:
    """Read a template with its short forms (!Ref, !Sub …) spelt out."""
    template: dict[str, Any] = YAMLTemplateSerializer().load_template(file.read_text(), str(file))
    return template


def read_stage_template() -> dict[str, Any]:
    """Put together what is added to the functions and the API that Chalice makes from app.py.

    Each file of the folder holds sections of one template (Parameters, Resources, Outputs …).
    What is stored is kept when a stack is deleted or a change would replace it, but not when the
    very first deployment fails: RetainExceptOnCreate. The edge (CloudFront) is a stack of its own,
    because it needs the API's id and this stack needs its address.

    Raises StackError when two files name the same thing.
    """
    whole: dict[str, Any] = {}
    for file in sorted(STAGE.glob("*.yaml")):
        for section, named in read_template(file).items():
            known = whole.setdefault(section, {})
            if twice := sorted(set(known) & set(named)):
                raise StackError(f"{file.name} names again: {', '.join(twice)} ({section}).")
            known.update(named)
    return whole
