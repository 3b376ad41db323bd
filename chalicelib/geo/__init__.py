"""Where things are: positions, areas, the key order of the map, and what a camera can see.

Pure: no clock, no environment, no AWS.
"""
