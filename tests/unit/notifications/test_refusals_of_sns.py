"""Text messages against the errors that SNS documents for Publish."""

from __future__ import annotations

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.notifications.channels import Texter, Undeliverable
from tests.support.stubbed import Refusal, stubbed

PHONE = "+447700900982"


def refused(code: str) -> pytest.ExceptionInfo[Exception]:
    sns = stubbed("sns", ("publish", Refusal(code, f"Invalid parameter: {PHONE} opted out")))
    with pytest.raises((Undeliverable, Unavailable)) as error:
        Texter(sns).send(PHONE, "Look.")
    return error


@pytest.mark.parametrize("code", ["InvalidParameter", "ParameterValueInvalid"])
def test_a_number_that_is_refused_is_not_tried_again(code: str) -> None:
    error = refused(code)
    assert error.type is Undeliverable
    assert PHONE not in str(error.value) and error.value.__cause__ is None, "it would reach a log"


@pytest.mark.parametrize(
    "code", ["InternalError", "Throttling", "AuthorizationError", "KMSDisabled"]
)
def test_everything_else_may_pass(code: str) -> None:
    error = refused(code)
    assert error.type is Unavailable
    assert PHONE not in str(error.value) and error.value.__cause__ is None
