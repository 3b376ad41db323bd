"""Who a request asks: how recipients are kept in batches, who is left out and why, what belongs to
each, and how one of them is written to.

`recipient_selection` is who is asked of the sites that were chosen, by the rules of `eligibility`;
`relevant_cameras` says which cameras count for a deadline.
"""
