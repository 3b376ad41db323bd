"""Nobody signs in as an officer without a second factor.

A temporary officer and a temporary app client are made, because the console's own client lets
nobody in by password alone, and both are removed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved
from infra.first_day.totp import STEP, totp_code

QUESTION = "Does an officer's password alone open nothing?"


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Sign in as a new officer: the pool must ask for a second factor, and for the right one."""
    cognito = stage.client("cognito-idp")
    pool = stage.outputs["UserPoolId"]
    asked = cognito.get_user_pool_mfa_config(UserPoolId=pool).get("MfaConfiguration", "OFF")
    if asked != "ON" and stage.emulated:
        yield not_here("The local stack asks for no second factor; a stage in AWS does.")
        return
    if asked != "ON":
        yield failed(f"The user pool's second factor is {asked}.", "Deploy: --set OfficerTotp=ON.")
        return
    sign_in = _temporary_officer(stage, cognito, pool)
    first = sign_in()
    if first.get("ChallengeName") == "MFA_SETUP":
        yield proved("A new officer's password opens nothing: they must first set up an app.")
        secret = _set_up_app(cognito, {"Session": first["Session"]})
    elif stage.emulated:
        yield not_here("The emulator lets in a new officer without an app; Cognito has it set up.")
        own = {"AccessToken": first["AuthenticationResult"]["AccessToken"]}
        secret = _set_up_app(cognito, own)
    else:
        yield failed(
            f"A new officer's password was answered with {first.get('ChallengeName', 'tokens')}.",
            "Look at the user pool's MFA settings: TOTP must be required.",
        )
        return
    again = sign_in()
    if again.get("ChallengeName") != "SOFTWARE_TOKEN_MFA":
        yield failed(
            "An officer with an app is let in by the password alone.",
            "Look at the user pool's MFA settings: TOTP must be required.",
        )
        return
    right = totp_code(secret)
    wrong = f"{(int(right) + 500_000) % 1_000_000:06}"
    if not sign_in(wrong):
        yield proved("A wrong code is refused.")
    else:
        yield failed("A wrong code let an officer in.", "Ask AWS: this must never happen.")
    # A code is good once, and was used to set up the app: the next one is due within 30 seconds.
    told = stage.wait_for(lambda: sign_in(totp_code(secret)) or None, STEP * 3, pause=STEP / 3)
    if told and "AuthenticationResult" in told:
        yield proved("Password and code together sign in.")
    else:
        yield failed("Password and code do not sign in.", "Look at the pool's events of sign-in.")


def _temporary_officer(stage: StageOnTrial, cognito: Any, pool: str) -> Any:
    """Make an officer without a role and a client for this; return what signs in as them."""
    name, password = stage.own_name(), "Aa1-" + secrets.token_urlsafe(24)
    cognito.admin_create_user(
        UserPoolId=pool, Username=name, TemporaryPassword=password, MessageAction="SUPPRESS"
    )
    stage.remove_later(f"officer {name}", cognito.admin_delete_user, UserPoolId=pool, Username=name)
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=name, Password=password, Permanent=True
    )
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName=name,
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    stage.remove_later(
        f"client {name}", cognito.delete_user_pool_client, UserPoolId=pool, ClientId=client
    )

    def sign_in(code: str = "") -> dict[str, Any]:
        """Ask with the password, and answer with a code; {} when the code is refused."""
        which = {"UserPoolId": pool, "ClientId": client}
        told: dict[str, Any] = cognito.admin_initiate_auth(
            **which,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
        if not code:
            return told
        try:
            answered: dict[str, Any] = cognito.admin_respond_to_auth_challenge(
                **which,
                ChallengeName="SOFTWARE_TOKEN_MFA",
                Session=told["Session"],
                ChallengeResponses={"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in REFUSED_CODES:
                return {}
            raise
        return answered

    return sign_in


REFUSED_CODES = {"CodeMismatchException", "ExpiredCodeException", "NotAuthorizedException"}
"""A wrong code, one that is over, and one that was used before."""


def _set_up_app(cognito: Any, who: dict[str, str]) -> str:
    """Do what an officer does with their telephone; return the app's secret. who: the session of a
    sign-in that waits for it, or an access token."""
    app = cognito.associate_software_token(**who)
    goes_on = {"Session": app["Session"]} if "Session" in who else who
    cognito.verify_software_token(**goes_on, UserCode=totp_code(app["SecretCode"]))
    return str(app["SecretCode"])
