"""Reading a YAML file, with the line and column of everything in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from jupyter_modelreg.core.configuration.document import Place
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput

# More is no file that somebody has written; a short one can stand for billions of values by its anchors.
_MOST_BYTES = 5_000_000
_MOST_VALUES = 200_000


@dataclass(frozen=True)
class YamlFile:
    """What a file holds.

    Attributes:
        path: the file.
        content: what it says.
        marks: the line and column, from 1, where each thing begins, by the keys and numbers in lists that lead there.
    """

    path: Path
    content: JsonValue
    marks: Mapping[Place, tuple[int, int]]

    def at(self, place: Place) -> str:
        """`file.yml, line 3, column 5`, of a place in it or of the last one on the way to it that there is."""
        while place and place not in self.marks:
            place = place[:-1]
        line, column = self.marks.get(place, (1, 1))
        return f"{self.path}, line {line}, column {column}"


def read_yaml(path: Path) -> YamlFile:
    """Read a file. Raises InvalidInput for one that cannot be read, is no YAML, or says a name twice."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput(f"{path} is larger than {_MOST_BYTES:,} bytes", "is it the right file?")
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise InvalidInput(f"{path} cannot be read: {why}", "name a YAML file") from error
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        marks: dict[Place, tuple[int, int]] = {}
        if node is not None:
            _mark(path, node, (), marks)
        content = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(path)
        raise InvalidInput(f"{where}: {error.problem}", "write YAML: names with a colon, indented by blanks") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is no YAML: {error}", "write YAML in UTF-8") from error
    finally:
        loader.dispose()
    return YamlFile(path, content, marks)


def _mark(path: Path, node: yaml.Node, place: Place, marks: dict[Place, tuple[int, int]]) -> None:
    """Note where `node` and all in it begin; what a key says begins with the key."""
    marks.setdefault(place, (node.start_mark.line + 1, node.start_mark.column + 1))
    if len(marks) > _MOST_VALUES:
        raise InvalidInput(f"{path} says more than {_MOST_VALUES:,} things", "is it the right file?")
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _mark(path, item, (*place, number), marks)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = (*place, str(key.value))
            line, column = key.start_mark.line + 1, key.start_mark.column + 1
            if at in marks:
                raise InvalidInput(f"{path}, line {line}, column {column}: {key.value} is there twice", "leave one out")
            marks[at] = line, column
            _mark(path, value, at, marks)
