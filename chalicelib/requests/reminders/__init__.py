"""When footage is lost, and when its owner is reminded.

`reminder_schedule` is the rule, pure; `reminder_workflow` starts the reminder timers,
`reminders` is what one wake-up does.
"""
