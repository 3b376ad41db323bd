"""Who may do what: officers, sessions, one-time links, permissions, and the record of every act.

`permissions` is the table of roles; `audit` writes the record and `audit_seals` proves it. How
residents sign in is in `registry.owner_sign_in`, because it needs their registration.
"""
