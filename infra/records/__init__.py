"""Checks of what is stored: counts and chains, for infra's commands."""
