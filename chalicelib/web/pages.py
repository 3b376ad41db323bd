"""Every group of routes; a feature adds its own here."""

from __future__ import annotations

from chalicelib.web import resident_home
from chalicelib.web.routing import Routes

PAGES: tuple[Routes, ...] = (resident_home.routes,)
