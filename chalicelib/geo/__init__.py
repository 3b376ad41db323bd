"""Places on the Earth and areas. Pure, and exact everywhere.

`areas` are what officers mark; `h3_cells` is the only file that knows the library h3, and
`h3_cover` turns an area into key ranges; `plausible` is the one rule for places that cannot be
meant. What a camera has in view is in `sight`, places as people write them in `written`.
"""
