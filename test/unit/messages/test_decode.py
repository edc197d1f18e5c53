"""Messages of both worlds become the same samples; what makes no sense is one sentence."""

from __future__ import annotations

import array
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.samples import CameraInfoSample, ImageSample, ImuSample, OdometrySample, RouteSample
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import CARLA_ROUTE, DECODERS
from drivemoe_ros.messages.picture_format import picture_format

make = BagMessageFactory().make
STAMP_NS = 1_700_000_000_123_456_789
IMAGE = "sensor_msgs/msg/Image"
COMPRESSED = "sensor_msgs/msg/CompressedImage"
ODOMETRY = "nav_msgs/msg/Odometry"
NOTHING = np.empty(0, np.uint8)


def header(stamp_ns: int = STAMP_NS, frame_id: str = "odom") -> Any:  # noqa: ANN401
    sec, nanosec = divmod(stamp_ns, 10**9)
    stamp = make("builtin_interfaces/msg/Time", sec=sec, nanosec=nanosec)
    return make("std_msgs/msg/Header", stamp=stamp, frame_id=frame_id)


def vector(x: float, y: float, z: float) -> Any:  # noqa: ANN401
    return make("geometry_msgs/msg/Vector3", x=x, y=y, z=z)


def pose(x: float, y: float, yaw: float = 0.0) -> Any:  # noqa: ANN401
    turn = make("geometry_msgs/msg/Quaternion", z=math.sin(yaw / 2), w=math.cos(yaw / 2))
    return make("geometry_msgs/msg/Pose", position=make("geometry_msgs/msg/Point", x=x, y=y, z=7.0), orientation=turn)


def odometry(**velocity: float) -> Any:  # noqa: ANN401
    linear = vector(**{"x": 3.0, "y": 0.25, "z": 0.0, **velocity})
    twist = make("geometry_msgs/msg/Twist", linear=linear, angular=vector(0.0, 0.0, 0.5))
    return make(
        ODOMETRY,
        header=header(),
        pose=make("geometry_msgs/msg/PoseWithCovariance", pose=pose(1.5, -2.5, 2.0)),
        twist=make("geometry_msgs/msg/TwistWithCovariance", twist=twist),
    )


def image(**fields: object) -> Any:  # noqa: ANN401
    return make(IMAGE, **{"header": header(), "height": 2, "width": 3, "encoding": "mono8", "step": 4, **fields})


@pytest.mark.parametrize(
    "data",
    [np.arange(8, dtype=np.uint8), array.array("B", range(8)), bytes(range(8)), memoryview(bytes(range(8)))],
    ids=["numpy", "array", "bytes", "memoryview"],
)
def test_pictures_share_the_bytes_of_every_container(data: Any) -> None:  # noqa: ANN401
    message = SimpleNamespace(header=header(), height=2, width=3, encoding="mono8", step=4, is_bigendian=1, data=data)
    sample = DECODERS[IMAGE](message, "back")
    assert isinstance(sample, ImageSample)
    assert (sample.stamp_ns, sample.camera) == (STAMP_NS, "back")
    assert (sample.image.height, sample.image.width, sample.image.step) == (2, 3, 4)
    assert sample.image.data_bytes.tolist() == list(range(8))
    assert np.shares_memory(sample.image.data_bytes, np.frombuffer(data, np.uint8))


@pytest.mark.parametrize("data", [[1, 2, 3], array.array("B"), b""])
def test_lists_and_empty_pictures_are_read_too(data: Any) -> None:  # noqa: ANN401
    message = SimpleNamespace(header=header(), format="png", data=data)
    sample = DECODERS[COMPRESSED](message, "back")
    assert isinstance(sample, ImageSample)
    assert sample.image.data_bytes.tolist() == list(data)


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("jpeg", b"", "jpeg"),
        ("jpg", b"", "jpeg"),
        ("JPEG", b"", "jpeg"),
        ("png", b"", "png"),
        ("rgb8; jpeg compressed bgr8", b"", "jpeg"),
        ("bgra8; png compressed bgr8", b"", "png"),
        ("", b"\xff\xd8\xff\xe0", "jpeg"),
        (" ", b"\x89PNG\r\n", "png"),
        ("", b"RIFF", ""),
        ("32FC1; compressedDepth png", b"", "32FC1; compressedDepth png"),
        ("h264", b"", "h264"),
    ],
)
def test_picture_formats_in_the_wild(text: str, data: bytes, expected: str) -> None:
    assert picture_format(text, np.frombuffer(data, np.uint8)) == expected


def test_odometry_keeps_its_frame_and_the_twist_of_the_body() -> None:
    sample = DECODERS[ODOMETRY](odometry(), "odometry")
    assert isinstance(sample, OdometrySample)
    assert (sample.stamp_ns, sample.frame_id) == (STAMP_NS, "odom")
    assert (sample.x_m, sample.y_m) == (1.5, -2.5)
    assert sample.yaw_rad == pytest.approx(2.0)
    assert sample.velocity_mps == (3.0, 0.25, 0.0)
    assert sample.angular_velocity_radps == (0.0, 0.0, 0.5)


