"""The console: being signed in: where somebody is, staying, and what was typed when it ends.

`sessions` lists an officer's sessions and ends them; `staying` is what a page calls while somebody
works in it, and when it is left alone.
"""
