"""How first messages go out: a request is written out in batches, each owner gets one message.

`fan_out` writes out, `bulk_mailer` sends, `send_tasks` is what else the send queue asks for,
`recovery` finds reminder timers that stopped and `bounces` takes what came back.
"""
