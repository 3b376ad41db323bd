"""The entry point for Chalice: builds the application and registers its routes and jobs."""

from __future__ import annotations

from importlib import import_module

from chalicelib.web.http.application import Sightline
from chalicelib.web.http.route_table import PAGES

JOBS = (
    "copy_record deliver directory_sign_in mail_events receive_upload remind review_use seal_audit "
    "sweep verify_record"
)
"""Names of the modules with jobs; a new one is added here."""

app = Sightline(app_name="sightline")
for routes in PAGES:
    app.register_blueprint(routes.blueprint)
for name in JOBS.split():
    app.register_blueprint(import_module(f"chalicelib.jobs.{name}").job)
