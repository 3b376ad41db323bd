"""A form about something that has been removed is told once, and leads nobody there again."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.access.form_drafts import FormDraft
from chalicelib.core.errors import Gone, NotFound
from chalicelib.web.drafts import draft_view
from chalicelib.web.http.declarations import Audience
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Route, RouteKind

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DRAFT = FormDraft("owner." + "0" * 16, "1" * 16, "/x", {}, "{}", NOW, NOW)


def test_it_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def removed(*_: object) -> Any:
        raise NotFound("There is no such camera at this address.")

    form = Route("POST", "/x", Audience.OWNER, RouteKind.FORM, None, "", again=removed)
    monkeypatch.setattr(draft_view, "DECLARED", [form])
    gone: list[tuple[str, str]] = []
    drafts = SimpleNamespace(
        find_draft=lambda *_: DRAFT, remove_draft=lambda *which: gone.append(which)
    )
    own: Any = SimpleNamespace(access=SimpleNamespace(form_drafts=drafts))
    named = {"draft_id": DRAFT.id}
    call = RequestContext(own, "GET", "/d", "/d", named, {}, {}, b"", NOW, owner_id="0" * 16)
    with pytest.raises(Gone, match="removed since"):
        draft_view.show_draft(call)
    assert gone == [(DRAFT.person, DRAFT.id)]
