"""``python -m triage_app`` is the command ``triage-app``."""

import sys

from triage_app.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
