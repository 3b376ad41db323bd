"""What everything stands on: errors that people read, ids, times, settings, the hash chain, how
values are written, retries, and quiet hours.

Knows no service of AWS and no feature. Begin with `errors`.
"""
