"""What a month costs: prices, use, and the page that is made of them (infra/commands/cost.py)."""
