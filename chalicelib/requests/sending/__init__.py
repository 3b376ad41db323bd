"""How first messages go out: a request is written out in batches, each owner gets one message.

`send_queue` has the tasks, `fan_out` writes out, `bulk_mailer` and `recipient_mailer` send,
`recovery` finds what was lost and `bounces` takes what came back.
"""
