"""What a person sees on the dashboard, told from its pixels."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from drivemoe_ros.data.cameras import CAMERA_NAMES, CANDIDATE_VIEWS
from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.plan import PlanResult
from drivemoe_ros.data.state import DrivingState, InputCondition
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.canvas import PAD_PX, TITLE_PX
from drivemoe_ros.viz.dashboard import HEIGHT, WIDTH, draw_dashboard, page_boxes
from drivemoe_ros.viz.mosaic import CAPTION_PX, FRAME_PX, draw_cameras, tile_boxes
from drivemoe_ros.viz.theme import Box

from .results import SKILLS, count, ego, expert_decision, pictures, plan, region, view_decision, waiting

LABEL = "drivemoe, test weights"


def tiles() -> dict[str, Box]:
    """Return the tiles of a page without a banner."""
    box = page_boxes(trained=True)["cameras"]
    return tile_boxes(Box(box.left + PAD_PX, box.top + TITLE_PX, box.right - PAD_PX, box.bottom - PAD_PX))


def draw(result: PlanResult, **lost: None) -> Image.Image:
    """Draw a page of trained weights with every camera's picture but those in ``lost``."""
    seen = {name: picture for name, picture in pictures().items() if name not in lost}
    return draw_dashboard(result, seen, ego(), LABEL, trained=True)


def edges(picture: Image.Image, tile: Box) -> int:
    """Return how many pixels along the lower edge and both sides of a tile have the frame's colour."""
    pixels = region(picture, tile)
    sides = (pixels[CAPTION_PX:, :FRAME_PX], pixels[CAPTION_PX:, -FRAME_PX:], pixels[-FRAME_PX:, :])
    return sum(count(side, theme.SELECTED) for side in sides)


@pytest.mark.parametrize("selected", CANDIDATE_VIEWS)
def test_only_the_selected_camera_is_framed(selected: str) -> None:
    picture = draw(plan(view_decision([3.0 * (name == selected) for name in CANDIDATE_VIEWS])))
    framed = {name for name, tile in tiles().items() if edges(picture, tile) > 2 * FRAME_PX * 100}
    assert framed == {selected}
    assert all(edges(picture, tile) == 0 for name, tile in tiles().items() if name != selected)


def test_without_a_view_router_no_camera_is_framed() -> None:
    picture = draw(plan())
    assert all(edges(picture, tile) == 0 for tile in tiles().values())


def test_cameras_lie_as_they_sit_on_the_car() -> None:
    box = tiles()
    assert set(box) == set(CAMERA_NAMES)
    assert box["front_left"].right <= box["front"].left < box["front"].right <= box["front_right"].left
    assert box["back_left"].right <= box["back"].left < box["back"].right <= box["back_right"].left
    assert box["front"].bottom <= box["back"].top


@pytest.mark.parametrize("condition", [InputCondition.FROZEN, InputCondition.CORRUPT, InputCondition.LATE])
def test_a_broken_camera_is_greyed_and_says_why(condition: InputCondition) -> None:
    picture = draw(plan(view_decision(blocked=["back"]), conditions={"back": (condition, "the reason in words")}))
    inside = {name: region(picture, tile)[CAPTION_PX + 8 : -8, 8:-8].astype(int) for name, tile in tiles().items()}
    redness = {name: np.median(pixels[..., 0] - pixels[..., 1]) for name, pixels in inside.items()}
    assert redness.pop("back") < 10
    assert min(redness.values()) > 100
    assert count(region(picture, tiles()["back"])[CAPTION_PX:], theme.WARNING) > 20
    assert count(region(picture, tiles()["front"])[CAPTION_PX:], theme.WARNING) == 0


def test_the_reason_is_written_out() -> None:
    first = draw(plan(conditions={"back": (InputCondition.FROZEN, "same picture 5 times")}))
    second = draw(plan(conditions={"back": (InputCondition.FROZEN, "same picture 9 times")}))
    changed = [name for name, tile in tiles().items() if (region(first, tile) != region(second, tile)).any()]
    assert changed == ["back"]


def test_a_camera_without_a_picture_leaves_an_empty_tile() -> None:
    picture = draw(plan(view_decision()), front_left=None)
    assert count(region(picture, tiles()["front_left"]), (200, 40, 40)) == 0
    assert count(region(picture, tiles()["front_right"]), (200, 40, 40)) > 10_000


def test_untrained_weights_put_a_banner_across_the_page_and_trained_ones_do_not() -> None:
    banner = page_boxes(trained=False)["banner"]
    untrained = draw_dashboard(plan(), pictures(), ego(), LABEL, trained=False)
    assert count(region(untrained, banner), theme.UNTRAINED) > 0.8 * banner.width * banner.height
    assert count(np.asarray(draw(plan())), theme.UNTRAINED) == 0


