"""What stands around every view against floods: calls past the edge are refused, and acts of
strangers are counted. `edge_check` is asked before anything else, `act_limits` by the routing for
each route that names an act. What is counted, and how often: `chalicelib.limits`.
"""
