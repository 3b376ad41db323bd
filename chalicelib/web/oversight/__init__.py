"""Pages of the console about looks that are counted: an owner's contact details, and how officers
use the register.

`contact` shows who a site belongs to; `use` is the page of a unit's supervisors and of auditors.
"""
