"""Who a request asks: how recipients are kept in batches, who is left out and why, what belongs to
each, and how one of them is written to.

`eligibility` decides whom to leave in peace; `relevant_cameras` which cameras count for a deadline.
"""
