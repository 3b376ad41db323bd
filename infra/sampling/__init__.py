"""Sample data: households, incidents and the requests of the demo."""
