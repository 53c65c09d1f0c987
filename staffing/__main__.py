"""``python -m staffing`` and the command ``affluence``."""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # Many small matrices: threads that wait for each other made a forecast three times slower. Yours wins if set.
    os.environ.setdefault(name, "1")


def main() -> None:
    """Run the command."""
    from staffing.cli import main as run

    run()


if __name__ == "__main__":
    main()
