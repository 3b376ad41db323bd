"""Says which quotas of the account are too small for a stage, with the requests that raise them.

Tell it how many officers work at the same time on a busy day; everything else is known.
"""

from __future__ import annotations

import argparse

from infra.account.quotas import quotas_for, too_small
from infra.deployment.target import Target

HELP = "Say which quotas of the account are too small, and how to ask for more."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("--officers", type=int, default=500, help="who work at the same time (500)")


def run(options: argparse.Namespace, target: Target) -> int:
    """Print each quota and whether it is enough; 1 when one is too small."""
    quotas = quotas_for(target, options.officers)
    for quota in quotas:
        enough = "too small" if quota.is_too_small else "enough"
        print(f"{enough:9}  {quota.name}: {quota.has:.0f}, needed {quota.needs:.0f}")
    lines = too_small(target, quotas)
    print("\n".join(lines))
    return 1 if lines else 0
