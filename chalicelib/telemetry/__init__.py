"""Logs, traces and figures: one id through a request's whole life, and nothing personal.

`around` wraps HTTP calls and jobs; `logs`, `traces` and `metrics` are used by everything above.
Why it is so: docs/decisions/0014-logs-traces-metrics.md.
"""
