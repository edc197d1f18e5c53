"""Every parameter with its default, unit, range and meaning.

Those of supervision stand in ``supervision_schema``, those that only nodes need in ``node_schema``.

``config/drivemoe.param.yaml`` and ``docs/parameters.md`` are written from here (``drivemoe parameters``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivemoe_ros.parameters.field import param
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

NANOSECONDS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True)
class SyncParameters:
    """How pictures of several cameras become one set."""

    tolerance_s: float = param(
        0.04,
        "A picture belongs to a set if its stamp is at most this far from the front camera's.",
        unit="s",
        minimum=0.0,
        maximum=1.0,
    )
    max_wait_s: float = param(
        0.2,
        "A set waits for a camera or for odometry until the front camera is this far ahead.",
        unit="s",
        minimum=0.0,
        maximum=5.0,
    )
    reorder_s: float = param(
        0.0,
        "How far stamps inside one topic may be out of order; adds as much latency.",
        unit="s",
        minimum=0.0,
        maximum=1.0,
    )
    min_period_s: float = param(
        0.0,
        "Shortest time between two pictures of one camera; where known, sets need not wait for the next picture.",
        unit="s",
        minimum=0.0,
        maximum=1.0,
    )
    depth: int = param(8, "Pictures kept a camera; bounds the memory.", minimum=2, maximum=256)
    jump_back_s: float = param(
        1.0,
        "A stamp this far behind the newest is a clock that jumped back (a looped bag), not a late message.",
        unit="s",
        minimum=0.1,
        maximum=3600.0,
    )


@dataclass(frozen=True)
class ImageParameters:
    """How pictures are prepared for the policy."""

    jpeg_quality: int = param(
        0,
        "Re-encode every picture as JPEG of this quality before resizing; 0 is off, the released agent used 20.",
        minimum=0,
        maximum=100,
    )
    augment: bool = param(
        False,
        "Apply the training's random crop and colour changes to every picture, as the released agent did.",
    )
    max_pixels: int = param(
        50_000_000,
        "A picture that promises more pixels than this is refused before memory is taken for it.",
        minimum=1,
        maximum=1_000_000_000,
    )


@dataclass(frozen=True)
class EgoParameters:
    """How the vehicle's own motion is resampled."""

    lag_s: float = param(
        0.0,
        "Let the newest history state lag behind the picture; 0.05 repeats the released agent.",
        unit="s",
        minimum=0.0,
        maximum=0.5,
    )
    max_gap_s: float = param(
        0.25,
        "Odometry or IMU messages further apart than this are not interpolated between.",
        unit="s",
        minimum=0.01,
        maximum=2.0,
    )
    use_imu: bool = param(
        True,
        "Take acceleration and angular velocity from the IMU where there is one, else from odometry.",
    )
    wrap_heading: bool = param(
        True,
        "Wrap heading differences to plus or minus pi; the released code did not.",
    )


@dataclass(frozen=True)
class RouteParameters:
    """How the goal point is taken from the route."""

    look_ahead_m: float = param(
        7.5,
        "The goal is the first route point at least this far ahead along the route; the released agent used 7.5.",
        unit="m",
        minimum=1.0,
        maximum=100.0,
    )
    origin_x_m: float = param(
        0.0,
        "Where goal points are measured from, ahead of the base frame; -1.4 repeats the released agent's GPS antenna.",
        unit="m",
        minimum=-5.0,
        maximum=5.0,
    )
    max_distance_m: float = param(
        20.0,
        "A route whose nearest point is further away than this is not followed.",
        unit="m",
        minimum=1.0,
        maximum=1000000.0,
    )
    when_lost: str = param(
        "stop",
        "What to do once a route or goal that was followed cannot be followed any more, or ends; without any from the "
        "start the goal is straight ahead.",
        choices=("stop", "straight"),
    )
    ignore_frame: bool = param(
        False,
        "Use a route although its frame_id differs from odometry's; right only if both frames coincide.",
    )


