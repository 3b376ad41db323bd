"""The cost of a month: prices and quantities, from which infra/commands/cost.py makes a page."""
