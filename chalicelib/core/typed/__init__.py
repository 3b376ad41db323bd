"""What people type, made readable before it is judged: text of any kind, phone numbers, e-mail
addresses, postcodes. Begin with `typed_text`, the one rule for all text that comes in. What differs
from country to country is given in by `core.countries`; libraries are loaded at their first use.
"""
