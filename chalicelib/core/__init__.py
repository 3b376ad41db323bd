"""What all other packages use: errors that people read, ids, times, settings, the hash chain,
formatting, countries, retries, and quiet hours.

Nothing here knows a service of AWS or a feature. Begin with `errors`.
"""
