"""What the audit and custody records say, in words for people who read them in the console.

The records keep short, stable values for programs. Each has its words here: an action has them in
`Action` itself; a guard test fails when a route, a subject or a detail has none.
"""

from __future__ import annotations

from collections.abc import Mapping

SUBJECTS: Mapping[str, str] = {
    "incident": "Incident",
    "incidents": "List of incidents",
    "addresses": "List of new addresses",
    "request": "Request",
    "site": "Site",
    "owner": "Owner",
    "officer": "Officer",
    "unit": "Officers of a unit",
    "use": "Use of the register",
    "evidence": "Footage",
    "wording": "Template",
    "map.sites": "Sites on the map",
    "sign-in": "Sign-in",
    "audit": "Audit record",
    "table": "Table",
}
"""What an entry is about: by the kind before the id, or whole where there is no id."""

_CASE, _SITE = "/{incident_id}", "/recipients/{site_id}"
_PAGES = {
    "GET /console": "Incidents page",
    "GET /console/addresses": "List of new addresses",
    "GET /console/addresses/{address_id}": "New address",
    "POST /console/addresses/{address_id}": "Deciding about a new address",
    "GET /console/audit": "Audit page",
    "GET /console/audit/checks": "Checks of the record",
    "POST /console/drafts": "Keeping what was typed",
    "GET /console/drafts/{draft_id}": "Draft of a form",
    "GET /console/evidence/{evidence_id}": "Footage page",
    "POST /console/evidence/{evidence_id}": "Opening footage",
    "GET /console/evidence/{evidence_id}/record": "Custody record for a court",
    "GET /console/figures": "Figures page",
    "GET /console/incidents": "Incidents page",
    "GET /console/incidents/new": "New incident page",
    "POST /console/incidents/new": "Recording an incident",
    f"GET /console/incidents{_CASE}": "Incident page",
    f"POST /console/incidents{_CASE}/area-file": "Reading an area from a file",
    f"GET /console/incidents{_CASE}/closing": "Page to close an incident",
    f"POST /console/incidents{_CASE}/closing": "Closing an incident",
    f"GET /console/incidents{_CASE}/compose": "Page to ask for footage",
    f"POST /console/incidents{_CASE}/compose": "Page to ask for footage",
    f"POST /console/incidents{_CASE}/compose/checks": "Checks before asking for footage",
    f"POST /console/incidents{_CASE}/compose/preview": "Preview of messages to owners",
    f"GET /console/incidents{_CASE}/contacts/{{site_id}}": "Contact details page",
    f"POST /console/incidents{_CASE}/contacts/{{site_id}}": "Seeing contact details",
    f"GET /console/incidents{_CASE}/coverage": "What the replies show, for an incident",
    f"GET /console/incidents{_CASE}/disclosure": "Disclosure list of an incident",
    f"POST /console/incidents{_CASE}/reopening": "Reopening an incident",
    f"POST /console/incidents{_CASE}/leaving": "Leaving an incident",
    f"POST /console/incidents{_CASE}/requests": "Asking for footage",
    f"GET /console/incidents{_CASE}/searches": "List of searches",
    f"POST /console/incidents{_CASE}/searches": "Searching for cameras",
    f"GET /console/incidents{_CASE}/team": "Team page of an incident",
    f"POST /console/incidents{_CASE}/team": "Changing who works on an incident",
    "GET /console/enter": "Page to enter an incident",
    "POST /console/enter": "Entering an incident",
    "GET /console/map": "Map page",
    "GET /console/profile": "Profile page",
    "POST /console/profile": "Changing a profile",
    "GET /console/requests/{request_id}": "Request page",
    "GET /console/requests/{request_id}/coverage": "What the replies show, for a request",
    "GET /console/requests/{request_id}/disclosure": "Disclosure list of a request",
    "GET /console/requests/{request_id}/evidence": "List of footage",
    "GET /console/requests/{request_id}/progress": "Progress of a request",
    f"GET /console/requests/{{request_id}}{_SITE}": "Page of one site of a request",
    f"POST /console/requests/{{request_id}}{_SITE}/clock": "Reading a recorder’s clock",
    f"POST /console/requests/{{request_id}}{_SITE}/messages": "Writing to an owner",
    "POST /console/requests/{request_id}/withdrawal": "Withdrawing a request",
    "GET /console/sessions": "Page of one’s own sessions",
    "POST /console/sessions/end": "Ending a session",
    "POST /console/sessions/end-all": "Signing out everywhere",
    "POST /console/sign-out": "Signing out",
    "POST /console/stay": "Staying signed in",
    "GET /console/token": "Token for programs",
    "GET /console/unit/use": "Page of unusual use",
    "POST /console/unit/use": "Noting what came of unusual use",
    "POST /console/unit/budgets": "Allowing more looks for a day",
    "GET /console/unit": "Page of a unit",
    "POST /console/unit": "Changing what an officer may do",
    "GET /console/wordings": "Templates page",
    "GET /console/wordings/new": "New template page",
    "POST /console/wordings/new": "Adding a template",
    "GET /console/wordings/{wording_id}": "Template page",
    "POST /console/wordings/{wording_id}": "Changing a template",
    "POST /console/wordings/{wording_id}/removal": "Removing a template",
    "POST /console/wordings/{wording_id}/return": "Restoring a template",
}
_CALLS = {
    "GET /audit": "audit record",
    "GET /evidence/{evidence_id}": "footage",
    "GET /evidence/{evidence_id}/content": "opening footage",
    "GET /evidence/{evidence_id}/custody": "custody record",
    "GET /evidence/{evidence_id}/record": "custody record for a court",
    "GET /incidents": "list of incidents",
    "POST /incidents": "recording an incident",
    f"GET /incidents{_CASE}": "incident",
    f"POST /incidents{_CASE}/access": "entering an incident",
    f"POST /incidents{_CASE}/closing": "closing an incident",
    f"POST /incidents{_CASE}/contacts": "seeing contact details",
    f"GET /incidents{_CASE}/coverage": "what the replies show, for an incident",
    f"GET /incidents{_CASE}/disclosure": "disclosure list of an incident",
    f"POST /incidents{_CASE}/leaving": "leaving an incident",
    f"POST /incidents{_CASE}/reopening": "reopening an incident",
    f"POST /incidents{_CASE}/requests": "asking for footage",
    f"POST /incidents{_CASE}/requests/check": "checks before asking for footage",
    f"POST /incidents{_CASE}/searches": "searching for cameras",
    f"GET /incidents{_CASE}/team": "who works on an incident",
    f"PUT /incidents{_CASE}/team": "changing who works on an incident",
    "GET /map": "map",
    "GET /requests/{request_id}": "request",
    "GET /requests/{request_id}/coverage": "what the replies show, for a request",
    "GET /requests/{request_id}/disclosure": "disclosure list of a request",
    "GET /requests/{request_id}/evidence": "list of footage",
    f"GET /requests/{{request_id}}{_SITE}/messages": "messages with an owner",
    f"POST /requests/{{request_id}}{_SITE}/messages": "writing to an owner",
    "POST /requests/{request_id}/withdrawal": "withdrawing a request",
    "GET /statistics": "figures",
    "GET /wordings": "templates",
}
ROUTES: Mapping[str, str] = _PAGES | {
    call.replace(" /", " /api/v1/", 1): f"API: {words}" for call, words in _CALLS.items()
}
"""What somebody was refused: method and path → words."""

