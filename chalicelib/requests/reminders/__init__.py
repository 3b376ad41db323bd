"""When footage is lost, and when its owner is reminded.

`reminder_schedule` is the rule, pure; `reminders` is what one wake-up of the workflow does.
"""
