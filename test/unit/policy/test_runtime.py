"""From an observation to a plan and its decisions; networks are untrained minis, inputs are drawn from fixed seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.ego import EgoHistory, GoalPoints
from drivemoe_ros.data.plan import Observation, PolicyOutput
from drivemoe_ros.errors import ImageError, ParameterError, PolicyError
from drivemoe_ros.parameters.schema import PolicyParameters
from drivemoe_ros.policy.load import load_policy
from drivemoe_ros.policy.runtime import LearnedPolicy

from .networks import mini

SIDE = 84
MS = 1_000_000
VIEWS = ("front_left", "front_right", "back", "back_left", "back_right")

View = Callable[[], NDArray[np.uint8]]


def load(**values: object) -> LearnedPolicy:
    return load_policy(PolicyParameters(**{"threads": 1, **values}), wrap_heading=True)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def drivemoe() -> LearnedPolicy:
    return load()


@pytest.fixture(scope="module")
def drivepi0() -> LearnedPolicy:
    return load(system="drivepi0")


def picture(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def all_views() -> dict[str, View]:
    return {name: partial(picture, 10 + index) for index, name in enumerate(VIEWS)}


def observation(
    stamp_ns: int = 7, views: Mapping[str, View] | None = None, speed_mps: float = 5.0, seed: int = 0
) -> Observation:
    times_T = np.arange(-0.4, 0.1, 0.1)
    ego = EgoHistory(
        stamps_ns_T=(stamp_ns + times_T * 1e9).astype(np.int64),
        position_T2=np.stack([speed_mps * times_T, np.zeros(5)], axis=1),
        yaw_T=0.1 * times_T,
        speed_T=np.full(5, speed_mps),
        acceleration_T3=np.tile([0.0, 0.0, 9.81], (5, 1)),
        angular_velocity_T3=np.tile([0.0, 0.0, 0.1], (5, 1)),
    )
    goals = GoalPoints(np.tile([7.5, 1.0], (5, 1)), "route")
    front_now, front_before = picture(2 * seed), picture(2 * seed + 1)
    return Observation(stamp_ns, front_now, front_before, all_views() if views is None else views, ego, goals)


def view_of(output: PolicyOutput) -> RoutingDecision:
    assert output.view is not None
    return output.view


def ranking(view: RoutingDecision) -> list[str]:
    return [view.names[index] for index in np.argsort(-view.scores_E)]


def without(*names: str) -> dict[str, View]:
    return {name: read for name, read in all_views().items() if name not in names}


def unreadable() -> NDArray[np.uint8]:
    msg = "the picture is broken"
    raise ImageError(msg)


def test_the_spec_says_what_the_policy_is_and_needs(drivemoe: LearnedPolicy, drivepi0: LearnedPolicy) -> None:
    spec = drivemoe.spec
    assert (spec.system, spec.weights, spec.trained) == ("drivemoe", "untrained (seed 0)", False)
    assert (spec.image_size, spec.view_names) == (SIDE, VIEWS)
    assert (spec.num_history, spec.history_interval_ns) == (5, 100 * MS)
    assert (spec.horizon, spec.waypoint_interval_ns) == (10, 100 * MS)
    assert (drivepi0.spec.system, drivepi0.spec.view_names) == ("drivepi0", ())


def test_a_plan_is_ten_finite_waypoints(drivemoe: LearnedPolicy) -> None:
    waypoints_H2 = drivemoe.plan(observation()).waypoints_H2
    assert waypoints_H2.shape == (10, 2)
    assert waypoints_H2.dtype == np.float64
    assert np.all(np.isfinite(waypoints_H2))


@pytest.mark.parametrize("seed", range(3))
def test_the_expert_decision_is_consistent(drivemoe: LearnedPolicy, seed: int) -> None:
    (decision,) = drivemoe.plan(observation(seed=seed)).experts
    assert decision.level == "action"
    assert len(decision.names) == 7
    assert decision.step_weights_SE.shape == (10, 7)
    np.testing.assert_array_equal(decision.step_weights_SE[-1], decision.weights_E)
    np.testing.assert_allclose(decision.step_weights_SE.sum(axis=1), 1.0, rtol=1e-6)
    assert np.all((decision.step_weights_SE > 0.0).sum(axis=1) == 3)
    assert set(decision.chosen) == set(np.flatnonzero(decision.weights_E).tolist())
    chosen_weights = decision.weights_E[list(decision.chosen)]
    assert chosen_weights.tolist() == sorted(chosen_weights.tolist(), reverse=True)
    assert decision.chosen == tuple(np.argsort(-decision.scores_E)[:3].tolist())
    assert decision.preferred == decision.selected
    assert not decision.fell_back


@pytest.mark.parametrize("seed", range(3))
def test_the_view_decision_is_consistent(drivemoe: LearnedPolicy, seed: int) -> None:
    view = view_of(drivemoe.plan(observation(seed=seed)))
    assert (view.level, view.names) == ("view", VIEWS)
    assert view.selected == ranking(view)[0]
    assert view.weights_E.tolist() == [float(name == view.selected) for name in VIEWS]
    np.testing.assert_array_equal(view.step_weights_SE, view.weights_E[None])
    assert view.available_E.all()
    assert view.reason == ""


def test_only_the_chosen_view_is_read(drivemoe: LearnedPolicy) -> None:
    read: list[str] = []

    def reading(name: str) -> View:
        return lambda: read.append(name) or picture(3)  # type: ignore[func-returns-value]

    view = view_of(drivemoe.plan(observation(views={name: reading(name) for name in VIEWS})))
    assert read == [view.selected]


def test_unavailable_views_are_never_selected_and_each_is_named(drivemoe: LearnedPolicy) -> None:
    ranked = ranking(view_of(drivemoe.plan(observation())))
    for count in range(1, 6):
        view = view_of(drivemoe.plan(observation(views=without(*ranked[:count]))))
        assert ranking(view) == ranked
        assert view.selected == (ranked[count] if count < 5 else "")
        assert view.fell_back
        assert view.reason == "; ".join(f"{name} has no usable picture" for name in ranked[:count])
        assert [name for name, there in zip(VIEWS, view.available_E, strict=True) if not there] == [
            name for name in VIEWS if name in ranked[:count]
        ]


def test_a_missing_view_that_nobody_wanted_is_no_fallback(drivemoe: LearnedPolicy) -> None:
    usual = drivemoe.plan(observation())
    last = ranking(view_of(usual))[-1]
    output = drivemoe.plan(observation(views=without(last)))
    assert not view_of(output).fell_back
    assert view_of(output).reason == ""
    assert output.waypoints_H2.tobytes() == usual.waypoints_H2.tobytes()


def test_an_unreadable_view_is_passed_over_with_its_reason(drivemoe: LearnedPolicy) -> None:
    ranked = ranking(view_of(drivemoe.plan(observation())))
    views = {**without(ranked[1]), ranked[0]: unreadable}
    view = view_of(drivemoe.plan(observation(views=views)))
    assert view.selected == ranked[2]
    assert view.reason == f"the picture is broken; {ranked[1]} has no usable picture"
    assert view.available_E.tolist() == [name not in ranked[:2] for name in VIEWS]


def test_without_a_view_the_plan_comes_from_the_front_alone(drivemoe: LearnedPolicy) -> None:
    blind = drivemoe.plan(observation(views={}))
    assert view_of(blind).chosen == ()
    assert not view_of(blind).weights_E.any()
    assert np.all(np.isfinite(blind.waypoints_H2))
    other_front = drivemoe.plan(observation(views={}, seed=1))
    assert blind.waypoints_H2.tobytes() != other_front.waypoints_H2.tobytes()


def test_the_chosen_view_and_both_front_pictures_matter(drivemoe: LearnedPolicy) -> None:
    usual = observation()
    before = drivemoe.plan(usual)
    selected = view_of(before).selected
    other_view = observation(views={**all_views(), selected: lambda: picture(99)})
    assert drivemoe.plan(other_view).waypoints_H2.tobytes() != before.waypoints_H2.tobytes()
    parts = {**vars(usual), "front_before_SS3": picture(98)}
    assert drivemoe.plan(Observation(**parts)).waypoints_H2.tobytes() != before.waypoints_H2.tobytes()


def test_drive_pi0_has_no_decisions(drivepi0: LearnedPolicy) -> None:
    output = drivepi0.plan(observation(views={}))
    assert output.view is None
    assert output.experts == ()
    assert output.waypoints_H2.shape == (10, 2)


def test_the_same_stamp_gives_the_same_noise_whatever_came_before() -> None:
    noisy = load(zero_noise=False)
    first = noisy.plan(observation())
    between = noisy.plan(observation(stamp_ns=8))
    again = noisy.plan(observation())
    assert again.waypoints_H2.tobytes() == first.waypoints_H2.tobytes()
    assert between.waypoints_H2.tobytes() != first.waypoints_H2.tobytes()
    assert load(zero_noise=False).plan(observation()).waypoints_H2.tobytes() == first.waypoints_H2.tobytes()


def test_the_seed_changes_the_noise() -> None:
    made = [LearnedPolicy(mini("drivemoe"), seed=s, zero_noise=False, wrap_heading=True) for s in (0, 1)]
    first, second = (policy.plan(observation()) for policy in made)
    assert first.waypoints_H2.tobytes() != second.waypoints_H2.tobytes()
    # The view is chosen before the flow begins.
    np.testing.assert_array_equal(view_of(first).scores_E, view_of(second).scores_E)


def test_zero_noise_makes_seed_and_stamp_irrelevant() -> None:
    made = [LearnedPolicy(mini("drivemoe"), seed=s, zero_noise=True, wrap_heading=True) for s in (0, 1)]
    outputs = [policy.plan(observation(stamp_ns=7 + index)) for index, policy in enumerate(made)]
    assert outputs[0].waypoints_H2.tobytes() == outputs[1].waypoints_H2.tobytes()


def test_fewer_flow_steps_are_equal_steps_to_nearly_the_same_plan(drivemoe: LearnedPolicy) -> None:
    usual, same, fewer = (drivemoe.plan(observation(), steps) for steps in (None, 10, 3))
    assert (usual.flow_steps, same.flow_steps, fewer.flow_steps) == (10, 10, 3)
    assert usual.waypoints_H2.tobytes() == same.waypoints_H2.tobytes()
    assert len(fewer.experts[0].step_weights_SE) == 3
    # The untrained flow hardly bends.
    difference_m = np.abs(fewer.waypoints_H2 - usual.waypoints_H2).max()
    assert 0.0 < difference_m < 0.1 * np.abs(usual.waypoints_H2).max()


@pytest.mark.parametrize("zero_noise", [True, False])
def test_of_several_samples_the_first_is_the_plan_of_one_and_the_others_tell_the_spread(zero_noise: bool) -> None:  # noqa: FBT001
    one, three = (load(zero_noise=zero_noise, flow_samples=samples) for samples in (1, 3))
    alone, together, again = one.plan(observation()), three.plan(observation()), three.plan(observation())
    assert alone.spread_m is None
    np.testing.assert_allclose(together.waypoints_H2, alone.waypoints_H2, atol=1e-4)
    assert together.experts[0].chosen == alone.experts[0].chosen
    assert together.spread_m is not None
    assert together.spread_m > 0.0
    assert again.spread_m == together.spread_m


def test_a_flow_step_is_timed_by_the_clock_that_is_handed_in(drivemoe: LearnedPolicy) -> None:
    ticks = iter((1.0, 3.0))
    timed = load_policy(PolicyParameters(threads=1), wrap_heading=True, clock=lambda: next(ticks))
    assert timed.plan(observation(), 4).step_s == 0.5
    assert drivemoe.plan(observation()).step_s is None


def test_half_precision_plans_nearly_the_same() -> None:
    exact, rounded = (load(precision=name, zero_noise=True) for name in ("float32", "bfloat16"))
    difference_H2 = exact.plan(observation()).waypoints_H2 - rounded.plan(observation()).waypoints_H2
    assert 0.0 < np.abs(difference_H2).max() < 0.5


@pytest.mark.parametrize("part", ["action_decoder", "camera_router"])
def test_weights_that_give_nan_are_an_error_of_the_policy(part: str) -> None:
    checkpoint = mini("drivemoe")
    for name, tensor in checkpoint.model.named_parameters():
        if part in name and tensor.is_floating_point():
            torch.nn.init.constant_(tensor, float("nan"))
    policy = LearnedPolicy(checkpoint, seed=0, zero_noise=False, wrap_heading=True)
    with pytest.raises(PolicyError, match=r"'untrained \(seed 0\)' planned NaN or infinity; check its weights"):
        policy.plan(observation())


def test_a_device_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ParameterError, match="torch sees no GPU"):
        load(device="cuda")
    assert load(device="auto").plan(observation()).waypoints_H2.shape == (10, 2)
