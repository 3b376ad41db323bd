"""Getting lost things back: tables from backups, and what failed for good from its queue.

`restoration` does the steps of a restore in their order; `sources` are what a table can be made
from, `table_settings` what DynamoDB does not restore. `record_recovery` and `later_acts` make up
for what happened after the backup, `switching` has the stage use the new table. `failure_queues`
reads and replays the failure queues. Why it is done so: docs/decisions/0032.
"""
