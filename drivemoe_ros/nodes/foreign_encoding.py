"""Pictures that only cv_bridge can read (Bayer patterns, YUV 4:2:2, 16 bits a channel), turned into rgb8 on arrival.

cv_bridge is optional: it is looked for once, when the first such picture arrives. An extension that was compiled for
another NumPy can be imported and then takes its process down, so a process of its own tries it out first.

Shape legend: H rows, W columns, B bytes in a row, N bytes in all.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.errors import ImageError
from drivemoe_ros.nodes.raw_image import Header, RawImage, Stamp, view_image
from drivemoe_ros.sensors.decode import RGB_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

BAYER = tuple(f"bayer_{pattern}" for pattern in ("rggb", "bggr", "gbrg", "grbg"))
BYTES_PER_PIXEL = {
    **{f"{pattern}8": 1 for pattern in BAYER},
    **{f"{pattern}16": 2 for pattern in BAYER},
    "mono16": 2,
    "rgb16": 6,
    "bgr16": 6,
    "rgba16": 8,
    "bgra16": 8,
    "yuv422": 2,
    "uyvy": 2,
    "yuv422_yuy2": 2,
    "yuyv": 2,
}
# The newer names are sensor_msgs', and cv_bridge knows only the older ones.
OLDER_NAMES = {"uyvy": "yuv422", "yuyv": "yuv422_yuy2"}
TRIAL_TIMEOUT_S = 30.0


def view_any_image(received: bytes, name: str) -> RawImage:
    """View a serialised ``sensor_msgs/Image``, converted to rgb8 if only cv_bridge can read its encoding.

    The bytes that came bound the memory taken for a conversion; ``image.max_pixels`` counts when the result is read.

    Args:
        received: The bytes, encapsulation header included.
        name: Camera, for the sentence.

    Returns:
        The fields. ``data`` shares memory with ``received`` unless it was converted. Encodings that cv_bridge cannot
        turn into colours (depth, NV12, unknown ones) come as they are, for ``sensors.decode`` to refuse.

    Raises:
        InputError: If the bytes are cut off or in no encoding known here.
        ImageError: If the picture needs cv_bridge and there is none, or its sizes contradict its bytes.
    """
    picture = view_image(received, name)
    return convert_to_rgb8(picture, name) if picture.encoding in BYTES_PER_PIXEL else picture


def convert_to_rgb8(picture: RawImage, name: str) -> RawImage:
    """Convert a picture with cv_bridge; 16 bits a channel are scaled to 8.

    Args:
        picture: The picture, in one of ``BYTES_PER_PIXEL``.
        name: Camera, for the sentence.

    Returns:
        The same picture in rgb8, its rows without padding.

    Raises:
        ImageError: If there is no cv_bridge, the sizes contradict the bytes, or cv_bridge refuses the picture.
    """
    data_N = _checked_bytes(picture, name)
    bridge, reason = load_bridge()
    if bridge is None:
        msg = (
            f"The picture encoding '{picture.encoding}' of {name} is unknown without cv_bridge ({reason}); let the "
            f"camera send one of {', '.join(RGB_BYTES)}, or install cv_bridge for NumPy {np.__version__}."
        )
        raise ImageError(msg)
    try:
        return _convert(bridge, picture, data_N)
    except Exception as error:
        size = f"{picture.width}x{picture.height}"
        # OpenCV's texts have several lines and begin with a place in its sources.
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        msg = (
            f"cv_bridge cannot convert the {size} {picture.encoding} picture of {name} ({reason}); check the "
            f"camera's driver."
        )
        raise ImageError(msg) from error


@functools.cache
def load_bridge() -> tuple[Any, str]:
    """Return a ``CvBridge``, or None and why there is none; looked for once, which takes about a second."""
    reason = _try_out()
    if reason:
        return None, reason
    try:
        return importlib.import_module("cv_bridge").CvBridge(), ""
    except Exception as error:  # noqa: BLE001 - whatever an extension raises, the node goes on without it
        return None, f"{type(error).__name__}: {error}"


def convert_trial() -> None:
    """Convert one small picture with cv_bridge; for a process of its own."""
    bridge = importlib.import_module("cv_bridge").CvBridge()
    picture = RawImage(Header(Stamp(1, 0), ""), 4, 4, "bayer_rggb8", 0, 4, np.zeros(16, dtype=np.uint8))
    _convert(bridge, picture, picture.data)


def _try_out() -> str:
    """Run ``convert_trial`` in a process of its own; return what went wrong, empty if nothing did."""
    command = [sys.executable, "-c", f"from {__name__} import convert_trial; convert_trial()"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(  # noqa: S603 - our own code under our own interpreter
            command, env=env, check=False, capture_output=True, text=True, errors="replace", timeout=TRIAL_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"a trial of it failed with {type(error).__name__}"
    if done.returncode < 0:
        return f"a trial of it ended with {signal.Signals(-done.returncode).name}"
    lines = done.stderr.strip().splitlines()
    return (lines[-1] if lines else f"a trial of it ended with code {done.returncode}") if done.returncode else ""


def _checked_bytes(picture: RawImage, name: str) -> NDArray[np.uint8]:
    """Return the pixels' bytes in this machine's byte order and without padding, if the sizes agree with the bytes."""
    height, width, step = picture.height, picture.width, picture.step
    row = width * BYTES_PER_PIXEL[picture.encoding]
    # The last row may come without its padding.
    needed = step * (height - 1) + row
    if not row or height < 1 or step < row or picture.data.size < needed:
        msg = (
            f"The {width}x{height} {picture.encoding} picture of {name} has {step} bytes a row (step) and "
            f"{picture.data.size} bytes, but {row} and {max(needed, 1)} are needed; the message was cut off or its "
            f"sizes are wrong."
        )
        raise ImageError(msg)
    rows_HB = np.lib.stride_tricks.as_strided(picture.data, (height, row), (step, 1), writeable=False)
    data_N = np.ascontiguousarray(rows_HB).reshape(-1)
    is_foreign_order = bool(picture.is_bigendian) != (sys.byteorder == "big")
    if is_foreign_order and picture.encoding.endswith("16"):
        data_N = data_N.view(np.uint16).byteswap().view(np.uint8)
    return data_N


def _convert(bridge: Any, picture: RawImage, data_N: NDArray[np.uint8]) -> RawImage:  # noqa: ANN401
    """Convert a picture by its checked bytes.

    Source:
        cv_bridge, ``python/cv_bridge/core.py::CvBridge.imgmsg_to_cv2``: its own byte swap needs NumPy 1, and it does
        not compare the step with the width, hence the bytes come prepared.
    """
    prepared = picture._replace(
        encoding=OLDER_NAMES.get(picture.encoding, picture.encoding),
        is_bigendian=int(sys.byteorder == "big"),
        step=picture.width * BYTES_PER_PIXEL[picture.encoding],
        data=data_N,
    )
    rgb_HW3 = np.ascontiguousarray(bridge.imgmsg_to_cv2(prepared, "rgb8"), dtype=np.uint8)
    data_N = rgb_HW3.reshape(-1)
    return picture._replace(encoding="rgb8", is_bigendian=0, step=3 * picture.width, data=data_N)
