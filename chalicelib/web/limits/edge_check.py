"""Refuses calls that did not come by our own edge, before anything is read of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.errors import Forbidden
from chalicelib.limits.edge_key import HEADER


def check_came_by_edge(event: Mapping[str, Any]) -> None:
    """Raise Forbidden for a call of the API's own address. event: API Gateway's.

    Raises NoAnswer when the key of the edge cannot be read: nobody is let in unseen.
    """
    from chalicelib.container import services

    own = services()
    if own.settings.direct_calls == "allowed":
        return
    headers = event.get("headers") or {}
    shown = next((str(said) for name, said in headers.items() if name.lower() == HEADER), "")
    if not own.limits.edge_key.admits(shown):
        raise Forbidden(
            "This address is not for direct calls. Use the public address of the service: "
            f"{own.settings.base_url}"
        )
