"""Parameters of supervision: when an input, a plan or a calibration is not to be trusted, and what happens then."""

from __future__ import annotations

from dataclasses import dataclass

from drivemoe_ros.parameters.field import param


@dataclass(frozen=True)
class SupervisionParameters:
    """When an input or a plan is refused, and what takes its place."""

    frozen_pictures: int = param(
        5,
        "A camera that shows the same picture this many times in a row while the vehicle moves is frozen.",
        minimum=2,
        maximum=1000,
    )
    moving_mps: float = param(
        0.5, "Above this speed the vehicle counts as moving.", unit="m/s", minimum=0.0, maximum=10.0
    )

    # The ladder of plans: what drives when the policy's plan does not.
    recover_plans: int = param(
        5,
        "After a stop or a fault, this many plans in a row must pass all checks before one drives again.",
        minimum=1,
        maximum=100,
    )
    reuse_plan_s: float = param(
        0.3,
        "The last good plan is driven on in place of one that is missing or refused while it is younger than this; "
        "0 stops at once.",
        unit="s",
        minimum=0.0,
        maximum=2.0,
    )
    max_refusals: int = param(
        3,
        "When more plans than this are refused or fail within supervision.refusal_window_s, the last plan is not "
        "driven on and the vehicle stops.",
        minimum=0,
        maximum=1000,
    )
    refusal_window_s: float = param(
        2.0, "Plans that were refused or failed are counted over this long.", unit="s", minimum=0.1, maximum=60.0
    )
    comfortable_stop_mps2: float = param(
        2.0, "Deceleration of a stop trajectory at first.", unit="m/s^2", minimum=0.1, maximum=10.0
    )
    firm_after_s: float = param(
        1.0,
        "A vehicle that still moves this long after a stop began brakes with control.stop_deceleration_mps2.",
        unit="s",
        minimum=0.0,
        maximum=10.0,
    )

    # Deadlines and uncertainty.
    plan_budget_s: float = param(
        0.0,
        "On a live graph, a plan must be ready this long after the last input that it needs: it takes fewer flow steps "
        "where they would last too long, and is not driven if it comes later. 0 sets no limit; bags and the built-in "
        "world's drives have none.",
        unit="s",
        minimum=0.0,
        maximum=10.0,
    )
    min_flow_steps: int = param(
        3, "A plan that would have to be made in fewer flow steps than this is not made.", minimum=1, maximum=100
    )
    max_spread_m: float = param(
        0.0,
        "With policy.flow_samples above 1: the state is DEGRADED while their last waypoints lie further apart than "
        "this (root mean square from their mean); 0 does not judge.",
        unit="m",
        minimum=0.0,
        maximum=100.0,
    )

    # Plans.
    plan_fit_s: float = param(
        0.8,
        "Speeds, accelerations and curvature of a plan are read from a smooth curve through this much of it, because "
        "neighbouring waypoints of a learned plan are noisy.",
        unit="s",
        minimum=0.3,
        maximum=3.0,
    )
    plan_margin: float = param(
        2.0,
        "A plan may ask for this many times what the section control says of the vehicle.",
        minimum=1.0,
        maximum=5.0,
    )
    plan_start_m: float = param(
        0.5, "A plan starts at most this far from the vehicle.", unit="m", minimum=0.01, maximum=10.0
    )
    plan_speed_mps: float = param(
        30.0, "Highest speed that a plan may ask for.", unit="m/s", minimum=1.0, maximum=100.0
    )
    plan_reverse_m: float = param(
        0.5, "A plan that leads back by more than this is refused.", unit="m", minimum=0.01, maximum=10.0
    )
    plan_lateral_mps2: float = param(
        8.0, "Highest acceleration to the side that a plan may ask for.", unit="m/s^2", minimum=0.5, maximum=30.0
    )
    plan_offset_m: float = param(
        0.3,
        "A plan may lie this far beside what the wheels can reach; waypoints near the vehicle are noisier than that.",
        unit="m",
        minimum=0.0,
        maximum=5.0,
    )
    plan_jerk_mps3: float = param(
        80.0, "Fastest change of acceleration that a plan may ask for.", unit="m/s^3", minimum=1.0, maximum=1000.0
    )
    plan_scatter_m: float = param(
        0.6, "A plan's waypoints lie at most this far beside that curve.", unit="m", minimum=0.01, maximum=10.0
    )
    plan_agree_s: float = param(
        0.8,
        "A plan is compared with the last one as far ahead as this; 0 compares nothing.",
        unit="s",
        minimum=0.0,
        maximum=5.0,
    )
    plan_agree_along_m: float = param(
        2.0, "So far ahead of the last plan may a plan be at the same time.", unit="m", minimum=0.1, maximum=50.0
    )
    plan_agree_across_m: float = param(
        1.5, "So far beside the last plan may a plan be at the same time.", unit="m", minimum=0.1, maximum=50.0
    )
    plan_horizon_s: float = param(
        0.4, "So much of a plan must lie ahead when it is published.", unit="s", minimum=0.0, maximum=5.0
    )
    expected_latency_s: float = param(
        0.0,
        "So much later than its pictures is a plan expected to drive; what it leads through until then counts as past.",
        unit="s",
        minimum=0.0,
        maximum=5.0,
    )
    reexpress: bool = param(
        True,
        "Publish a plan as seen from the newest odometry, with that stamp; else from its picture's stamp. Only a live "
        "node does.",
    )

    # Odometry.
    max_speed_mps: float = param(
        60.0,
        "Odometry that says more than this is spinning wheels or another unit.",
        unit="m/s",
        minimum=1.0,
        maximum=200.0,
    )
    max_speed_change_mps2: float = param(
        15.0,
        "Speed of odometry that changes faster than this between two messages cannot be the vehicle's.",
        unit="m/s^2",
        minimum=1.0,
        maximum=100.0,
    )
    position_jump_m: float = param(
        1.0,
        "A position further than this from where odometry's own speed leads since the last message has jumped.",
        unit="m",
        minimum=0.05,
        maximum=100.0,
    )
    yaw_jump_rad: float = param(
        0.2,
        "A heading further than this from where odometry's own yaw rate leads since the last message has jumped.",
        unit="rad",
        minimum=0.01,
        maximum=3.2,
    )
    twist_window_s: float = param(
        1.0,
        "Odometry's pose is compared with its own speed and yaw rate over this long.",
        unit="s",
        minimum=0.3,
        maximum=5.0,
    )
    twist_tolerance_m: float = param(
        0.5,
        "So far may the way driven in that time be from the one that its speed gives, and by "
        "supervision.twist_tolerance_share of the way more.",
        unit="m",
        minimum=0.05,
        maximum=10.0,
    )
    twist_tolerance_share: float = param(
        0.3, "By this share of a way or a turn may odometry's pose and twist differ more.", minimum=0.0, maximum=1.0
    )
    twist_tolerance_rad: float = param(
        0.15,
        "So far may the turn in that time be from the one that its yaw rate gives, and by the same share more.",
        unit="rad",
        minimum=0.01,
        maximum=3.2,
    )
    implausible_hold_s: float = param(
        1.0,
        "Odometry that contradicted itself is not believed for this long after the last contradiction.",
        unit="s",
        minimum=0.0,
        maximum=10.0,
    )
    max_imu_acceleration_mps2: float = param(
        100.0,
        "An IMU that says more than this, gravity included, is not believed: no road shakes a vehicle that hard.",
        unit="m/s^2",
        minimum=20.0,
        maximum=1000.0,
    )
    max_imu_turn_radps: float = param(
        10.0,
        "An IMU that says that it turns faster than this, about any axis, is not believed.",
        unit="rad/s",
        minimum=1.0,
        maximum=100.0,
    )

    # Pictures and rates.
    black_level: float = param(
        10.0,
        "A picture whose mean brightness is below this, with little spread, is black.",
        minimum=0.0,
        maximum=255.0,
    )
    black_spread: float = param(
        2.0, "Little spread of a black picture: standard deviation of its brightness.", minimum=0.0, maximum=128.0
    )
    uniform_spread: float = param(
        1.0, "A picture with less spread than this in every colour shows nothing.", minimum=0.0, maximum=128.0
    )
    saturated_share: float = param(
        0.7,
        "A picture with more than this share of its pixels at full brightness is saturated.",
        minimum=0.0,
        maximum=1.0,
    )
    camera_rate_hz: float = param(
        10.0,
        "Pictures a second that every camera is expected to send; 0 expects none.",
        unit="Hz",
        minimum=0.0,
        maximum=1000.0,
    )
    odometry_rate_hz: float = param(
        10.0,
        "Odometry messages a second that are expected at least; 0 expects none.",
        unit="Hz",
        minimum=0.0,
        maximum=1000.0,
    )
    rate_window_s: float = param(2.0, "Rates are counted over this long.", unit="s", minimum=0.5, maximum=60.0)
    min_rate_share: float = param(
        0.7, "An input with less than this share of its expected rate is too slow.", minimum=0.0, maximum=1.0
    )
    max_rate_growth: float = param(
        1.5,
        "An input that comes this many times as often as it ever did, and as is expected, may have two senders.",
        minimum=1.0,
        maximum=1000.0,
    )
    max_lateness_s: float = param(
        0.2,
        "A picture that comes later than this after its stamp, by the stamps of odometry, is late; 0 does not judge.",
        unit="s",
        minimum=0.0,
        maximum=10.0,
    )

    # The rig.
    rig_check: str = param(
        "warn",
        "What happens when calibration or tf contradicts the rig file.",
        choices=("refuse", "warn", "off"),
    )
    rig_focal_tolerance: float = param(
        0.1,
        "So far (as a share) may a focal length be from the one that width and field of view give.",
        minimum=0.0,
        maximum=1.0,
    )
    rig_centre_tolerance: float = param(
        0.1,
        "So far (as a share of width and height) may the principal point be from the middle.",
        minimum=0.0,
        maximum=0.5,
    )
    rig_shape_tolerance: float = param(
        0.05,
        "So far (as a share) may a picture's width to height be from its calibration's, or the rig file's without one.",
        minimum=0.0,
        maximum=1.0,
    )
    rig_position_tolerance_m: float = param(
        0.3, "So far may a camera's position in tf be from the rig file's.", unit="m", minimum=0.01, maximum=5.0
    )
    rig_angle_tolerance_rad: float = param(
        0.1,
        "So far may a camera's viewing direction in tf be from the rig file's.",
        unit="rad",
        minimum=0.01,
        maximum=1.0,
    )
