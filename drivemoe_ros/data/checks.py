"""Checks shared by the value objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def require_finite(name: str, value: NDArray[np.floating] | float) -> None:
    """Refuse NaN and infinity.

    Args:
        name: What the value is, for the sentence.
        value: Number or array of any shape.

    Raises:
        InputError: If any element is not finite.
    """
    if not np.all(np.isfinite(value)):
        msg = f"{name} holds NaN or infinity, but only finite numbers can be used; check the sender of this input."
        raise InputError(msg)


def require_shape(name: str, array: NDArray[np.generic], shape: tuple[int, ...]) -> None:
    """Refuse an array of another shape.

    Args:
        name: What the array is, for the sentence.
        array: Array to check.
        shape: Expected shape; -1 stands for any length.

    Raises:
        InputError: If rank or a fixed length differs.
    """
    fits = array.ndim == len(shape) and all(want in (-1, have) for want, have in zip(shape, array.shape, strict=True))
    if not fits:
        msg = f"{name} has shape {array.shape}, but {shape} is needed (-1: any length); rebuild it with that shape."
        raise InputError(msg)
