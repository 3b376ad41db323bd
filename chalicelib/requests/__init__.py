"""Asking owners for footage: requests and their recipients.

`model` has the states and their one table of transitions, `recipient_states` and `standings` what
each means to whom, `reminder_schedule` and `recorder_clock` the rules of time, `store` the
conditional writes, `request_service` what an officer does and `withdrawals` how it is taken back.
Around them: `recipients` (who is asked), `sending`, `reminders`, `replies`, `threads`, `closing`,
`digest`, `coverage` and `overviews`.
"""
