"""Addresses that nothing vouches for: why one is doubted, and the look of an administrator that
settles it. `doubts` is the rule, `address_checks` the list and the decision. What owners at such an
address are told, and what not, is in `requests.told_words`; why: docs/decisions/0026.
"""
