"""Checking what is stored: pieces of evidence one by one, and a share of everything each day.

`custody_check` checks one piece; `daily_check` goes through audit chains and pieces in turn, and
`record_export` writes down all that an auditor or a court needs to check one piece without us.
"""