def test_panels_stay_on_the_page_and_apart() -> None:
    for trained in (True, False):
        boxes = list(page_boxes(trained=trained).values())
        for index, box in enumerate(boxes):
            assert box.left >= 0
            assert box.top >= 0
            assert box.right <= WIDTH
            assert box.bottom <= HEIGHT
            for other in boxes[index + 1 :]:
                apart_across = box.right <= other.left or other.right <= box.left
                assert apart_across or box.bottom <= other.top or other.bottom <= box.top


@pytest.mark.parametrize("state", list(DrivingState))
def test_every_state_has_its_colour(state: DrivingState) -> None:
    header = page_boxes(trained=True)["header"]
    picture = draw(plan(state=state))
    colours = {one: count(region(picture, header), theme.STATE_COLOURS[one]) for one in DrivingState}
    assert max(colours, key=lambda one: colours[one]) is state
    assert colours[state] > 3000


def filled(picture: Image.Image, index: int) -> int:
    """Return how many pixels of the expert panel have the full colour of an expert."""
    return count(region(picture, page_boxes(trained=True)["experts"]), theme.series_colour(index))


def test_chosen_experts_have_bright_bars_as_long_as_their_probability() -> None:
    decision = expert_decision()
    picture = draw(plan(view_decision(), [decision]))
    lengths = [filled(picture, index) for index in range(len(SKILLS))]
    assert {index for index, length in enumerate(lengths) if length > 100} == set(decision.chosen)
    assert sorted(decision.chosen, key=lambda index: -lengths[index]) == list(decision.chosen)


def test_two_levels_of_experts_share_the_panel() -> None:
    one = draw(plan(view_decision(), [expert_decision()]))
    two = draw(plan(view_decision(), [expert_decision(level="scene"), expert_decision()]))
    box = page_boxes(trained=True)["experts"]
    gap = Box((box.left + box.right) // 2 - 2, box.top, (box.left + box.right) // 2 + 2, box.bottom)
    assert count(region(two, gap), theme.BACKGROUND) == 4 * box.height
    assert count(region(one, gap), theme.BACKGROUND) < 4 * box.height


def masked_everywhere() -> RoutingDecision:
    """Return a view decision for a rig on which only the front camera works."""
    return view_decision(blocked=CANDIDATE_VIEWS, reason="no candidate camera is usable")


@pytest.mark.parametrize(
    "result",
    [
        waiting(),
        plan(),
        plan(masked_everywhere(), [expert_decision()]),
        plan(view_decision(), [expert_decision(scores=[0.0], count=1, steps=1)]),
        plan(view_decision(), [expert_decision()], turn=4.0),
        dataclasses.replace(plan(), goals=None, trajectory=None),
    ],
    ids=["waiting", "no router, no experts", "all views masked", "one expert", "plan off the map", "fault"],
)
def test_every_kind_of_result_fills_the_whole_page(result: PlanResult) -> None:
    picture = draw_dashboard(result, {}, None, LABEL, trained=True)
    assert picture.size == (WIDTH, HEIGHT)
    for box in page_boxes(trained=True).values():
        assert count(region(picture, box), theme.TEXT) > 10


def test_long_words_stay_inside_their_panels() -> None:
    result = plan(view_decision(), conditions={"imu": (InputCondition.LATE, "very " * 200)})
    result = dataclasses.replace(result, report=dataclasses.replace(result.report, reason="because " * 200))
    picture = draw_dashboard(result, {}, ego(), "a label " * 100, trained=True)
    page = np.asarray(picture).copy()
    for box in page_boxes(trained=True).values():
        page[box.top : box.bottom, box.left : box.right] = theme.BACKGROUND
    assert (page == theme.BACKGROUND).all()


def test_the_same_plan_gives_the_same_picture() -> None:
    result = plan(view_decision(), [expert_decision()])
    assert draw(result).tobytes() == draw(result).tobytes()


@pytest.mark.parametrize("width", [480, 1280, 1919])
def test_the_cameras_alone_fill_a_picture_of_any_width(width: int) -> None:
    picture = draw_cameras(plan(view=view_decision()), pictures(), width)
    assert picture.width == width
    tiles_of_it = tile_boxes(Box(PAD_PX, TITLE_PX, width - PAD_PX, picture.height - PAD_PX))
    assert [name for name, tile in tiles_of_it.items() if edges(picture, tile) > 0] == ["back"]
    assert all(count(region(picture, tile), (200, 40, 40)) > 0 for tile in tiles_of_it.values())
