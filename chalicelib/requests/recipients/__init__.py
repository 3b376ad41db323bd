"""Who a request asks: how recipients are kept in batches, who is left out and why, and what
belongs to each.

`eligibility` decides whom to leave in peace; `relevant_cameras` which cameras count for a deadline.
"""
