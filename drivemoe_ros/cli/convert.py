"""``drivemoe convert``: released or PaliGemma's weights to safetensors with a manifest."""

from __future__ import annotations

import argparse
import pathlib
from typing import TYPE_CHECKING

from rich.console import Console

from drivemoe_ros.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.policy.manifest import Manifest

EXAMPLE = """examples:
  drivemoe convert DriveMoE_base_bf16.pt --tokenizer paligemma-3b-pt-224 --output drivemoe_base
  drivemoe replay drive.mcap --output plans --set policy.checkpoint=drivemoe_base

  drivemoe convert paligemma-3b-pt-224 --output start
  drivemoe train --data samples/train --recipe released --init start --out out/released"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "convert",
        help="turn a released .pt checkpoint, or PaliGemma to train from, into safetensors with a manifest",
        description="Turn a released .pt checkpoint into bf16 safetensors with a manifest; its pickle is not executed. "
        "Or turn a folder of PaliGemma 1 as Hugging Face ships it (config.json, safetensors) into weights to train "
        "from: pictures, text and language layers are PaliGemma's, the rest is random.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "source", type=pathlib.Path, metavar="SOURCE", help="released checkpoint (.pt), or PaliGemma's folder"
    )
    parser.add_argument(
        "--output", type=pathlib.Path, required=True, metavar="FOLDER", help="folder to write; must not exist"
    )
    parser.add_argument(
        "--system",
        default="drivemoe",
        metavar="NAME",
        help="what the checkpoint holds, or what to train: drivemoe, drivepi0 or an ablation (default %(default)s)",
    )
    prompt = parser.add_mutually_exclusive_group()
    prompt.add_argument(
        "--tokenizer",
        type=pathlib.Path,
        metavar="FOLDER",
        help="folder of the PaliGemma tokenizer; PaliGemma's own folder where SOURCE is one",
    )
    prompt.add_argument("--prompt-ids", metavar="IDS", help="token ids of the prompt, <bos> first, e.g. 2,23,42,108")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of what PaliGemma does not bring (default %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Convert and print what was written; returns the exit code."""
    ids = _parse_ids(arguments.prompt_ids)
    is_paligemma = arguments.source.is_dir()
    if not is_paligemma and ids is None and arguments.tokenizer is None:
        msg = f"'{arguments.source}' holds no tokenizer; give the PaliGemma tokenizer's folder by --tokenizer."
        raise ParameterError(msg)
    console = Console(stderr=True)
    with console.status(f"converting {arguments.source}") as status:
        manifest = (_convert_paligemma if is_paligemma else _convert_released)(arguments, ids, status.update)
    state = "" if manifest.trained else ", to train from"
    print(
        f"{arguments.output}: '{manifest.name}', {manifest.architecture}{state}, "
        f"prompt ids {list(manifest.prompt_token_ids)}"
    )
    return 0


def _convert_released(
    arguments: argparse.Namespace, ids: list[int] | None, progress: Callable[[str], None]
) -> Manifest:
    from drivemoe_ros.policy.convert import convert_released  # noqa: PLC0415  (torch takes seconds to import)

    return convert_released(
        arguments.source,
        arguments.output,
        architecture=arguments.system,
        tokenizer_folder=arguments.tokenizer,
        prompt_token_ids=ids,
        progress=progress,
    )


def _convert_paligemma(
    arguments: argparse.Namespace, ids: list[int] | None, progress: Callable[[str], None]
) -> Manifest:
    from drivemoe_ros.policy.convert_paligemma import convert_paligemma  # noqa: PLC0415  (the same)

    return convert_paligemma(
        arguments.source,
        arguments.output,
        architecture=arguments.system,
        seed=arguments.seed,
        tokenizer_folder=arguments.tokenizer,
        prompt_token_ids=ids,
        progress=progress,
    )


def _parse_ids(text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return [int(word) for word in text.split(",")]
    except ValueError as error:
        msg = f"--prompt-ids is '{text}', but whole numbers with commas are needed, e.g. 2,23,42,108."
        raise ParameterError(msg) from error
