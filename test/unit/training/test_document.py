"""docs/training.md lists every setting as it is."""

import pathlib

from drivemoe_ros.training.settings import recipe_names, settings_table

DOCUMENT = pathlib.Path(__file__).resolve().parents[3] / "docs" / "training.md"


def test_the_document_ends_with_the_settings() -> None:
    assert DOCUMENT.read_text(encoding="utf-8").endswith(settings_table())


def test_the_document_names_every_recipe() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [name for name in recipe_names() if f"`{name}`" not in text] == []
