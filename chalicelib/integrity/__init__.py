"""Proof that the audit and custody records were not rewritten: a copy of each entry, made as it is
written and locked in a bucket that the tables' roles cannot write to; comparing; results of checks.

`stream_copier` makes the copies of the tables' streams, `record_copies` keeps and lists them,
`comparison` compares a chain with its copies, `check_results` keeps what checks found, in the same
bucket. Audit chains are checked in `audit_check`, custody records in `evidence.checking`.
"""
