"""``drivemoe convert``: the released ``.pt`` to safetensors with a manifest."""

from __future__ import annotations

import argparse
import pathlib

from rich.console import Console

from drivemoe_ros.errors import ParameterError

EXAMPLE = """example:
  drivemoe convert DriveMoE_base_bf16.pt --tokenizer paligemma-3b-pt-224 --output drivemoe_base
  drivemoe replay drive.mcap --output plans --set policy.checkpoint=drivemoe_base"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "convert",
        help="turn a released .pt checkpoint into safetensors with a manifest",
        description="Turn a released .pt checkpoint into bf16 safetensors with a manifest; its pickle is not executed.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", type=pathlib.Path, metavar="CHECKPOINT.pt", help="released checkpoint")
    parser.add_argument(
        "--output", type=pathlib.Path, required=True, metavar="FOLDER", help="folder to write; must not exist"
    )
    parser.add_argument(
        "--system", choices=("drivemoe", "drivepi0"), default="drivemoe", help="what the checkpoint holds"
    )
    prompt = parser.add_mutually_exclusive_group(required=True)
    prompt.add_argument("--tokenizer", type=pathlib.Path, metavar="FOLDER", help="folder of the PaliGemma tokenizer")
    prompt.add_argument("--prompt-ids", metavar="IDS", help="token ids of the prompt, <bos> first, e.g. 2,23,42,108")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Convert and print what was written; returns the exit code."""
    from drivemoe_ros.policy.convert import convert_released  # noqa: PLC0415  (torch takes seconds to import)

    console = Console(stderr=True)
    with console.status(f"converting {arguments.source}") as status:
        manifest = convert_released(
            arguments.source,
            arguments.output,
            architecture=arguments.system,
            tokenizer_folder=arguments.tokenizer,
            prompt_token_ids=_parse_ids(arguments.prompt_ids),
            progress=status.update,
        )
    print(
        f"{arguments.output}: '{manifest.name}', {manifest.architecture}, prompt ids {list(manifest.prompt_token_ids)}"
    )
    return 0


def _parse_ids(text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return [int(word) for word in text.split(",")]
    except ValueError as error:
        msg = f"--prompt-ids is '{text}', but whole numbers with commas are needed, e.g. 2,23,42,108."
        raise ParameterError(msg) from error
