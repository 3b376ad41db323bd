"""What an account has and allows: whose it is, e-mail, quotas, certificates."""
