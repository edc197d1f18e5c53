"""Draws pictures of a replay as it goes along."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.ego import EgoHistory
from drivemoe_ros.errors import ImageError, OutputError
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.sensors.decode import decode_image
from drivemoe_ros.viz.dashboard import draw_dashboard
from drivemoe_ros.viz.strip import draw_timeline

if TYPE_CHECKING:
    import pathlib

    from numpy.typing import NDArray
    from PIL import Image

    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.parameters.schema import ImageParameters
    from drivemoe_ros.pipeline.request import PlanRequest
    from drivemoe_ros.policy.interface import PolicySpec


class PictureRecorder:
    """Saves a dashboard now and then, and a timeline at the end; does nothing without a folder."""

    def __init__(
        self, folder: pathlib.Path | None, every_s: float, spec: PolicySpec, parameters: ImageParameters
    ) -> None:
        """Record into a folder.

        Args:
            folder: Where to save; None for no pictures.
            every_s: Recorded time between two dashboards [s].
            spec: What the policy is.
            parameters: Limits for decoding.
        """
        self.folder = folder
        self._every_ns = round(every_s * 1e9)
        self._label = f"{spec.system}, {spec.weights}"
        self._trained = spec.trained
        self._max_pixels = parameters.max_pixels
        self._last_ns: int | None = None
        self._results: list[PlanResult] = []
        self._speeds_mps: list[float] = []

    def record(self, request: PlanRequest, result: PlanResult) -> None:
        """Note a plan, and draw it if the last picture is long enough ago.

        Args:
            request: What was planned from.
            result: What came of it.

        Raises:
            OutputError: If the picture cannot be saved.
        """
        if self.folder is None:
            return
        ego = request.ego if isinstance(request.ego, EgoHistory) else None
        self._results.append(result)
        self._speeds_mps.append(float(ego.speed_T[-1]) if ego else math.nan)
        if self._last_ns is not None and 0 <= result.stamp_ns - self._last_ns < self._every_ns:
            return
        self._last_ns = result.stamp_ns
        route_R2 = _route_from_here(request, ego)
        pictures = self._decode(request)
        picture = draw_dashboard(result, pictures, ego, self._label, trained=self._trained, route_R2=route_R2)
        self._save(picture, f"plan_{len(self._results):05d}.png")

    def finish(self) -> None:
        """Draw the timeline of the whole drive.

        Raises:
            OutputError: If the picture cannot be saved.
        """
        if self._results:
            self._save(draw_timeline(self._results, self._label, np.array(self._speeds_mps)), "timeline.png")

    def _decode(self, request: PlanRequest) -> dict[str, NDArray[np.uint8]]:
        decoded = {}
        for name, sample in {request.front_now.camera: request.front_now, **request.views}.items():
            try:
                decoded[name] = decode_image(sample.image, self._max_pixels)
            except ImageError:  # noqa: PERF203  (a bad picture must not cost the others)
                continue  # the state in the picture names it
        return decoded

    def _save(self, picture: Image.Image, name: str) -> None:
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = self.folder / f".{name}"
            picture.save(partial, "PNG")
            partial.replace(self.folder / name)
        except OSError as error:
            msg = f"{self.folder / name} cannot be written ({error.strerror}); free space or choose another --pictures."
            raise OutputError(msg) from error


def _route_from_here(request: PlanRequest, ego: EgoHistory | None) -> NDArray[np.float64] | None:
    if ego is None or request.route is None:
        return None
    x_m, y_m = ego.position_T2[-1]
    return points_in_pose(request.route.points_N2, float(x_m), float(y_m), float(ego.yaw_T[-1]))
