"""The entry point for Chalice: builds the application and registers its routes and jobs."""

from __future__ import annotations

from chalicelib.jobs import (
    deliver,
    mail_events,
    receive_upload,
    remind,
    review_use,
    seal_audit,
    sweep,
)
from chalicelib.web.http.application import Sightline
from chalicelib.web.http.route_table import PAGES

app = Sightline(app_name="sightline")
for routes in PAGES:
    app.register_blueprint(routes.blueprint)
for job in (deliver, mail_events, receive_upload, remind, review_use, seal_audit, sweep):
    app.register_blueprint(job.job)
