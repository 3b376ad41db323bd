"""What owners answer: for a site, and for each camera.

`answers` takes them; `reply_links` opens them; `approximate_location` is all that they are shown
of where it was. What their recorder's clock showed is read by `requests.recorder_clock`.
"""
