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

    def repeat(self, times: int) -> "PrefixCache":
        """Return a cache in which each row of the batch stands ``times`` times in succession."""
        if times == 1:
            return self
        keys, values = (
            tuple(each.repeat_interleave(times, dim=0) for each in layers)
            for layers in (self.keys_BGPC, self.values_BGPC)
        )
        return PrefixCache(keys, values, self.visible_BP.repeat_interleave(times, dim=0), self.history_steps)
