"""Draws docs/recipient-states.md from the one table of transitions."""

from __future__ import annotations

from pathlib import Path

from chalicelib.requests.model import ANSWERED, REFUSALS, RecipientState, recipient_may_follow
from chalicelib.requests.recipient_states import STATES

DOCUMENT = Path(__file__).parents[2] / "docs" / "recipient-states.md"

INTRODUCTION = """\
# Recipient states

One site within one request is a recipient. This is what may follow what; the code refuses
everything else. The page is made from the table in `chalicelib/requests/model.py` by
`python -m infra.commands.recipient_states`, and a test fails when the two differ.
"""


def state_diagram() -> str:
    """Draw a Mermaid state diagram; the answers are in one box, as most arrows mean all of them."""
    lines = ["stateDiagram-v2", "    state answered {"]
    lines += [f"        {state}" for state in RecipientState if state in ANSWERED]
    lines += ["    }", f"    [*] --> {RecipientState.PENDING}"]
    for old in RecipientState:
        if old in ANSWERED:
            outside = [
                new
                for new in RecipientState
                if new not in ANSWERED and recipient_may_follow(old, new)
            ]
            lines += [f"    {old} --> {new}" for new in outside]
            continue
        whole = all(recipient_may_follow(old, new) for new in ANSWERED)
        lines += [f"    {old} --> answered"] if whole else []
        single = [
            n
            for n in RecipientState
            if recipient_may_follow(old, n) and not (whole and n in ANSWERED)
        ]
        lines += [f"    {old} --> {new}" for new in single]
    return "\n".join(lines)


def state_table() -> str:
    """Make a table of every state, what it means and which states may follow."""
    lines = ["| state | means | may become |", "|---|---|---|"]
    for old in RecipientState:
        following = ", ".join(
            new for new in RecipientState if recipient_may_follow(old, new) and new is not old
        )
        again = " (more of the same)" if recipient_may_follow(old, old) else ""
        lines.append(
            f"| **{old}** | {STATES[old].meaning} | {following or 'nothing else'}{again} |"
        )
    return "\n".join(lines)


def document() -> str:
    """Write the whole page docs/recipient-states.md."""
    refusals = "\n".join(f"- from **{state}**: “{text}”" for state, text in REFUSALS.items())
    return (
        f"{INTRODUCTION}\n```mermaid\n{state_diagram()}\n```\n\n{state_table()}\n\n"
        f"An answer can be changed for another; footage that arrived stays.\n"
        f"What an owner is told when nothing can follow:\n\n{refusals}\n"
    )


if __name__ == "__main__":
    DOCUMENT.write_text(document())
