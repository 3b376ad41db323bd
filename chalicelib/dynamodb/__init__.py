"""The tables: reading and writing them, and how a record is declared once for storage.

`table` is the only way to a table, but for searches, and `expressions` is what it asks for;
`stored_record` turns a frozen dataclass into an item and back; `item_schema` is what the check of
whole tables goes by; `outbox` keeps what must go out until it has gone.
"""
