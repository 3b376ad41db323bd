"""Reminding owners before their footage is overwritten.

`reminder_workflow` starts the reminder timers, `reminders` is what one wake-up does. When it is
time is said in `requests.reminder_schedule`.
"""
