"""Places on the Earth, areas, and what a camera has in view. Pure, and exact everywhere.

`areas` are what officers mark; `h3_cells` is the only file that knows the library h3, and
`h3_cover` turns an area into key ranges; `field_of_view` says whether a camera sees a place.
"""
