"""What a stage proves of itself in a real account: `python -m infra.first_day --stage NAME`.

Prints what was proved, what failed and what to do about it. Everything that a check makes is
removed when it is over, also when it fails or Ctrl-C is pressed. Without --stage it tries the local
stack, and says what an emulator cannot show. Ends with 1 when something failed.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing

from botocore.exceptions import NoCredentialsError

from infra.deployment.target import REGION
from infra.errors import StackError, report_errors
from infra.first_day.checks import CHECKS
from infra.first_day.running import Outcome, TrialFinding, run_checks
from infra.manage import target_of

MARKS = {Outcome.PROVED: "✓", Outcome.FAILED: "✗", Outcome.NOT_HERE: "–"}


def main() -> int:
    """Run the command line: run all checks, or those that are named."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.first_day", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--stage", default=argparse.SUPPRESS, help="a stage in AWS instead of the local stack"
    )
    parser.add_argument(
        "--region", default=argparse.SUPPRESS, help=f"where that stage is ({REGION})"
    )
    parser.add_argument(
        "--only", action="append", choices=list(CHECKS), help="one check; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    target = target_of(options)
    target.outputs()  # says in words that there is no such stage
    chosen = [(name, check) for name, check in CHECKS.items() if name in (options.only or CHECKS)]
    found: list[TrialFinding] = []
    with closing(run_checks(target, chosen)) as findings:  # tidies up, also when this is stopped
        for finding in findings:
            if not options.json:
                _tell(finding, finding.check != (found[-1].check if found else ""))
            found.append(finding)
    count = {outcome: sum(one.outcome is outcome for one in found) for outcome in Outcome}
    if options.json:
        counted = {str(outcome): number for outcome, number in count.items()}
        told = [one.as_json() for one in found]
        print(json.dumps({"stack": target.stack, **counted, "findings": told}, indent=1))
    else:
        shown = ", ".join(f"{number} {outcome}" for outcome, number in count.items())
        print(f"\n{target.stack} in {target.region}: {shown}.")
    return 1 if count[Outcome.FAILED] else 0


def _tell(finding: TrialFinding, is_first: bool) -> None:
    """Print a finding, under its check's question."""
    if is_first:
        print(f"\n{CHECKS[finding.check].QUESTION}  [{finding.check}]", flush=True)
    print(f"  {MARKS[finding.outcome]} {finding.said}", flush=True)
    if finding.todo:
        print(f"    → {finding.todo}", flush=True)


def _run() -> int:
    try:
        return main()
    except NoCredentialsError as error:
        raise StackError(
            "AWS knows no credentials here. Sign in first (aws sso login, or AWS_PROFILE=…)."
        ) from error


if __name__ == "__main__":
    raise SystemExit(report_errors(_run))
