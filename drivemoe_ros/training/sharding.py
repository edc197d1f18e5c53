"""What a network needs so that FSDP can share out its weights among processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.policy.experts import ExpertBank

if TYPE_CHECKING:
    from torch import Tensor, nn

    from drivemoe_ros.policy.model import DrivingModel

# All that is computed of the last image-and-text and of the last ego-history layer.
USED_OF_LAST = ("input_layernorm.", "self_attn.k_proj.", "self_attn.v_proj.")


def prepare_for_sharding(model: DrivingModel) -> None:
    """See to it that in every step the same weights have gradients in all processes.

    FSDP exchanges the gradients of all weights at once, and resumes only if every weight that learns has been learnt.
    DDP and a process alone need none of this.

    Args:
        model: The network before it is wrapped; what it computes stays the same. An expert that no process chose has
            a gradient of zero from now on instead of none, so that the optimizer's momentum moves it on.
    """
    _rest_what_is_never_used(model)
    for module in model.modules():
        if isinstance(module, ExpertBank):
            # A hook of the bank itself runs while its weights are gathered.
            module.register_forward_hook(_touch_experts)


def _rest_what_is_never_used(model: DrivingModel) -> None:
    mixtures = model.joint_model.mixtures
    for stream in (mixtures.vlm, mixtures.proprio):
        last = stream.layers[-1]
        if last is not mixtures.action.layers[-1]:
            for name, weight in last.named_parameters():
                if not name.startswith(USED_OF_LAST):
                    weight.requires_grad = False
        if stream.norm is not None and stream.norm is not mixtures.action.norm:
            stream.norm.requires_grad_(requires_grad=False)


def _touch_experts(bank: nn.Module, _inputs: object, output_BLD: Tensor) -> Tensor:
    touched = sum((weight.sum() for weight in bank.parameters()), start=output_BLD.new_zeros(()))
    return output_BLD + 0.0 * touched
