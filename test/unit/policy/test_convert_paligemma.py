"""PaliGemma's own class and our network compute the same, and folders that are none are told from ones that are."""

import dataclasses
import hashlib
import json
import pathlib
import shutil
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from drivemoe_ros.cli.main import main
from drivemoe_ros.errors import CheckpointError, OutputError
from drivemoe_ros.policy.checkpoint import load_checkpoint
from drivemoe_ros.policy.convert_paligemma import BROUGHT, convert_paligemma
from drivemoe_ros.policy.manifest import Manifest, read_manifest
from drivemoe_ros.policy.paligemma_folder import PaliGemmaFolder
from drivemoe_ros.policy.variants import ARCHITECTURES

from .networks import random_batch
from .paligemma import change_config, save_paligemma, small_paligemma

torch.set_num_threads(1)
# PaliGemma's scores have no limit: this one is too far away to show.
FAR_LIMIT = 1e4


def base(system: str = "drivemoe", softcap: float = 50.0) -> Any:  # noqa: ANN401
    sizes = ARCHITECTURES[system].mini
    return dataclasses.replace(sizes, joint=dataclasses.replace(sizes.joint, attention_softcap=softcap))


def convert(source: pathlib.Path, folder: pathlib.Path, system: str = "drivemoe", **changes: Any) -> Manifest:  # noqa: ANN401
    settings: dict[str, Any] = {"base": base(system), "seed": 1, "architecture": system} | changes
    return convert_paligemma(source, folder, **settings)


@pytest.fixture(scope="module")
def paligemma() -> Any:  # noqa: ANN401
    return small_paligemma()


