"""Pictures with what each of their patches shows, as files on disk.

Shape legend: N pictures, S picture side, G patches across, and down, C channels.
"""

from __future__ import annotations

import math
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

    from numpy.typing import NDArray

# What the pictures of one drive may take unpacked: a small file can promise a thousand times its size.
MAX_BYTES = 1 << 30
# Of both arrays.
DIMENSIONS = 4


class LabelledPictures(NamedTuple):
    """Pictures, and the right answers for their patches.

    Attributes:
        pictures_NSS3: RGB.
        patches_NGGC: How much of each kind of thing a patch shows, 0 to 255.
    """

    pictures_NSS3: NDArray[np.uint8]
    patches_NGGC: NDArray[np.uint8]


def write_pictures(path: pathlib.Path, pictures_NSS3: NDArray[np.uint8], patches_NGGC: NDArray[np.uint8]) -> None:
    """Write pictures; the file appears only when it is whole.

    Args:
        path: Where to.
        pictures_NSS3: RGB.
        patches_NGGC: What their patches show.

    Raises:
        OSError: If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        np.savez_compressed(file, pictures=pictures_NSS3, patches=patches_NGGC)
    draft.rename(path)


def read_pictures(paths: Sequence[pathlib.Path]) -> LabelledPictures:
    """Read the pictures of several files.

    Args:
        paths: At least one.

    Returns:
        All of them, in order.

    Raises:
        InputError: If a file is damaged, or its pictures are of another size than the first's.
    """
    pictures, patches = [], []
    for path in paths:
        try:
            with zipfile.ZipFile(path) as archive:
                pictures.append(_array(archive, "pictures"))
                patches.append(_array(archive, "patches"))
        except Exception as error:
            # Damaged archives and NumPy headers fail in many ways.
            msg = f"{path} holds no labelled pictures ({error}); remove it and paint again with --resume."
            raise InputError(msg) from error
        fits = pictures[-1].shape[1:] == pictures[0].shape[1:] and patches[-1].shape[1:] == patches[0].shape[1:]
        if not fits or len(pictures[-1]) != len(patches[-1]):
            msg = f"{path} holds pictures of another size than {paths[0]}; paint them into different folders."
            raise InputError(msg)
    return LabelledPictures(np.concatenate(pictures), np.concatenate(patches))


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[np.uint8]:
    """Read an array whose header and size agree; NumPy itself would take whatever memory the header promises."""
    member = archive.getinfo(f"{name}.npy")
    if member.file_size > MAX_BYTES:
        msg = f"'{name}' unpacks to {member.file_size} bytes, but at most {MAX_BYTES} are read"
        raise ValueError(msg)
    with archive.open(member) as file:
        np.lib.format.read_magic(file)
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
        room = member.file_size - file.tell()
        if dtype != np.uint8 or is_fortran or len(shape) != DIMENSIONS or math.prod(shape) != room:
            msg = f"'{name}' is no such array"
            raise ValueError(msg)
        return np.frombuffer(file.read(), np.uint8).reshape(shape)
