"""The last few prepared pictures, so that a picture needed twice is decoded once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray


class PictureCache:
    """Prepared pictures by camera and stamp; the ones unused for longest leave first."""

    def __init__(self, depth: int) -> None:
        """Build an empty cache.

        Args:
            depth: Most pictures kept, at least 1.
        """
        self._depth = depth
        self._pictures: OrderedDict[tuple[str, int], NDArray[np.uint8]] = OrderedDict()

    def get(self, camera: str, stamp_ns: int, make: Callable[[], NDArray[np.uint8]]) -> NDArray[np.uint8]:
        """Return a picture, making it if it is not kept.

        Args:
            camera: Name of the camera.
            stamp_ns: Stamp of the picture [ns].
            make: Decodes and prepares the picture; what it raises passes through and nothing is kept.

        Returns:
            The picture, read-only, as ``make`` shaped it.
        """
        key = (camera, stamp_ns)
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        picture = make()
        picture.setflags(write=False)
        self._pictures[key] = picture
        while len(self._pictures) > self._depth:
            self._pictures.popitem(last=False)
        return picture

    def clear(self) -> None:
        """Forget every picture."""
        self._pictures.clear()
