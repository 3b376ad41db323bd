"""HTTP: pages for residents, the console for officers, the API for programs.

`http` is what all share; `fields` and `models` are how what is sent is read and answered. Views
are in `resident`, `reply`, `console` and `api`; `compose` and `coverage` help two of its pages.
"""
