"""One drive in which one fault happens, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.faults.drive import Drive, Trouble
from drivemoe_ros.faults.fault import AFTER_S, BEGIN_S
from drivemoe_ros.faults.finding import Witness
from drivemoe_ros.parameters.schema import to_ns

if TYPE_CHECKING:
    from drivemoe_ros.faults.drive import Equipment
    from drivemoe_ros.faults.fault import Fault
    from drivemoe_ros.faults.finding import Finding


def inject(fault: Fault, equipment: Equipment, seed: int) -> Finding:
    """Drive along an empty road and let a fault happen on the way.

    Args:
        fault: What goes wrong.
        equipment: What the vehicle is made of.
        seed: Seed of the road.

    Returns:
        What came of it.

    Raises:
        DriveMoeError: If the road cannot be made.
    """
    drive = Drive(equipment, seed)
    trouble = Trouble(fault, drive.now_ns + to_ns(BEGIN_S))
    witness, end_ns = Witness(trouble, drive.vehicle), trouble.end_ns + to_ns(AFTER_S)
    while drive.world.outcome is None and drive.now_ns < end_ns:
        now_ns = drive.now_ns
        if now_ns == trouble.end_ns:
            # Whoever sent the route sends it again, as a route server does.
            drive.send_route()
        witness.look(now_ns, drive.step(trouble), drive.world)
    return witness.finding()
