"""The DynamoDB tables: reading and writing them, and declaring a record once for storage.

All but searches reach a table through `table`, whose conditions and updates `expressions` writes;
`stored_record` turns a frozen dataclass into an item and back; `item_schema` says what the check of
whole tables allows; `outbox` keeps messages that must be sent until they have been sent.
"""