@pytest.fixture(scope="module")
def whole(paligemma: Any, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:  # noqa: ANN401
    return save_paligemma(paligemma, tmp_path_factory.mktemp("whole") / "paligemma-tiny")


@pytest.fixture
def parts(paligemma: Any, tmp_path: pathlib.Path) -> pathlib.Path:  # noqa: ANN401
    folder = save_paligemma(paligemma, tmp_path / "paligemma-tiny", max_shard_size="1MB")
    assert len(list(folder.glob("model-*.safetensors"))) > 2
    return folder


def test_the_prefix_is_computed_as_paligemma_computes_it(
    paligemma: Any,  # noqa: ANN401
    whole: pathlib.Path,
    tmp_path: pathlib.Path,
) -> None:
    convert(whole, tmp_path / "out", "drivepi0_back", base=base("drivepi0_back", FAR_LIMIT))
    ours = load_checkpoint(tmp_path / "out", device="cpu", dtype=torch.float32)
    model, batch = ours.model, random_batch(ours, rows=1, seed=4)
    pixels_N3HW = batch.images_BN3HW[0].float() / 127.5 - 1.0
    visible = batch.attention_mask_BL[0] != 0
    with torch.no_grad():
        ids_BL = batch.input_ids_BL[:, visible]
        expected = paligemma.model(
            input_ids=ids_BL, pixel_values=pixels_N3HW, token_type_ids=torch.zeros_like(ids_BL), use_cache=True
        )
        tokens_NMD = model.encode_images(pixels_N3HW)
        pictures = [each[None] for each in tokens_NMD]
        cache = model.prefill(
            model.build_prefix(pictures, None, batch.input_ids_BL, batch.attention_mask_BL), batch.proprio_BTP
        )
    projected_NMD = tokens_NMD * model.sizes.vlm.width**0.5
    torch.testing.assert_close(projected_NMD, expected.image_hidden_states, rtol=0.0, atol=2e-5)
    theirs = expected.past_key_values.layers
    assert len(theirs) == len(cache.keys_BGPC) == model.sizes.joint.layers
    for layer, keys_BGPC, values_BGPC in zip(theirs, cache.keys_BGPC, cache.values_BGPC, strict=True):
        # Behind the image-and-text places come those of the ego history, which PaliGemma has not.
        keys_BGLC, values_BGLC = (each[:, :, : len(visible)] for each in (keys_BGPC, values_BGPC))
        torch.testing.assert_close(keys_BGLC[:, :, visible], layer.keys, rtol=0.0, atol=2e-5)
        torch.testing.assert_close(values_BGLC[:, :, visible], layer.values, rtol=0.0, atol=2e-5)
    # The layers do mix the tokens: what is compared is no copy of the input.
    assert theirs[-1].keys.std() > 0.1


def test_what_paligemma_has_not_is_drawn_from_the_seed(whole: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        convert(whole, tmp_path / name, seed=seed)
    first, again, other = (load_file(tmp_path / name / "model.safetensors") for name in "abc")
    assert all(torch.equal(first[name], again[name]) for name in first)
    differing = {name for name in first if not torch.equal(first[name], other[name])}
    assert not any(name.startswith(BROUGHT) for name in differing)
    for part in ("mixtures.proprio", "mixtures.action", "skill_experts", "action_router", "camera_router", "encoder"):
        assert any(part in name for name in differing)
    loaded = load_checkpoint(tmp_path / "a", device="cpu", dtype=torch.float32)
    assert loaded.model.forward_inference(random_batch(loaded, rows=1)).flow.unclipped_BHA.isfinite().all()


def test_the_manifest_says_that_it_is_untrained_and_where_it_comes_from(
    parts: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    told: list[str] = []
    manifest = convert(parts, tmp_path / "out", progress=told.append)
    assert load_checkpoint(tmp_path / "out", device="cpu", dtype=None).manifest == manifest
    assert not manifest.trained
    assert manifest.name == "paligemma-tiny, not trained to drive (seed 1)"
    assert manifest.prompt_token_ids == (2, 3, 4, 5)
    assert (manifest.sizes.text.vocab_size, manifest.sizes.text.image_token_id) == (24, 23)
    weights = sorted(parts.glob("model-*.safetensors"))
    assert manifest.source == {
        "weights": "PaliGemma, the rest random",
        "folder": "paligemma-tiny",
        "seed": "1",
        **{f"sha256 of {path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in weights},
    }
    assert told[0] == f"hashing {weights[0].name}"
    assert "action_decoder.bias" in told


def rename(source: pathlib.Path, folder: pathlib.Path, names: dict[str, str], dtype: torch.dtype) -> pathlib.Path:
    """The same weights under another generation's names, with the head that some files hold."""
    shutil.copytree(source, folder)
    tensors = {}
    for name, tensor in load_file(source / "model.safetensors").items():
        start = next(old for old in names if name.startswith(old))
        tensors[names[start] + name.removeprefix(start)] = tensor.to(dtype)
    head = "lm_head.weight" if "model.language_model." in names.values() else "language_model.lm_head.weight"
    tensors[head] = torch.zeros(24, 128, dtype=dtype)
    save_file(tensors, folder / "model.safetensors")
    return folder


GENERATIONS = {
    "before 4.52": ("language_model.model.", "vision_tower.vision_model.", "multi_modal_projector."),
    "since 4.52": ("model.language_model.", "model.vision_tower.vision_model.", "model.multi_modal_projector."),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_of_names_is_understood(
    generation: str, dtype: torch.dtype, whole: pathlib.Path, parts: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    held = {name.split("layers.0")[0] for name in load_file(whole / "model.safetensors")}
    vision = "vision_tower." if "vision_tower.encoder." in held else "vision_tower.vision_model."
    names = dict(zip(("language_model.model.", vision, "multi_modal_projector."), GENERATIONS[generation], strict=True))
    convert(rename(whole, tmp_path / "renamed", names, dtype), tmp_path / "out")
    convert(parts, tmp_path / "plain")
    found, expected = (load_file(tmp_path / name / "model.safetensors") for name in ("out", "plain"))
    assert all(torch.equal(found[name], expected[name]) for name in expected)


# What google/paligemma-3b-pt-224 says of its sizes, and nothing that it leaves out.
PUBLISHED: dict[str, Any] = {
    "model_type": "paligemma",
    "image_token_index": 257152,
    "pad_token_id": 0,
    "projection_dim": 2048,
    "text_config": {
        "model_type": "gemma",
        "hidden_size": 2048,
        "intermediate_size": 16384,
        "num_attention_heads": 8,
        "num_hidden_layers": 18,
        "num_key_value_heads": 1,
        "vocab_size": 257216,
    },
    "vision_config": {
        "model_type": "siglip_vision_model",
        "hidden_size": 1152,
        "intermediate_size": 4304,
        "num_attention_heads": 16,
        "num_hidden_layers": 27,
        "patch_size": 14,
    },
}


@pytest.mark.parametrize("system", ARCHITECTURES)
def test_the_published_paligemma_has_the_sizes_of_the_published_network(system: str) -> None:
    released = ARCHITECTURES[system].released
    assert PaliGemmaFolder(PUBLISHED, (), {}).sizes(released) == released
    # From mini, all but the streams that PaliGemma has not.
    grown = PaliGemmaFolder(PUBLISHED, (), {}).sizes(ARCHITECTURES[system].mini)
    assert (grown.vision, grown.vlm, grown.joint) == (released.vision, released.vlm, released.joint)


def test_sizes_that_the_published_configuration_leaves_out_are_those_of_transformers(
    whole: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    bare = shutil.copytree(whole, tmp_path / "bare")
    expected = convert(whole, tmp_path / "out").sizes
    change_config(bare, "text_config", rope_parameters=None, rms_norm_eps=None)
    change_config(bare, "vision_config", layer_norm_eps=None)
    assert convert(bare, tmp_path / "bare out").sizes == expected
    change_config(bare, "text_config", rope_theta=500.0)
    assert convert(bare, tmp_path / "other out").sizes.joint.rope_theta == 500.0


def test_the_command_tells_a_folder_from_a_file_and_gives_the_rest_the_published_sizes(
    whole: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["convert", str(whole), "--output", str(out), "--system", "drivepi0", "--seed", "7"]) == 0
    assert "not trained to drive (seed 7)', drivepi0, to train from, prompt ids [2, 3, 4, 5]" in capsys.readouterr().out
    sizes, published = read_manifest(out).sizes, ARCHITECTURES["drivepi0"].released
    assert (sizes.action, sizes.proprio, sizes.flow) == (published.action, published.proprio, published.flow)
    assert sizes.joint.attention_softcap == published.joint.attention_softcap
    assert sizes.text.max_tokens == 2 * 36 + 20
    assert main(["convert", str(whole / "model.safetensors"), "--output", str(tmp_path / "no")]) == 2
    assert "holds no tokenizer" in capsys.readouterr().err


def test_a_folder_without_weights_is_refused(parts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for path in parts.glob("model*"):
        path.unlink()
    with pytest.raises(CheckpointError, match=r"holds neither model\.safetensors nor model\.safetensors\.index\.json"):
        convert(parts, tmp_path / "out")
    with pytest.raises(CheckpointError, match=r"Cannot read '.*config\.json': No such file"):
        convert(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_part_is_named(parts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    missing = sorted(parts.glob("model-*"))[1]
    content = missing.read_bytes()
    missing.unlink()
    with pytest.raises(CheckpointError, match=f"lacks '{missing.name}', which its index names"):
        convert(parts, tmp_path / "out")
    missing.write_bytes(content[:-100])
    with pytest.raises(CheckpointError, match=f"'{missing.name}' promises bytes"):
        convert(parts, tmp_path / "out")


@pytest.mark.parametrize("weights", [{}, [], {"a": "../model.safetensors"}, {"a": 3}])
def test_an_index_that_points_elsewhere_is_refused(
    parts: pathlib.Path, tmp_path: pathlib.Path, weights: object
) -> None:
    (parts / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weights}))
    with pytest.raises(CheckpointError, match=r"names no weight files|lacks '3'"):
        convert(parts, tmp_path / "out")


@pytest.mark.parametrize(
    ("part", "kind"), [("", "gemma2"), ("text_config", "gemma2"), ("vision_config", "clip_vision_model")]
)
def test_another_model_is_refused(part: str, kind: str, parts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    change_config(parts, part, model_type=kind)
    with pytest.raises(CheckpointError, match=f"model_type '{kind}', but only"):
        convert(parts, tmp_path / "out")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"intermediate_size": 400},
            r"gate_proj\.weight' has shape \(384, 128\) instead of \(400, 128\).* and \d+ more",
        ),
        ({"vocab_size": 25}, "'embed_tokens.weight' has shape"),
        ({"num_hidden_layers": 6}, r"layers\.5\..*' is missing"),
        ({"num_hidden_layers": 4}, r"layers\.4\..*' is extra"),
        ({"hidden_size": None}, "hidden_size is None, but a whole number"),
        ({"num_attention_heads": "many"}, "num_attention_heads is 'many'"),
        ({"num_attention_heads": 0}, "num_attention_heads is 0"),
        ({"rms_norm_eps": True}, "rms_norm_eps is True, but a number"),
    ],
)
def test_sizes_that_do_not_fit_the_weights_are_refused(
    changes: dict[str, object], told: str, parts: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    change_config(parts, "text_config", **changes)
    with pytest.raises(CheckpointError, match=told):
        convert(parts, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", ["", "[1]", "{"])
def test_a_broken_configuration_is_refused(parts: pathlib.Path, tmp_path: pathlib.Path, content: str) -> None:
    (parts / "config.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        convert(parts, tmp_path / "out")


def test_a_folder_without_tokenizer_needs_the_ids(parts: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (parts / "tokenizer.json").unlink()
    with pytest.raises(CheckpointError, match=r"holds no tokenizer\.json"):
        convert(parts, tmp_path / "out")
    assert convert(parts, tmp_path / "out", prompt_token_ids=(2, 7)).prompt_token_ids == (2, 7)
    with pytest.raises(OutputError, match="already exists"):
        convert(parts, tmp_path / "out", prompt_token_ids=(2, 7))
