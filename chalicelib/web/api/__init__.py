"""The API for programs: one module for each kind of thing.

`openapi` writes its description from the declarations in `operations`.
"""