@dataclass(frozen=True)
class PolicyParameters:
    """Which policy plans, and how."""

    system: str = param(
        "drivemoe",
        "Which system plans; those with a second word are the paper's ablations.",
        choices=("drivemoe", "drivepi0", "drivepi0_back", "drivemoe_back", "drivemoe_dense", "drivemoe_token"),
    )
    size: str = param(
        "mini",
        "Size of an untrained model; a checkpoint brings its own.",
        choices=("mini", "released"),
    )
    checkpoint: str = param(
        "",
        "Folder that training or `drivemoe convert` wrote, or mini, which comes with the package; empty for random "
        "weights, labelled untrained.",
    )
    device: str = param("cpu", "Where the model runs.", choices=("cpu", "cuda", "auto"))
    precision: str = param("float32", "Number type of the weights.", choices=("float32", "bfloat16"))
    seed: int = param(0, "Seed of random weights and of the flow's noise.", minimum=0, maximum=2**31 - 1)
    zero_noise: bool = param(
        True,
        "Start the flow from zero, where the shipped checkpoint plans best; false draws seeded noise, as the release.",
    )
    flow_samples: int = param(
        1,
        "Plans drawn from the flow at once; the first drives, and how far apart they end says how sure the policy is.",
        minimum=1,
        maximum=64,
    )
    threads: int = param(
        1,
        "CPU threads of the model; more speed up large models, but may change the last bits of a plan.",
        minimum=1,
        maximum=256,
    )
    plan_rate_hz: float = param(
        10.0,
        "Most plans a second of recorded time; 0 plans for every front picture.",
        unit="Hz",
        minimum=0.0,
        maximum=100.0,
    )


@dataclass(frozen=True)
class ControlParameters:
    """How a plan becomes pedals and steering."""

    mode: str = param(
        "pid",
        "The released controller (pid), or pure pursuit with the plan's true speeds.",
        choices=("pid", "pure_pursuit"),
    )
    pid_period_s: float = param(
        0.1,
        "The released controller takes a step this often and holds it in between; it was tuned at 0.1.",
        unit="s",
        minimum=0.01,
        maximum=0.5,
    )
    accept_untrained: bool = param(
        False,
        "Let plans of random weights drive, e.g. to try out a set-up in a simulator; else the vehicle brakes for them.",
    )
    plan_timeout_s: float = param(
        0.5, "Brake when the newest plan is older than this.", unit="s", minimum=0.1, maximum=5.0
    )
    compensate_latency: bool = param(
        True,
        "Follow a plan from where and when its stamp is; else as if it began where and when it arrived, as most nodes "
        "do, to see what that costs.",
    )
    odometry_timeout_s: float = param(
        0.5,
        "Brake when odometry has not come for this long, or when its stamp is this far from the node's clock.",
        unit="s",
        minimum=0.05,
        maximum=5.0,
    )
    brake_rate_hz: float = param(
        20.0,
        "Commands a second while the vehicle brakes without odometry; with odometry every message is answered.",
        unit="Hz",
        minimum=1.0,
        maximum=200.0,
    )
    wheelbase_m: float = param(
        2.85, "Distance between the axles; 2.85 is the Lincoln MKZ's.", unit="m", minimum=0.5, maximum=10.0
    )
    rear_axle_x_m: float = param(
        -1.42,
        "Where the rear axle is, ahead of the base frame; 0 where the base frame is the axle, as in Autoware.",
        unit="m",
        minimum=-5.0,
        maximum=5.0,
    )
    max_steering_rad: float = param(
        1.22, "Largest front wheel angle; 1.22 is CARLA's Lincoln MKZ's.", unit="rad", minimum=0.05, maximum=1.5
    )
    look_ahead_s: float = param(
        0.8, "Pure pursuit aims at where the plan is this much later.", unit="s", minimum=0.1, maximum=3.0
    )
    min_look_ahead_m: float = param(
        3.0, "Pure pursuit aims at a point at least this far away.", unit="m", minimum=0.5, maximum=20.0
    )
    speed_response_s: float = param(
        0.5, "Pure pursuit asks for the speed it wants to have this much later.", unit="s", minimum=0.05, maximum=5.0
    )
    max_acceleration_mps2: float = param(3.0, "Acceleration at full throttle.", unit="m/s^2", minimum=0.1, maximum=10.0)
    rolling_mps2: float = param(
        0.12, "Deceleration of the rolling vehicle at walking pace.", unit="m/s^2", minimum=0.0, maximum=2.0
    )
    drag_per_s: float = param(
        0.02, "By how much it decelerates more for each m/s of speed.", unit="1/s", minimum=0.0, maximum=0.5
    )
    max_deceleration_mps2: float = param(8.0, "Deceleration at full brake.", unit="m/s^2", minimum=0.1, maximum=15.0)
    stop_deceleration_mps2: float = param(
        4.0, "Deceleration when there is no plan to follow.", unit="m/s^2", minimum=0.1, maximum=15.0
    )


