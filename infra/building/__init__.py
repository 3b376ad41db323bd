"""Building what is deployed: front end, package, environments."""
