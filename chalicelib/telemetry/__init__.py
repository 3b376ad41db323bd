"""Logs, traces and metrics: one id through a request's whole life, and nothing personal.

`around` wraps HTTP calls and jobs; `logs`, `traces` and `metrics` are used by all packages above.
The reasons are in docs/decisions/0014-logs-traces-metrics.md.
"""
