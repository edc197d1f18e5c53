"""What FSDP needs of a network: the same weights with gradients in every process, whatever its samples are."""

from __future__ import annotations

import pytest
import torch

from drivemoe_ros.policy.tying import tie_history_to_action
from drivemoe_ros.policy.variants import ARCHITECTURES
from drivemoe_ros.training.learner import Learner, StepResult
from drivemoe_ros.training.recipe import freeze, plan_stages
from drivemoe_ros.training.settings import NetworkSettings, build_settings
from drivemoe_ros.training.sharding import prepare_for_sharding

from ..policy.networks import mini, random_training_batch  # noqa: TID252

torch.set_num_threads(1)


def one_step(system: str, *, tied: bool, prepared: bool) -> tuple[float, dict[str, torch.nn.Parameter]]:
    """The loss of a step on one sample, and the weights that learn."""
    start = mini(system)
    if tied:
        tie_history_to_action(start.model)
    freeze(start.model, NetworkSettings(system=system))
    if prepared:
        prepare_for_sharding(start.model)
    stage = plan_stages(build_settings({}), [])[0]
    result = Learner(start.model)(random_training_batch(start, rows=1), stage)
    assert isinstance(result, StepResult)
    torch.autograd.backward(result.total)
    return result.total.item(), {
        name: weight for name, weight in start.model.named_parameters() if weight.requires_grad
    }


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("system", ARCHITECTURES)
def test_every_weight_that_learns_has_a_gradient(system: str, tied: bool) -> None:  # noqa: FBT001
    plain_loss, plain = one_step(system, tied=tied, prepared=False)
    loss, learning = one_step(system, tied=tied, prepared=True)
    assert loss == plain_loss
    assert [name for name, weight in learning.items() if weight.grad is None] == []
    for name, weight in plain.items():
        if weight.grad is not None:
            torch.testing.assert_close(learning[name].grad, weight.grad, rtol=0.0, atol=0.0)
        elif name in learning:
            assert not learning[name].grad.any()  # type: ignore[union-attr]
            assert "experts" in name
