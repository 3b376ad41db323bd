"""What an officer and an owner write to each other about a request.

`service` is both sides' way in, `store` keeps it, `notices` tells the other side by e-mail.
"""
