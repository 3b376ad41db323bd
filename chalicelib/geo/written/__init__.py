"""Places and areas as people and other programs write them down: numbers of degrees in any of their
forms, references of a national grid, files of routes and outlines. Begin with `place_text`.

`place_text` is the one reader of a place that somebody typed; `area_files` reads files.
"""
