"""The entry point for Chalice: builds the application and registers its routes and jobs."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from chalicelib.web.http.application import Sightline
from chalicelib.web.http.route_table import PAGES

JOBS = (
    "copy_record deliver directory_sign_in mail_events receive_upload remind review_use seal_audit "
    "sweep verify_record"
)
"""Names of the modules with jobs; a new one is added here."""

AT_THE_KEYBOARD = {
    "deploy": "`chalice deploy` cannot deploy this: it would make functions without their roles, "
    "tables and queues, and an API without its edge. Use: python -m infra.deploy --stage NAME "
    "(README.md).",
    "local": "`chalice local` shows pages alone, and only with the environment of a stage that "
    "runs: no officers (Cognito), no tokens for /api/v1, no styles and scripts (/assets), no "
    "e-mail, uploads, queues, reminders or schedules. `make up` runs all of it on this machine "
    "(README.md).",
}
"""What somebody who knows Chalice reads at two of its commands, which load this module first."""

if Path(sys.argv[0]).name == "chalice":  # never in Lambda
    if "deploy" in sys.argv:
        sys.exit(AT_THE_KEYBOARD["deploy"])
    if "local" in sys.argv:
        print(AT_THE_KEYBOARD["local"], file=sys.stderr)

app = Sightline(app_name="sightline")
for routes in PAGES:
    app.register_blueprint(routes.blueprint)
for name in JOBS.split():
    app.register_blueprint(import_module(f"chalicelib.jobs.{name}").job)
