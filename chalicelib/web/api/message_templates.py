"""API view of the message templates, for programs that send requests for an officer."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.incidents.message_templates import PLACEHOLDERS
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.message_templates", "api")


@routes.json("GET", "/api/v1/wordings", Audience.API, Permission.VIEW_WORDINGS)
def list_templates(call: RequestContext) -> Response:
    """List the message templates in use, by name, and what their placeholders stand for."""
    from chalicelib.web.models.message_template_models import (
        MessageTemplateModel,
        MessageTemplatesModel,
    )

    wordings = [
        MessageTemplateModel.from_source(one)
        for one in call.services.incidents.message_templates.all()
    ]
    return MessageTemplatesModel(wordings=wordings, placeholders=PLACEHOLDERS).reply()
