"""What the replies show of an area: which minutes of the scene somebody has looked at.

`camera_status` is how one camera stands, `coverage` puts them together, `coverage_cells` draws
them.
"""
