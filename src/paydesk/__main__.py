"""`python -m paydesk`."""

from __future__ import annotations

from paydesk.cli import main

if __name__ == "__main__":
    main()
