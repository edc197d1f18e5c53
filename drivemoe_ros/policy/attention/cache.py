"""Keys and values of the tokens that stay the same over all flow steps.

Shape legend: B batch, P prefix tokens (image and text, then ego history), G key/value heads, C head dimension.
"""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class PrefixCache:
    """Turned keys and values of every layer, and which of their tokens may be seen."""

    # one (B, G, P, C) tensor a layer
    keys_BGPC: tuple[Tensor, ...]
    # one (B, G, P, C) tensor a layer
    values_BGPC: tuple[Tensor, ...]
    # (B, P) bool, False for padding
    visible_BP: Tensor
    # how many of the P tokens, the last ones, are ego history
    history_steps: int
