"""Entry points of the functions that no browser calls: queues, schedules, events, the workflow.

Each validates its small event by a model of `inputs` and calls one service; `outbox_users` says
which, for messages of the send queue.
"""
