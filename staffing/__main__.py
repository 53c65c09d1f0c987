"""The command ``affluence``."""

from __future__ import annotations

from staffing.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
