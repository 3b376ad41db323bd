"""Paths of the checkout that several commands use."""

from __future__ import annotations

from pathlib import Path

# Not resolved: a tree of links to a checkout builds into itself, not into the checkout.
ROOT = Path(__file__).absolute().parent.parent
BUILD = ROOT / "build"
LOCAL = ROOT / ".local"
TEMPLATES = ROOT / "infra" / "templates"
SHARED_DATA = ROOT.parent / "shared" / "data"
"""Open data beside the checkout. Without it the demo uses an invented town."""
