"""The entry point for Chalice: builds the application and registers its routes and jobs."""

from __future__ import annotations

from chalicelib.jobs import (
    copy_record,
    deliver,
    mail_events,
    receive_upload,
    remind,
    review_use,
    seal_audit,
    sweep,
    verify_record,
)
from chalicelib.web.http.application import Sightline
from chalicelib.web.http.route_table import PAGES

app = Sightline(app_name="sightline")
for routes in PAGES:
    app.register_blueprint(routes.blueprint)
for job in (
    copy_record,
    deliver,
    mail_events,
    receive_upload,
    remind,
    review_use,
    seal_audit,
    sweep,
    verify_record,
):
    app.register_blueprint(job.job)
