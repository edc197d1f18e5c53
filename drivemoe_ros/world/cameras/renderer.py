"""Pictures of a scene as the cameras of a rig take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.world.cameras.eye import eye_of
from drivemoe_ros.world.cameras.ground import Ground
from drivemoe_ros.world.cameras.ground_view import GroundView
from drivemoe_ros.world.cameras.light import LIGHTINGS
from drivemoe_ros.world.cameras.painter import paint_solids
from drivemoe_ros.world.cameras.patches import label_patches
from drivemoe_ros.world.cameras.pinhole import pinhole
from drivemoe_ros.world.cameras.shade import paint_shade, shade_outlines, shade_table
from drivemoe_ros.world.cameras.sky import SkyView
from drivemoe_ros.world.cameras.solids import joined, stand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import Camera
    from drivemoe_ros.world.cameras.eye import Eye
    from drivemoe_ros.world.cameras.pinhole import Pinhole
    from drivemoe_ros.world.cameras.solids import Solids
    from drivemoe_ros.world.scene import Scene, Setting

# Pictures up to this many pixels are painted twice as large and averaged; larger ones get smoothed edges instead.
SMALL_PX = 300_000


class SceneRenderer:
    """Paints every moment of one drive; the same scene gives the same bytes.

    Attributes:
        pinholes: Numbers for ``sensor_msgs/CameraInfo``, by camera.
        ground: The ground from above.
    """

    def __init__(self, setting: Setting, cameras: Mapping[str, Camera], size_px: tuple[int, int]) -> None:
        """Paint what does not change.

        Args:
            setting: Ground, props and light of the drive.
            cameras: Cameras of the rig by name.
            size_px: Columns and rows of the pictures.

        Raises:
            ParameterError: If a picture of that size cannot be painted.
        """
        self.pinholes: dict[str, Pinhole] = {name: pinhole(camera, size_px) for name, camera in cameras.items()}
        self._cameras = dict(cameras)
        self._size_px = size_px
        self._scale = 2 if size_px[0] * size_px[1] <= SMALL_PX else 1
        self._lighting = LIGHTINGS[setting.light]
        self._shade = shade_table(self._lighting)
        self.ground = Ground(setting, self._lighting)
        self._ground = {
            name: GroundView(self.ground, self.pinholes[name], camera.z_m, self._lighting)
            for name, camera in self._cameras.items()
        }
        self._sky = {name: SkyView(setting.light, hole) for name, hole in self.pinholes.items()}
        self._setting = setting
        self._props = stand(setting.props, 0, self._lighting)
        self._seen: tuple[Scene, Solids, NDArray[np.float64]] | None = None

    def render(self, scene: Scene, camera_name: str) -> NDArray[np.uint8]:
        """Return what one camera sees.

        Args:
            scene: The moment.
            camera_name: One of the rig's cameras.

        Returns:
            RGB picture, shape (rows, columns, 3).

        Raises:
            ParameterError: If the rig has no such camera.
        """
        eye = self._eye(scene, camera_name)
        solids, shades = self._stand(scene)
        hole, ground = self.pinholes[camera_name], self._ground[camera_name]
        width, height = self._size_px
        picture = np.empty((height, width, 4), np.uint8)
        ground.paint(picture, eye)
        paint_shade(picture, shades, eye, hole, self._shade)
        ground.veil(picture)
        self._sky[camera_name].paint(picture, eye.yaw_rad)
        canvas = picture
        if self._scale > 1:
            large = (width * self._scale, height * self._scale)
            canvas = np.asarray(cv2.resize(picture, large, interpolation=cv2.INTER_NEAREST), np.uint8)
        paint_solids(canvas, solids, eye, hole, self._lighting, self._scale)
        if self._scale > 1:
            cv2.resize(canvas, self._size_px, dst=picture, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB), np.uint8)

    def render_all(self, scene: Scene) -> dict[str, NDArray[np.uint8]]:
        """Return what every camera sees, by name; see ``render``."""
        return {name: self.render(scene, name) for name in self._cameras}

    def label_patches(self, scene: Scene, camera_name: str, grid: int) -> NDArray[np.uint8]:
        """Tell what each patch of a camera's picture shows.

        Args:
            scene: The moment.
            camera_name: One of the rig's cameras.
            grid: Patches across, and down.

        Returns:
            (G, G, C), see ``patches.label_patches``.

        Raises:
            ParameterError: If the rig has no such camera.
        """
        eye = self._eye(scene, camera_name)
        solids, _ = self._stand(scene)
        bodies = (*self._setting.props, *scene.bodies)
        return label_patches(bodies, solids, eye, self.pinholes[camera_name], self._lighting, grid)

    def _eye(self, scene: Scene, camera_name: str) -> Eye:
        if camera_name not in self._cameras:
            msg = f"There is no camera '{camera_name}' to paint; this rig has {', '.join(self._cameras)}."
            raise ParameterError(msg)
        return eye_of(self._cameras[camera_name], scene.ego)

    def _stand(self, scene: Scene) -> tuple[Solids, NDArray[np.float64]]:
        """Return everything that stands there and its moving shade, kept while the same scene is asked for again."""
        if self._seen is None or self._seen[0] is not scene:
            solids = joined(self._props, stand(scene.bodies, scene.time_ns, self._lighting))
            shades = shade_outlines(scene.bodies, self._lighting)
            self._seen = (scene, solids, shades)
        return self._seen[1], self._seen[2]
