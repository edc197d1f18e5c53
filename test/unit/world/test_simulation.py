"""The same scenario and the same commands give the same bits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.scene import Scene
from drivemoe_ros.world.simulation import World

from .streets import command

COMMANDS = st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 0.3), st.floats(-0.2, 0.2)), min_size=1, max_size=30)


def drive(world: World, commands: list[tuple[float, float, float]]) -> list[Scene]:
    scenes = []
    for throttle, brake, wheel_rad in commands:
        for _ in range(4):
            world.step(command(throttle, brake, wheel_rad))
        scenes.append(world.scene())
    return scenes


@settings(max_examples=20)
@given(st.integers(0, 1000), COMMANDS)
def test_a_drive_can_be_repeated_bit_by_bit(seed: int, commands: list[tuple[float, float, float]]) -> None:
    planned = scenario("normal/lane_follow", seed)
    first, again, redrawn = World(planned), World(planned), World(scenario("normal/lane_follow", seed))
    scenes = drive(first, commands)
    # Another world that is driven meanwhile changes nothing, nor does the global random state.
    np.random.seed(seed)  # noqa: NPY002
    assert drive(again, commands) == scenes == drive(redrawn, commands)
    assert first.infractions == again.infractions == redrawn.infractions


def test_the_global_random_state_is_left_alone() -> None:
    np.random.seed(7)  # noqa: NPY002
    before = np.random.get_state()[1].tobytes()  # type: ignore[index]  # noqa: NPY002
    drive(World(scenario("normal/lane_follow", 3)), [(0.2, 0.0, 0.0)] * 10)
    assert np.random.get_state()[1].tobytes() == before  # type: ignore[index]  # noqa: NPY002
