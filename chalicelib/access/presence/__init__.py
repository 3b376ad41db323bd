"""Whether an officer who signed in is still let in: asked at every call, of pages and API alike.

Begin with `officer_presence`. `account_checks` keeps what the directory says of an officer's
account, no older than a minute; `officer_directory` asks it; `sealed_tokens` encrypts what a
session keeps of the sign-in. The reasons are in docs/decisions/0024-leaving.md.
"""
