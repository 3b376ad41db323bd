"""Ends every console session of an officer at once.

Use it for an officer who left, or whose device was lost. Disable the account in Cognito (or in the
force's directory) first, or the officer can sign in again. A Bearer token that was issued before
works until it expires, after an hour at most.
"""

from __future__ import annotations

import argparse

from chalicelib.access.officer_profiles import OfficerProfiles
from chalicelib.access.sessions import Sessions
from chalicelib.core.times import utc_now
from chalicelib.core.typed.typed_text import clean_text
from chalicelib.dynamodb.table import Table
from infra.errors import StackError
from infra.target import Target

HELP = "End every console session of an officer."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("username", type=clean_text, help="as they sign in")


def run(options: argparse.Namespace, target: Target) -> int:
    """End the officer's sessions. Raises StackError when nobody of this name has signed in."""
    table = Table(target.client("dynamodb"), target.outputs()["RegistryTable"])
    known = OfficerProfiles(table, utc_now).all()
    # One name can have belonged to two accounts, one after the other.
    found = [officer for officer in known if officer.username == options.username]
    if not found:
        raise StackError(f"Nobody called {options.username} has signed in to this stage.")
    sessions = Sessions(table, utc_now)
    ended = sum(sessions.end_all_of_officer(officer.id) for officer in found)
    print(f"Ended {ended} session{'' if ended == 1 else 's'} of {options.username}.")
    return 0
