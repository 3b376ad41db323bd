"""What a file's own bytes say of it: which format it is, and whether its parts are all there. Pure.

`file_types` recognises a format by the first bytes; `structure` checks that a file is whole by the
lengths that its parts state, with a reader for each family of formats.
"""
