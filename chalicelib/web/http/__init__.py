"""What all pages and API calls share: routes with their audience and permission, forms, CSRF,
headers, and templates.

Begin with `routing`, where every view is declared.
"""
