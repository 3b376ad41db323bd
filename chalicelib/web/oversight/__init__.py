"""Pages of the console about looks that are counted: an owner's contact details, and how officers
use the register.

`contact` shows who a site belongs to.
"""
