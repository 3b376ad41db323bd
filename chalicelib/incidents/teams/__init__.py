"""Who works on an incident, and how that changes: its team, and supervisors who enter it.

`team_service` changes the team by `team_rules`, with everybody's lists and the mails to those whom
it concerns in one transaction; `entering` is a supervisor's way into an incident that is not
theirs, for a day; `team_mail` is what officers are told of that, and `case_readers` says which
officers are told what happens in an incident. Who sees an incident is said by
`incidents.need_to_know`.
"""