def test_an_imu_without_orientation_is_read() -> None:
    message = make(
        "sensor_msgs/msg/Imu",
        header=header(),
        linear_acceleration=vector(0.1, 0.2, 9.8),
        angular_velocity=vector(0.0, 0.0, 0.3),
        orientation=make("geometry_msgs/msg/Quaternion", x=math.nan),
    )
    expected = ImuSample(STAMP_NS, (0.1, 0.2, 9.8), (0.0, 0.0, 0.3))
    assert DECODERS["sensor_msgs/msg/Imu"](message, "imu") == expected


def test_a_route_and_a_goal_give_their_points() -> None:
    poses = [make("geometry_msgs/msg/PoseStamped", pose=pose(x, 2.0 * x)) for x in (1.0, 2.0)]
    route = DECODERS["nav_msgs/msg/Path"](make("nav_msgs/msg/Path", header=header(), poses=poses), "route")
    goal = DECODERS["geometry_msgs/msg/PoseStamped"](
        make("geometry_msgs/msg/PoseStamped", header=header(), pose=pose(5.0, 6.0)), "goal"
    )
    assert isinstance(route, RouteSample)
    assert isinstance(goal, RouteSample)
    assert route.points_N2.tolist() == [[1.0, 2.0], [2.0, 4.0]]
    assert goal.points_N2.tolist() == [[5.0, 6.0]]
    assert (route.is_goal, goal.is_goal) == (False, True)
    assert (route.frame_id, goal.frame_id) == ("odom", "odom")


def test_an_empty_route_is_a_route_without_points() -> None:
    sample = DECODERS["nav_msgs/msg/Path"](make("nav_msgs/msg/Path", header=header()), "route")
    assert isinstance(sample, RouteSample)
    assert sample.points_N2.shape == (0, 2)


@pytest.mark.parametrize("field", ["k", "K"])
def test_camera_info_of_both_ros_versions_gives_the_intrinsics(field: str) -> None:
    matrix = [100.0, 0.0, 50.0, 0.0, 110.0, 40.0, 0.0, 0.0, 1.0]
    message = SimpleNamespace(header=header(), width=101, height=81, **{field: matrix})
    sample = DECODERS["sensor_msgs/msg/CameraInfo"](message, "front calibration")
    assert sample == CameraInfoSample(STAMP_NS, "front", 101, 81, 100.0, 110.0, 50.0, 40.0)


@pytest.mark.parametrize("matrix", [[1.0] * 8, [math.nan] * 9])
def test_a_camera_matrix_that_is_none_is_refused(matrix: list[float]) -> None:
    message = SimpleNamespace(header=header(), width=1, height=1, k=matrix)
    with pytest.raises(InputError, match="nine finite numbers"):
        DECODERS["sensor_msgs/msg/CameraInfo"](message, "front calibration")


def carla_route(poses: list[Any], header: Any) -> Any:  # noqa: ANN401
    return SimpleNamespace(header=header, road_options=[4] * len(poses), poses=poses)


def test_the_leaderboards_route_has_no_stamp_and_lies_in_carlas_world() -> None:
    sample = DECODERS[CARLA_ROUTE](carla_route([pose(1.0, 2.0), pose(3.0, 4.0)], make("std_msgs/msg/Header")), "route")
    assert isinstance(sample, RouteSample)
    assert (sample.stamp_ns, sample.frame_id, sample.is_goal) == (None, "map", False)
    assert sample.points_N2.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_carla_route_with_a_header_keeps_it() -> None:
    sample = DECODERS[CARLA_ROUTE](carla_route([], header()), "route")
    assert isinstance(sample, RouteSample)
    assert (sample.stamp_ns, sample.frame_id) == (STAMP_NS, "odom")
    assert sample.points_N2.shape == (0, 2)


def test_a_carla_route_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="route holds NaN or infinity"):
        DECODERS[CARLA_ROUTE](carla_route([pose(math.nan, 0.0)], header()), "route")
    with pytest.raises(InputError, match="stamp of route is -1 s"):
        DECODERS[CARLA_ROUTE](carla_route([], header(-1_000_000_000)), "route")


@pytest.mark.parametrize("type_name", [name for name in DECODERS if name != CARLA_ROUTE])
def test_a_stamp_of_zero_is_refused_for_every_type_that_its_senders_stamp(type_name: str) -> None:
    with pytest.raises(InputError, match="stamp of the input is zero"):
        DECODERS[type_name](make(type_name), "the input")


@pytest.mark.parametrize(("sec", "nanosec"), [(-1, 0), (5, 10**9), (5, -1)])
def test_a_stamp_that_is_no_time_is_refused(sec: int, nanosec: int) -> None:
    message = image()
    message.header.stamp.sec, message.header.stamp.nanosec = sec, nanosec
    with pytest.raises(InputError, match="stamp of front is"):
        DECODERS[IMAGE](message, "front")


@pytest.mark.parametrize("field", ["height", "width", "step"])
def test_negative_sizes_are_refused(field: str) -> None:
    with pytest.raises(InputError, match="picture of front"):
        DECODERS[IMAGE](image(**{field: -1}), "front")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused(value: float) -> None:
    with pytest.raises(InputError, match="odometry holds NaN or infinity"):
        DECODERS[ODOMETRY](odometry(x=value), "odometry")
    poses = [make("geometry_msgs/msg/PoseStamped", pose=pose(value, 0.0))]
    with pytest.raises(InputError, match="route holds NaN or infinity"):
        DECODERS["nav_msgs/msg/Path"](make("nav_msgs/msg/Path", header=header(), poses=poses), "route")
