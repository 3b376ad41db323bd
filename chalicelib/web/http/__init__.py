"""What every page and call shares: routes with their audience and permission, forms, CSRF, headers,
and templates.

Begin with `routing`: a view is declared there, or not at all.
"""
