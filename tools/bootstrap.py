"""Set up the checkout, then run what the Makefile was asked for: ``bootstrap.py COMMAND [arguments]``.

This file is read by whatever Python the machine calls python3, so it keeps to old syntax and checks the version before
it imports its siblings.
"""

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 10), (3, 13)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def ensure_python():
    """Go on under a supported Python, or end with one sentence when the machine has none."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which("python3.{}".format(minor)) if sys.version_info[0] > 2 else None
        # A version manager may put names on PATH that lead nowhere: try before going on with one.
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other] + sys.argv)
    sys.exit(
        "Python 3.10 to 3.13 is needed and {} is {}.{}: install one (on Debian and Ubuntu: sudo apt install python3 "
        "python3-venv python3-dev), or name it, as in: make setup PYTHON=python3.12".format(
            sys.executable, sys.version_info[0], sys.version_info[1]
        )
    )


if __name__ == "__main__":
    ensure_python()
    sys.path.insert(0, ROOT)
    from tools.commands import main

    sys.exit(main(sys.argv[1:]))
