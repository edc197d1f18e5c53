"""The skills that driving is told apart by: labels, experts and abilities share these names and their order."""

from __future__ import annotations

MERGING = "merging"
PARKING_EXIT = "parking_exit"
OVERTAKING = "overtaking"
EMERGENCY_BRAKE = "emergency_brake"
GIVE_WAY = "give_way"
TRAFFIC_SIGN = "traffic_sign"
NORMAL = "normal"

# In the order of the released skill experts; docs/model.md 11.
SKILL_NAMES = (MERGING, PARKING_EXIT, OVERTAKING, EMERGENCY_BRAKE, GIVE_WAY, TRAFFIC_SIGN, NORMAL)
