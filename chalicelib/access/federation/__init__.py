"""Officers who sign in with the force's own directory (Entra ID, ADFS, Okta …) through Cognito.

Begin with `directory_roles`, the one rule by which an account's roles are found; it is asked when
tokens are made and at every check of presence. `directory_claims` makes what a directory sends fit
for an account of the pool. The reasons are in docs/decisions/0030-the-forces-directory.md.
"""
