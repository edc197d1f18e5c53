"""Flow matching: time embedding, path and Euler steps."""

import math

import pytest
import torch
from torch.testing import assert_close

from drivemoe_ros.policy.configuration import FlowSizes
from drivemoe_ros.policy.flow import embed_time, flow_path, integrate_euler

SIZES = FlowSizes(steps=10, sigma_min=0.001, trajectory_clip=1.0, time_max_period=10000.0)


def test_time_embedding_runs_from_one_to_the_longest_period() -> None:
    row = embed_time(torch.tensor([0.5]), 8, 10000.0)[0].tolist()
    rates = [1.0, 10000.0 ** (-1 / 3), 10000.0 ** (-2 / 3), 1e-4]
    assert row[:4] == pytest.approx([math.sin(0.5 * rate) for rate in rates], abs=1e-6)
    assert row[4:] == pytest.approx([math.cos(0.5 * rate) for rate in rates], abs=1e-6)


def test_the_path_starts_at_noise_and_ends_at_the_target() -> None:
    noise, target = torch.randn(2, 10, 2, generator=torch.Generator().manual_seed(0)), torch.ones(2, 10, 2)
    start, _ = flow_path(noise, target, torch.zeros(2), SIZES)
    end, _ = flow_path(noise, target, torch.ones(2), SIZES)
    assert_close(start, noise)
    assert_close(end, target + 0.001 * noise)


def test_following_the_true_velocity_reaches_the_target() -> None:
    noise, target = torch.randn(1, 10, 2, generator=torch.Generator().manual_seed(0)), torch.full((1, 10, 2), 0.4)
    _, velocity = flow_path(noise, target, torch.zeros(1), SIZES)
    times: list[float] = []

    def constant(_: torch.Tensor, time_B: torch.Tensor) -> torch.Tensor:
        times.append(float(time_B[0]))
        return velocity

    reached = integrate_euler(noise, constant, 10)
    assert_close(reached, target + 0.001 * noise)
    assert times == pytest.approx([step / 10 for step in range(10)], abs=1e-6)
