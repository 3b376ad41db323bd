"""Names for build products that change exactly when their inputs do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

IGNORED = {"__pycache__", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def files_under(*roots: Path) -> list[Path]:
    """List the files in these files and folders, without caches, in a fixed order."""
    found: list[Path] = []
    for root in roots:
        if root.is_file():
            found.append(root)
        elif root.is_dir():
            found += [p for p in root.rglob("*") if p.is_file() and not IGNORED & set(p.parts)]
    return sorted(found)


def content_hash(base: Path, files: Iterable[Path], *more: str) -> str:
    """Hash names and contents to sixteen hexadecimal digits. more: other inputs of the product."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(base)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
