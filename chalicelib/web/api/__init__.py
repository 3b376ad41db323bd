"""The API for programs: one module of views for each subject.

`openapi` writes the OpenAPI description from the declarations in `operations`.
"""