DETAILS: Mapping[str, str] = {
    "answer": "Answer",
    "area": "Area",
    "bbox": "Part of the map",
    "browser": "Signed in with",
    "beyond_limits": "Over the limits",
    "by": "Sent by",
    "cameras": "Cameras",
    "clock_checked_at": "Clock checked",
    "clock_offset_seconds": "Recorder’s clock",
    "content_type": "Type, as the browser said",
    "crime_reference": "Crime reference",
    "day": "Day",
    "doubts": "Why it was checked",
    "format": "Format",
    "how": "Checked by",
    "incident": "Incident",
    "in_charge": "Officer in charge",
    "joined": "Joined the team",
    "kind": "Kind of file",
    "left": "Left the team",
    "listed": "Sites listed",
    "locked_until": "Cannot be deleted before",
    "message": "Message",
    "moment": "As it was at",
    "name": "Name",
    "name_sha256": "SHA-256 of the file’s name",
    "no_longer_shared": "No longer shared with",
    "own_windows": "Sites with their own times",
    "part_size": "Size of a part",
    "parts": "Parts",
    "picture": "Photo",
    "place": "Part of the area (H3)",
    "request": "Request",
    "permission": "Permission",
    "restricted": "Restricted",
    "reveals": "Looks at contact details",
    "roles": "Roles",
    "search": "Search",
    "searches": "Searches",
    "sender_sha256": "SHA-256 from the sender",
    "sha256": "SHA-256",
    "shared_with": "Shared with",
    "site": "Site",
    "sites": "Sites",
    "size": "Size",
    "skipped": "Sites not asked",
    "structure": "Structure",
    "table": "New table",
    "taken_at": "Taken",
    "total": "Sites found",
    "unit": "Unit",
    "version": "Version",
    "wanted": "Looked up",
    "what": "Changed",
    "window_from": "Footage from",
    "window_to": "Footage to",
    "zoom": "Zoom",
}
"""The name of each detail → its words."""

