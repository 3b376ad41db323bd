"""Asking owners for footage: requests and their recipients.

`model` has the states and their one table of transitions, `recipient_states` what each means to
whom, `store` the conditional writes, `request_service` what an officer does. Around them:
`recipients` (who is asked), `sending`, `reminders`, `replies`, `threads`, `closing`, `digest` and
`coverage`.
"""
