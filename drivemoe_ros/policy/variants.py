"""All driving systems by name."""

import difflib

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.ablations import DRIVEMOE_BACK, DRIVEMOE_DENSE, DRIVEMOE_TOKEN
from drivemoe_ros.policy.architecture import Architecture
from drivemoe_ros.policy.drivemoe import DRIVEMOE
from drivemoe_ros.policy.drivepi0 import DRIVEPI0, DRIVEPI0_BACK

ARCHITECTURES: dict[str, Architecture] = {
    system.name: system for system in (DRIVEMOE, DRIVEPI0, DRIVEPI0_BACK, DRIVEMOE_BACK, DRIVEMOE_DENSE, DRIVEMOE_TOKEN)
}


def architecture_named(name: str) -> Architecture:
    """Find a system by name.

    Args:
        name: A key of ``ARCHITECTURES``.

    Returns:
        The system.

    Raises:
        CheckpointError: If there is none of that name.
    """
    if name not in ARCHITECTURES:
        near = difflib.get_close_matches(name, ARCHITECTURES, n=1, cutoff=0.0)[0]
        msg = f"There is no architecture '{name}'; the nearest of {', '.join(ARCHITECTURES)} is '{near}'."
        raise CheckpointError(msg)
    return ARCHITECTURES[name]
