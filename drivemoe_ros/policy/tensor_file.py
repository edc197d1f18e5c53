"""Reads and writes safetensors files without holding a second copy of the tensors.

Layout: eight bytes little-endian length of a JSON header, the header (name to dtype, shape, byte range), the bytes.
Source: github.com/huggingface/safetensors, README, "Format".
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from drivemoe_ros.data.small_file import parse_json
from drivemoe_ros.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import Tensor

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
# Ten times that of the released network; as Python objects a header takes up to 30 times its size.
MAX_HEADER_BYTES = 4 << 20
MAX_DIMENSIONS = 8
LENGTH_BYTES = 8


@dataclass(frozen=True)
class TensorEntry:
    """One tensor of a file: its type, shape and byte range after the header."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    begin: int
    end: int


def read_header(path: Path) -> dict[str, TensorEntry]:
    """Read what a file says it holds, and check that against its size; no tensor is allocated.

    Args:
        path: A safetensors file.

    Returns:
        The entries by tensor name.

    Raises:
        CheckpointError: If the file is unreadable, truncated, or promises what it cannot hold.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = struct.unpack("<Q", file.read(LENGTH_BYTES))[0]
            if length > min(size - LENGTH_BYTES, MAX_HEADER_BYTES):
                msg = f"'{path.name}' promises a header of {length} bytes but has {size} in all; fetch it again."
                raise CheckpointError(msg)
            header = parse_json(file.read(length))
        entries = {name: _entry(fields) for name, fields in header.items() if name != "__metadata__"}
    except (OSError, struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"'{path.name}' is not a readable safetensors file ({type(error).__name__}); fetch or convert it again."
        raise CheckpointError(msg) from error
    room = size - LENGTH_BYTES - length
    for name, entry in entries.items():
        wanted = math.prod(entry.shape) * entry.dtype.itemsize
        if entry.begin < 0 or entry.end - entry.begin != wanted or entry.end > room:
            span = f"{entry.begin} to {entry.end}"
            msg = f"'{path.name}' promises bytes {span} for '{name}' but holds {room}; fetch it again."
            raise CheckpointError(msg)
    return entries


def write_tensors(
    path: Path,
    tensors: Mapping[str, Tensor],
    dtype: torch.dtype | None,
    progress: Callable[[str], None] | None = None,
    make: Callable[[str], Tensor] | None = None,
) -> None:
    """Write tensors one after the other, so that at most one converted or made copy lies in memory.

    Args:
        path: File to write; its bytes depend on names and values only.
        tensors: Tensors by name, on any device.
        dtype: Type that floating-point tensors are written in; None keeps theirs.
        progress: Called with each tensor's name after it was written.
        make: Gives the values, by name, of tensors that ``tensors`` holds without memory (on the meta device).

    Raises:
        CheckpointError: If a tensor's type cannot be stored.
        OSError: If the file cannot be written.
    """
    header, offset = {}, 0
    kinds = {name: _stored_dtype(name, tensors[name], dtype) for name in sorted(tensors)}
    for name, kind in kinds.items():
        size = tensors[name].numel() * kind.itemsize
        header[name] = {
            "dtype": NAMES[kind],
            "shape": list(tensors[name].shape),
            "data_offsets": [offset, offset + size],
        }
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    # The tensors start at a multiple of eight bytes, as the format asks.
    text += b" " * (-len(text) % LENGTH_BYTES)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, kind in kinds.items():
            tensor = make(name) if make is not None and tensors[name].is_meta else tensors[name]
            flat = tensor.detach().to("cpu", kind).contiguous().reshape(-1)
            file.write(flat.view(torch.uint8).numpy().data)
            if progress is not None:
                progress(name)


def _stored_dtype(name: str, tensor: Tensor, dtype: torch.dtype | None) -> torch.dtype:
    kind = dtype if dtype is not None and tensor.dtype.is_floating_point else tensor.dtype
    if kind not in NAMES:
        msg = f"Tensor '{name}' has type {kind}, which cannot be stored; use one of {', '.join(NAMES.values())}."
        raise CheckpointError(msg)
    return kind


def _entry(fields: Mapping[str, Any]) -> TensorEntry:
    begin, end = fields["data_offsets"]
    shape = tuple(fields["shape"])
    sizes = (begin, end, *shape)
    if len(shape) > MAX_DIMENSIONS or not all(isinstance(number, int) and number >= 0 for number in sizes):
        msg = f"a size is not a number, or there are more than {MAX_DIMENSIONS}"
        raise ValueError(msg)
    return TensorEntry(DTYPES[str(fields["dtype"])], shape, begin, end)
