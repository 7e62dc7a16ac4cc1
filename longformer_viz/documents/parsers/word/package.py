"""The parts of a Word file and their references to each other. The strict format is read as the usual one."""

from lxml import etree

from longformer_viz.documents.parsers.archive import Archive, relative

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
VALUE = WORD + "val"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = "http://purl.oclc.org/ooxml/"
_USUAL_NAMES = {
    "wordprocessingml/main": WORD[1:-1],
    "officeDocument/relationships": RELATION_ID[1:-3],
    "officeDocument/math": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "drawingml/main": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "drawingml/picture": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "drawingml/chart": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "drawingml/diagram": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
}


class Package:
    """A Word file: its main part, the parts that this refers to, and their settings.

    Args:
        archive: The file's archive.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        start = _targets(archive, "")
        main = (target for kind, target in start.values() if kind == "officeDocument")
        self._main_name = next(main, "word/document.xml")
        self._targets = _targets(archive, self._main_name)
        self.main = _usual(archive.xml(self._main_name))

    def of_kind(self, kind: str) -> etree._Element | None:
        """Return the root of the part of a `kind`, such as "footnotes", or None if the file has no readable one."""
        target = next((target for found, target in self._targets.values() if found == kind), None)
        return None if target is None else self._root(target)

    def by_id(self, relation_id: str | None) -> etree._Element | None:
        """Return the root of the part that the identifier of a relation names, or None."""
        return self._root(self._targets[relation_id][1]) if relation_id in self._targets else None

    def _root(self, name: str) -> etree._Element | None:
        root = self.archive.xml_or_none(name)
        return None if root is None else _usual(root)


def is_on(properties: etree._Element | None, name: str) -> bool | None:
    """Read a setting such as `w:vanish`.

    Args:
        properties: The element that may contain the setting.
        name: The setting's name.

    Returns:
        Whether it is on, or None if it is absent.
    """
    setting = None if properties is None else properties.find(WORD + name)
    return None if setting is None else setting.get(VALUE, "true") not in ("0", "false", "off", "none")


def value(element: etree._Element | None, path: str) -> str | None:
    """Read the `w:val` of an element.

    Args:
        element: The element to start from.
        path: Path of Word's names below it, separated by slashes.

    Returns:
        The value, or None if there is none.
    """
    found = None if element is None else element.find("/".join(WORD + name for name in path.split("/")))
    return None if found is None else found.get(VALUE)


def whole_number(text: str | None, default: int) -> int:
    """Parse a number of a file.

    Args:
        text: The number, or None.
        default: The result if there is no number.

    Returns:
        The number.
    """
    try:
        return default if text is None else int(text)
    except ValueError:
        return default


def _targets(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return the kind and the archive path of the target of each relation of a part, by identifier."""
    folder, _, file = part.rpartition("/")
    relations = archive.xml_or_none(f"{folder}/_rels/{file}.rels".lstrip("/"))
    found = {}
    for relation in [] if relations is None else relations.iter(_RELATION):
        target = relation.get("Target", "")
        if relation.get("TargetMode") != "External" and target:
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, relative(part, target))
    return found


def _usual(root: etree._Element) -> etree._Element:
    """Replace the names of the strict format (ISO/IEC 29500 Strict) by the usual ones."""
    if not any((uri or "").startswith(_STRICT) for uri in root.nsmap.values()):
        return root
    for element in root.iter(etree.Element):
        element.tag = _usual_name(element.tag)
        for name, text in element.items():
            assert isinstance(name, str)
            if _STRICT in name:
                del element.attrib[name]
                element.set(_usual_name(name), text)
    return root


def _usual_name(name: str) -> str:
    namespace, _, local = name.rpartition("}")
    known = _USUAL_NAMES.get(namespace.removeprefix("{" + _STRICT))
    return name if known is None else f"{{{known}}}{local}"