VALUES: Mapping[str, Mapping[str, str]] = {
    "answer": {
        "saved": "saved the footage",
        "nothing": "nothing to see",
        "unavailable": "cannot help",
        "declined": "would rather not",
        "uploaded": "sent footage",
    },
    "beyond_limits": {"0": "no", "1": "yes"},
    "by": {"plain form": "form without JavaScript"},
    "how": {
        "typed": "the owner, when the form was sent",
        "timed": "the owner, who said when they looked",
        "picture": "an officer, from a photo",
    },
    "kind": {"footage": "footage", "clock": "photo of a recorder’s clock"},
    "sender_sha256": {"same": "the same", "differs": "different"},
    "structure": {
        "not_read": "not checked",
        "whole": "complete",
        "cut_short": "cut short",
        "broken": "cannot be played",
    },
    "wanted": {"checks": "checks of the record", "newest": "newest entries"},
    "what": {"camera": "a camera", "cameras": "number of cameras", "position": "position"},
}
"""Words for the values of some details; a value that is not here is shown as it is."""


def subject_words(subject: str) -> tuple[str, str]:
    """Return what an entry is about, in words, and the id that goes with it ("" for none)."""
    if subject in SUBJECTS:
        return SUBJECTS[subject], ""
    kind, _, rest = subject.partition(".")
    if kind == "route":
        return ROUTES.get(rest, rest), ""
    return (SUBJECTS[kind], rest) if kind in SUBJECTS else (subject, "")


def actor_words(actor: str, name: str = "") -> str:
    """Return who did something, in words. name: an officer's user name, "" for anybody else."""
    kind, _, rest = actor.partition(".")
    if name or kind == "officer":
        return name or f"Officer {rest}"
    return f"Owner {rest}" if kind == "owner" else "Sightline"


def detail_words(name: str, value: str) -> tuple[str, str]:
    """Return a detail's name and value in words."""
    known = VALUES.get(name, {})
    if name == "cameras":  # `1 saved, 2 unavailable` of an answer, or a number
        answers = VALUES["answer"]
        value = ", ".join(
            " ".join(answers.get(word, word) for word in part.split()) for part in value.split(", ")
        )
    return DETAILS.get(name, name.replace("_", " ")), known.get(value, value)
