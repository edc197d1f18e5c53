"""The constant prompt as token ids: image places, text, padding.

Shape legend: B batch, L image-and-text tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.configuration import ModelSizes

TEXT = "predict trajectory"


@dataclass(frozen=True)
class Prompt:
    """Token ids of the text after the pictures, and how they fill the fixed length.

    Source:
        docs/model.md 2: "<image>" * image tokens + "<bos>" + "predict trajectory" + newline, padded on the right.
    """

    # (L,) ids, image tokens first, then text, then padding
    input_ids: tuple[int, ...]
    # (L,) 1 where input_ids is not padding
    attention_mask: tuple[int, ...]

    @classmethod
    def from_text_ids(cls, text_ids: Sequence[int], sizes: ModelSizes) -> "Prompt":
        """Lay out the text behind the image places.

        Args:
            text_ids: Token ids of the text, "<bos>" included.
            sizes: Gives vocabulary, image token count and the length to fill.

        Returns:
            The prompt.

        Raises:
            CheckpointError: If there is no text, an id is outside the vocabulary, stands for padding or a picture,
                or the text does not fit.
        """
        text, room = sizes.text, sizes.text.max_tokens - sizes.image_tokens
        if not 1 <= len(text_ids) <= room:
            msg = f"The prompt has {len(text_ids)} token ids, but must have 1 to {room}; give the ids of '{TEXT}'."
            raise CheckpointError(msg)
        for token in text_ids:
            if not 0 <= token < text.vocab_size or token in {text.image_token_id, text.pad_token_id}:
                msg = (
                    f"The prompt's token id {token} is not a text token of a vocabulary of {text.vocab_size}; "
                    "use the tokenizer the checkpoint was trained with."
                )
                raise CheckpointError(msg)
        filled = [text.image_token_id] * sizes.image_tokens + list(text_ids)
        padding = text.max_tokens - len(filled)
        return cls(tuple(filled + [text.pad_token_id] * padding), tuple([1] * len(filled) + [0] * padding))

    def tensors(self, batch: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
        """Repeat the prompt for a batch.

        Args:
            batch: Number of rows B.
            device: Where the tensors shall lie.

        Returns:
            Input ids and attention mask, both (B, L) int64.
        """
        ids = torch.tensor(self.input_ids, device=device).expand(batch, -1)
        return ids, torch.tensor(self.attention_mask, device=device).expand(batch, -1)
