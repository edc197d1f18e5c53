"""Compares the cameras' CameraInfo, the shape of their pictures and tf with the rig file while the node is active.

Calibration comes on the topic that the rig names, or beside the picture's where it names none. A camera's frame is that
in the header of its calibration, or of its pictures; one that is the base frame itself, or that tf does not know, says
nothing of where the camera sits.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from drivemoe_ros.data.samples import CameraInfoSample
from drivemoe_ros.errors import InputError
from drivemoe_ros.nodes.sources import CAMERA_INFO, COMPRESSED_ENDING, Source
from drivemoe_ros.nodes.topic_input import TopicInput
from drivemoe_ros.nodes.transforms import TRANSFORMS, TransformListener
from drivemoe_ros.sensors.decode import promised_size
from drivemoe_ros.supervision.mounting import Mounting, mounting_of
from drivemoe_ros.supervision.rig_check import check_rig, check_size, uncalibrated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rclpy.node import Node

    from drivemoe_ros.data.cameras import Camera, Rig
    from drivemoe_ros.data.samples import ImageSample
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

REFUSE, OFF = "refuse", "off"
# Calibrations come with the pictures, or soon after; nobody waits for them.
MISSING_AFTER_S = 5.0
MOST_TOLD = 3


class RigWatch:
    """What the vehicle says of its cameras, against what the rig file says.

    Attributes:
        contradictions: One text each, as of the last look.
        missing: Cameras that send pictures but no calibration, although the rig file names a topic for it.
    """

    def __init__(self, node: Node, rig: Rig, parameters: SupervisionParameters) -> None:
        """Prepare without subscribing.

        Args:
            node: The node.
            rig: The rig.
            parameters: What happens when something contradicts it, and tolerances.

        Raises:
            InputError: If a topic is no valid name.
        """
        self._node, self._rig, self._parameters = node, rig, parameters
        self._calibrations = {
            name: TopicInput(node, f"{name} calibration", (_source(node, camera),), self._take)
            for name, camera in rig.cameras.items()
        }
        self._begin()

    def _begin(self) -> None:
        self._transforms = TransformListener(self._node)
        self._infos: dict[str, CameraInfoSample] = {}
        self._pictures: dict[str, ImageSample] = {}
        self._mounted: dict[str, Mounting] = {}
        self._first_s: dict[str, float] = {}
        self._told: set[str] = set()
        self.contradictions: tuple[str, ...] = ()
        self.missing: tuple[str, ...] = ()

    def open(self) -> None:
        """Subscribe, as if nothing had been heard before."""
        self._begin()
        if self.is_on:
            self._transforms.open()
            for one in self._calibrations.values():
                one.open()

    def close(self) -> None:
        """Unsubscribe."""
        self._transforms.close()
        for one in self._calibrations.values():
            one.close()

    def see(self, picture: ImageSample) -> None:
        """Take a picture; it is looked at later, if it still is its camera's newest then."""
        self._pictures[picture.camera] = picture

    @property
    def is_on(self) -> bool:
        """Whether anything is compared."""
        return self._parameters.rig_check != OFF

    @property
    def refusal(self) -> str:
        """Why nothing may be planned for this rig; empty if it may."""
        if self._parameters.rig_check != REFUSE or not self.contradictions:
            return ""
        return f"the rig file '{self._rig.name}' does not fit this vehicle: {self.words()}"

    def words(self) -> str:
        """Return the first contradictions in words; empty without any."""
        more = len(self.contradictions) - MOST_TOLD
        told = [*self.contradictions[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
        return "; ".join(told)

    def figures(self) -> dict[str, object]:
        """Return for the diagnostics what was compared and what was of no use."""
        whole = len(self._rig.cameras)
        values: dict[str, object] = {
            "check": self._parameters.rig_check,
            "calibrations": f"{len(self._infos)} of {whole}",
            "mountings by tf": f"{len(self._mounted)} of {whole}",
        }
        if not self._transforms.can_listen():
            values["tf"] = f"{TRANSFORMS.partition('/')[0]} is not installed"
        problems = [*(one.problem for one in self._calibrations.values()), self._transforms.problem]
        for number, text in enumerate(filter(None, problems), 1):
            values[f"problem {number}"] = text
        return values

    def look(self, cameras: Iterable[TopicInput]) -> None:
        """Compare what is known by now, and log what is new.

        Args:
            cameras: Inputs of the node; those that are no camera are passed over.
        """
        if not self.is_on:
            return
        now_s = time.monotonic()
        for name in self._calibrations.keys() - self._infos.keys():
            self._calibrations[name].hear_latched()
        for one in cameras:
            if one.name in self._calibrations:
                self._find(one.name, self._calibrations[one.name].frame_id or one.frame_id)
                if one.last_used_s is not None:
                    self._first_s.setdefault(one.name, now_s)
        if len(self._mounted) == len(self._rig.cameras):
            self._transforms.close_moving()
        self._transforms.rest()
        found = check_rig(self._rig, self._infos, self._mounted, self._parameters)
        self.contradictions = (*found, *self._wrong_shapes())
        lacking = uncalibrated(self._rig, self._infos)
        self.missing = tuple(name for name in lacking if now_s - self._first_s.get(name, now_s) > MISSING_AFTER_S)
        self._log()

    def _find(self, name: str, frame: str) -> None:
        base = self._rig.base_frame
        if not frame or frame.lstrip("/") == base.lstrip("/"):
            return
        found = self._transforms.tree.find(frame, base)
        if found is not None:
            try:
                self._mounted[name] = mounting_of(found.position_m, found.quaternion_xyzw)
            except InputError as error:
                self._transforms.problem = str(error)

    def _wrong_shapes(self) -> list[str]:
        texts = []
        for name, picture in self._pictures.items():
            size_px = promised_size(picture.image)
            if size_px is not None:
                texts.append(check_size(self._rig.cameras[name], self._infos.get(name), size_px, self._parameters))
        return [text for text in texts if text]

    def _take(self, sample: CameraInfoSample) -> None:
        self._infos[sample.camera] = sample

    def _log(self) -> None:
        advice = "correct the rig file or the calibration, or set supervision.rig_check to 'off'"
        for text in self.contradictions:
            # The same text with other figures is nothing new.
            kind = re.sub(r"[\d.]+", "#", text)
            if kind not in self._told:
                self._told.add(kind)
                self._node.get_logger().warning(f"Rig '{self._rig.name}': {text}; {advice}.")
        new = [name for name in self.missing if name not in self._told]
        if new:
            self._told.update(new)
            self._node.get_logger().warning(
                f"No calibration came for {', '.join(new)} in {MISSING_AFTER_S:g} s, so the rig file's fields of view "
                "cannot be checked; let the cameras publish CameraInfo, or name no topic for it in the rig file."
            )


def _source(node: Node, camera: Camera) -> Source:
    if camera.info_topic:
        return Source(camera.info_topic, CAMERA_INFO)
    picture: str = node.resolve_topic_name(camera.image_topic.removesuffix(COMPRESSED_ENDING))
    return Source(f"{picture.rpartition('/')[0]}/camera_info", CAMERA_INFO)
