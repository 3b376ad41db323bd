"""What owners answer: for a site, for each camera, and what their recorder's clock showed.

`answers` takes them; `reply_links` opens them; `approximate_location` is all that they are shown
of where it was.
"""
