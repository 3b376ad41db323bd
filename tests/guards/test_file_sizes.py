"""A file has one subject and can be read in one go; the few longer ones say why they stay whole."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]

MOST_LINES = 300

LONGER = {
    "chalicelib/evidence/files.py": "every call to S3 about evidence stands in one place",
    "chalicelib/geo/written/place_text.py": "one reader knows every form in which a place is typed",
    "chalicelib/requests/model.py": "the states stand beside what they are states of",
    "chalicelib/requests/store.py": "each conditional write is read beside those it meets",
    "infra/demo.py": "the demonstration is one story, told from its beginning to its end",
}
"""Each with the reason why it is not divided."""


def test_a_file_is_short_or_says_why_not() -> None:
    files = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "infra").rglob("*.py")]
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    longer = {name for name, count in lines.items() if count > MOST_LINES}
    assert longer == set(LONGER)
