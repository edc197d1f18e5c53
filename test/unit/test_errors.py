"""What an error quotes from outside stays one line of letters."""

from __future__ import annotations

from drivemoe_ros.errors import MAX_LETTERS, InputError


def test_what_is_quoted_neither_breaks_the_line_nor_commands_a_terminal() -> None:
    assert str(InputError("The topic '/a\n\x1b[2Jb\u2028' is none.")) == "The topic '/a  [2Jb ' is none."


def test_a_megabyte_in_place_of_a_name_is_cut() -> None:
    text = str(InputError(f"The encoding '{'x' * (1 << 20)}' is unknown."))
    assert text.startswith("The encoding 'xxx")
    assert text.endswith("xxx...")
    assert len(text) == MAX_LETTERS + len("...")


def test_a_sentence_stays_as_it_is() -> None:
    sentence = "Der Ordner „Fahrt 1“ fehlt; prüfe den Pfad."
    assert str(InputError(sentence)) == sentence
