"""Names of places that the console shows instead of coordinates: postcodes and their sectors.

`sector_centres` is where each sector of the loaded postcodes lies, kept beside them by the command
that loads them; `place_names` finds the name that is nearest to a position.
"""
