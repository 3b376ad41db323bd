"""What a camera has in view: its sector, and whether it sees a place, a path or an area.

`field_of_view` is the rule; `path_visibility` puts it along a path with times, `view_sectors` gives
the shapes that maps draw, and `view_plan` draws them as a picture.
"""