@dataclass(frozen=True)
class VisualizerParameters:
    """What the visualizer draws, and how often."""

    rate_hz: float = param(
        10.0,
        "Most times a second that markers and the mosaic are drawn.",
        unit="Hz",
        minimum=0.1,
        maximum=60.0,
    )
    dashboard_rate_hz: float = param(
        1.0,
        "Most dashboards a second; 0 draws none.",
        unit="Hz",
        minimum=0.0,
        maximum=10.0,
    )
    mosaic_width: int = param(960, "Width of the six cameras' mosaic.", unit="px", minimum=480, maximum=3840)
    past_s: float = param(3.0, "How much of the vehicle's past is drawn.", unit="s", minimum=0.0, maximum=8.0)
    route_m: float = param(
        100.0, "Route farther from the vehicle than this is not drawn.", unit="m", minimum=1.0, maximum=1000.0
    )


@dataclass(frozen=True)
class WorldParameters:
    """The built-in world on a live graph."""

    family: str = param(
        "normal/lane_follow", "Scenario family to drive; `drivemoe drive list` is answered by all of them."
    )
    seed: int = param(200_000, "Seed of the first drive; the next drive takes the next.", minimum=0, maximum=2**31 - 1)
    repeat: bool = param(True, "Begin the next drive when one is over; else the world stands still then.")
    pace: float = param(
        1.0, "Simulated seconds a second; 0 steps as soon as a command has come.", minimum=0.0, maximum=100.0
    )
    wait_s: float = param(
        0.5,
        "A step waits this long for the command of its stamp, as CARLA's bridge does; then the car brakes.",
        unit="s",
        minimum=0.0,
        maximum=60.0,
    )
    lockstep: bool = param(
        True, "A step after pictures also waits for the policy's answer to them, so that a slow machine loses none."
    )
    width: int = param(224, "Columns of the painted pictures.", unit="px", minimum=16, maximum=1920)
    height: int = param(126, "Rows of the painted pictures.", unit="px", minimum=16, maximum=1080)


@dataclass(frozen=True)
class Parameters:
    """All parameters, by section."""

    sync: SyncParameters = field(default_factory=SyncParameters)
    image: ImageParameters = field(default_factory=ImageParameters)
    ego: EgoParameters = field(default_factory=EgoParameters)
    route: RouteParameters = field(default_factory=RouteParameters)
    supervision: SupervisionParameters = field(default_factory=SupervisionParameters)
    policy: PolicyParameters = field(default_factory=PolicyParameters)
    control: ControlParameters = field(default_factory=ControlParameters)
    visualizer: VisualizerParameters = field(default_factory=VisualizerParameters)
    world: WorldParameters = field(default_factory=WorldParameters)


def to_ns(seconds: float) -> int:
    """Return seconds as whole nanoseconds, rounded."""
    return round(seconds * NANOSECONDS_PER_SECOND)
