"""Models of what the API takes and answers: they read, they write, and they describe it.

Loaded when a call needs them, never at the start of a function.
"""
