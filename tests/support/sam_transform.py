"""What CloudFormation makes of AWS::Serverless: AWS's own translator, which has its own Python.

    build/opinion/bin/python tests/support/sam_transform.py TEMPLATE REGION PARAMETERS MADE

PARAMETERS is a file of those that are set. Writes the transformed template to the file MADE. It
runs in the environment of requirements-opinion.in, so it imports nothing of ours.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import boto3  # type: ignore[import-untyped, unused-ignore] # has no types where it is checked
from samtranslator.parser.parser import Parser  # type: ignore[import-not-found] # not in .venv
from samtranslator.translator.translator import Translator  # type: ignore[import-not-found]


def main() -> None:
    logging.disable()  # it tells of features that are not switched on
    template = json.loads(Path(sys.argv[1]).read_text())
    session = boto3.Session(region_name=sys.argv[2])
    # No managed policy is named in our template, so none has to be looked up.
    translator = Translator({}, Parser(), boto_session=session)
    made = translator.translate(
        template, json.loads(Path(sys.argv[3]).read_text()), feature_toggle=None
    )
    Path(sys.argv[4]).write_text(json.dumps(made))


if __name__ == "__main__":
    main()
