"""Forms that came when their sender was no longer signed in: kept for an hour, and shown again to
that person once they have signed in.

`unsent_forms` keeps them, for `web.http.routing`; `draft_view` shows one on the page that it came
from. Such a form is never sent by itself.
"""
