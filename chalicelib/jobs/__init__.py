"""Entry points of the functions that no browser calls: queues, schedules, events, the workflow.

Each validates its event with a model of `inputs` and calls one service; for messages of the send
queue, `outbox_users` says which service.
"""
