"""``python -m drivemoe_ros.cli``, the same as the ``drivemoe`` command."""

import sys

from drivemoe_ros.cli.main import main

sys.exit(main())
