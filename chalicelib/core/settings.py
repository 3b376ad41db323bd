"""The settings of a function, read once from its environment, never at import time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from chalicelib.core.countries import DEFAULT

OPTIONAL = {
    "basemap_url": "",
    "log_level": "INFO",
    "sweep_seconds": "",
    "contact_budget": "4",
    "country": DEFAULT,
    "mail_rate": "0",
    "answer_seconds": "25",
    "edge_secret_arn": "",
    "direct_calls": "refused",
    "forwarded_hops": "2",
    "mail_a_day": "0",
    "text_sender": "",
    "searches_a_day": "60",
    "sites_a_day": "20000",
    "reveals_a_day": "60",
    "directory_name": "",
    "directory_roles": "",
    "directory_only": "no",
    "directory_hours": "4",
}


@dataclass(frozen=True)
class Settings:
    """The environment of every function (infra/templates/stage/environment.yaml). All strings."""

    stage: str
    registry_table: str
    audit_table: str
    evidence_bucket: str
    audit_bucket: str
    base_url: str
    """Public origin of pages, API and assets, without a slash at the end."""
    user_pool_id: str
    client_id: str
    sign_in_url: str
    """Origin of Cognito's hosted sign-in page."""
    secret_arn: str
    send_queue_url: str
    state_machine_arn: str
    mail_from: str
    mail_configuration_set: str
    evidence_origin: str
    """Origin of presigned S3 addresses, for the Content-Security-Policy."""
    force_name: str
    force_phone: str
    time_zone: str
    basemap_url: str = ""
    """Address of the base map's PMTiles; empty for a plain background."""
    log_level: str = "INFO"
    sweep_seconds: str = ""
    """Seconds between rounds of recovery within one call of `jobs.sweep`; empty for one round."""
    contact_budget: str = "4"
    """How many requests may reach an owner in 30 days."""
    country: str = DEFAULT
    """Code of the country whose postcodes and telephone numbers are used (`core.countries`)."""
    mail_rate: str = "0"
    """Messages a second that the account may send (SES: MaxSendRate); 0 for no limit."""
    answer_seconds: str = "25"
    """Seconds within which every page and API call is answered (`core.deadline`); API Gateway waits
    for 29."""
    edge_secret_arn: str = ""
    """The secret with the key that the edge shows (`limits.edge_key`)."""
    direct_calls: str = "refused"
    """"allowed" where no edge stands before the application, as in tests within one process."""
    forwarded_hops: str = "2"
    """How many of the last entries of X-Forwarded-For our own hops write: CloudFront's and API
    Gateway's; the emulator's gateway writes none."""
    text_sender: str = ""
    """Who text messages come from: a sender ID or a number; empty for what SNS chooses."""
    mail_a_day: str = "0"
    """Messages that the account may send in 24 hours (SES: Max24HourSend); 0 for no limit."""

    searches_a_day: str = "60"
    """How many searches an officer may make in a day (`oversight.look_budgets`)."""
    sites_a_day: str = "20000"
    """How many sites an officer's searches may show in a day."""
    reveals_a_day: str = "60"
    """How many times an officer may see an owner's contact details in a day."""

    directory_name: str = ""
    """How Cognito calls the force's directory; empty for none."""
    directory_roles: str = ""
    """The roles of the directory's groups, in JSON (`access.federation.directory_roles`)."""
    directory_only: str = "no"
    """"yes" where no local account may sign in: officers are sent straight to the directory."""
    directory_hours: str = "4"
    """How long a session of an officer of the directory may last."""

    @property
    def inbox_bucket(self) -> str:
        """The bucket that browsers without JavaScript send files to, from which jobs fetch them."""
        return f"{self.evidence_bucket}-in"

    @property
    def inbox_origin(self) -> str:
        """Origin that upload forms are posted to (the inbox), for the Content-Security-Policy."""
        return self.evidence_origin.replace(f"//{self.evidence_bucket}.", f"//{self.inbox_bucket}.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings in `environment` (the process's own by default).

        Raises RuntimeError that names every missing value, so that all can be set at once.
        """
        source = os.environ if environment is None else environment
        values = {f.name: source.get(f.name.upper(), OPTIONAL.get(f.name, "")) for f in fields(cls)}
        missing = [n.upper() for n, v in values.items() if not v and n not in OPTIONAL]
        if missing:
            raise RuntimeError(f"missing in the environment: {', '.join(missing)}")
        return cls(**values)
