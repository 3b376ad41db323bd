"""Makes a new key by which the API knows its edge, and has CloudFront take it up.

The API takes the key before it as well, so that nobody is refused while CloudFront, which needs
some minutes, still shows that one. The key before that is worth nothing from now on. When a key may
have become known, run the command twice.
"""

from __future__ import annotations

import argparse
import json
import secrets
import time

from chalicelib.limits.edge_key import AGAIN
from infra.deployment.edge import key_version, shown_version, take_up_key
from infra.deployment.target import Target

HELP = "Make a new key by which the API knows its edge."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser; it has none."""


def run(options: argparse.Namespace, target: Target) -> int:
    """Store the new key beside the present one, and deploy it to the edge. A rotation that was cut
    short is finished first, because the API takes no more than two keys."""
    arn = target.outputs()["EdgeSecretArn"]
    client = target.client("secretsmanager")
    if shown_version(target) != key_version(target, arn):
        print("The last rotation was not finished. Finishing it.")
        take_up_key(target, arn)
    present = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    keys = {"key": secrets.token_urlsafe(48), "previous": present["key"]}
    client.put_secret_value(SecretId=arn, SecretString=json.dumps(keys))
    # From now on each process either knows the new key or looks for it when it is shown.
    time.sleep(AGAIN + 1)
    take_up_key(target, arn)
    print("The edge shows a new key. The one before it is taken until the next rotation.")
    return 0
