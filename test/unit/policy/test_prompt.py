"""Layout of the constant prompt."""

import pytest
import torch

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.prompt import Prompt
from drivemoe_ros.policy.variants import ARCHITECTURES

RELEASED = ARCHITECTURES["drivemoe"].released


def test_pictures_then_text_then_padding() -> None:
    ids, mask = Prompt.from_text_ids([2, 17, 18, 108], RELEASED).tensors(3, "cpu")
    assert ids.shape == mask.shape == (3, 788)
    assert (ids[:, :768] == 257152).all()
    assert ids[0, 768:773].tolist() == [2, 17, 18, 108, 0]
    assert torch.equal(mask, (ids != 0).long())


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ([], "0 token ids"),
        ([5] * 21, "21 token ids"),
        ([257216], "257216"),
        ([-1], "-1"),
        ([257152], "257152"),
        ([0], "token id 0"),
    ],
)
def test_ids_that_cannot_be_text_are_refused(ids: list[int], reason: str) -> None:
    with pytest.raises(CheckpointError, match=reason):
        Prompt.from_text_ids(ids, RELEASED)
