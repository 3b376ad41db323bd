"""Bringing a stage to an account: stacks, the edge, assets, and a stage's own services."""
