"""Ends every console session of an officer at once, and every Bearer token that they gave out.

Use it for an officer whose device was lost. An officer who left is disabled in Cognito, which ends
everything within a minute by itself: this command saves the minute. Who is not disabled can sign
in again.
"""

from __future__ import annotations

import argparse

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.officer_profiles import OfficerProfiles
from chalicelib.access.presence.officer_presence import end_every_session
from chalicelib.access.sessions import Sessions
from chalicelib.core.times import utc_now
from chalicelib.core.typed.typed_text import clean_text
from chalicelib.dynamodb.table import Table
from infra.deployment.target import Target
from infra.errors import StackError

HELP = "End every console session of an officer, and the Bearer tokens of each."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("username", type=clean_text, help="as they sign in")


def run(options: argparse.Namespace, target: Target) -> int:
    """End the officer's sessions, on record. Raises StackError when nobody of this name has signed
    in."""
    outputs, client = target.outputs(), target.client("dynamodb")
    table = Table(client, outputs["RegistryTable"])
    known = OfficerProfiles(table, utc_now).all()
    # One name can have belonged to two accounts, one after the other.
    found = [officer for officer in known if officer.username == options.username]
    if not found:
        raise StackError(f"Nobody called {options.username} has signed in to this stage.")
    audit = AuditLog(Table(client, outputs["AuditTable"]), utc_now)
    sessions, ended = Sessions(table, utc_now), 0
    for officer in found:
        audit.record_act(
            Actor.system("end-sessions"), Action.ENDED_SESSIONS, f"officer.{officer.id}"
        )
        ended += end_every_session(table, sessions, officer.id, utc_now())
    print(f"Ended {ended} session{'' if ended == 1 else 's'} of {options.username}.")
    return 0
