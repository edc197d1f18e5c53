"""One untrained mini policy for all tests of the pipeline, and pipelines around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.parameters.schema import PolicyParameters
from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.policy.interface import Policy
from drivemoe_ros.policy.load import load_policy

MakePipeline = Callable[..., DrivingPipeline]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(PolicyParameters(threads=1), wrap_heading=True)


@pytest.fixture(scope="session")
def make_pipeline(policy: Policy) -> MakePipeline:
    """Make a fresh pipeline; parameters as ``**{"section.name": value}``."""
    return lambda **values: DrivingPipeline(policy, CAMERA_NAMES, build_parameters(values))
