"""HTTP: pages for residents, the console for officers, the API for programs.

`http` holds what all views share; `fields` and `models` read what is sent and shape the answers.
Views are in `resident`, `reply`, `console` and `api`; `compose` and `coverage` each serve one page
of the console.
"""
