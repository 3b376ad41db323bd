"""What a stage proves of itself on its first day in a real account: `python -m infra.first_day`.

`running` is how checks are run and undone, `checks` lists them. Each module beside them shows one
thing that no emulator can promise for AWS, says in words what it proved or what to do, and removes
what it made, also after a failure or Ctrl-C. docs/first-day.md is the page for it.
"""
