"""Takes the constant prompt's token ids from a tokenizer folder, once, at conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.prompt import TEXT

if TYPE_CHECKING:
    from pathlib import Path

START = "<bos>"
FILE_NAME = "tokenizer.json"
# Twice the size of PaliGemma's.
MAX_BYTES = 64 << 20


def tokenize_prompt(folder: Path) -> tuple[int, ...]:
    """Tokenise "<bos>", the prompt and a newline, adding nothing.

    Args:
        folder: The PaliGemma tokenizer's folder, with ``tokenizer.json``; only this local file is read.

    Returns:
        The token ids.

    Raises:
        CheckpointError: If there is no such file, it is not a tokenizer, or it has no start token.

    Source:
        docs/model.md 2.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        msg = f"'{folder}' holds no {FILE_NAME}; give the folder of the PaliGemma tokenizer."
        raise CheckpointError(msg)
    if path.stat().st_size > MAX_BYTES:
        msg = f"'{path}' has {path.stat().st_size} bytes, but at most {MAX_BYTES} are read; give PaliGemma's tokenizer."
        raise CheckpointError(msg)
    try:
        tokenizer = Tokenizer.from_file(str(path))
        ids = tokenizer.encode(f"{START}{TEXT}\n", add_special_tokens=False).ids
    except Exception as error:  # the tokenizers library raises nothing narrower
        msg = f"'{path}' is not a tokenizer ({error}); give the folder of the PaliGemma tokenizer."
        raise CheckpointError(msg) from error
    start = tokenizer.token_to_id(START)
    if start is None or ids[:1] != [start]:
        msg = f"'{path}' has no start token {START}; give the folder of the PaliGemma tokenizer."
        raise CheckpointError(msg)
    return tuple(ids)
