"""How much strangers may do: calls that did not come by the edge are refused, acts that cost
something are counted by client, and mail for people we do not know has a budget of its own.

`acts` names what is counted and how often it may be done, `client_budgets` counts, `client_address`
says who a client is. Near a limit a proof of work is asked (`proof_of_work`). `address_mail` keeps
one mailbox from being flooded and its owner from being locked out, `stranger_mail` keeps the rate
that requests need. `edge_key` is what the edge shows. Why, and the figures: docs/decisions/0026.
"""
