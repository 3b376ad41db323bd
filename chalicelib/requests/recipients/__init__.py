"""Who a request asks: how recipients are kept in batches, who is left out and why, and what
belongs to each.

`recipient_selection` is who is asked of the sites that were chosen, by the rules of `eligibility`;
`relevant_cameras` says which cameras count for a deadline.
"""
