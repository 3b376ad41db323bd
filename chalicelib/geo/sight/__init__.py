"""What a camera has in view: its sector, and whether it sees a place, a path or an area.

`field_of_view` is the rule; `path_visibility` says which part of a path counts for a site,
`view_sectors` gives the shapes that maps draw, and `view_plan` draws them as a picture.
"""
