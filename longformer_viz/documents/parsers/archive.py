"""Read ZIP archives (Word, OpenDocument and EPUB files) part by part, within the limits."""

import posixpath
import zipfile
from io import BytesIO

from lxml import etree

from longformer_viz.documents.contract import ProblemError
from longformer_viz.documents.limits import Limits

CHUNK_BYTES = 1 << 16
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Other methods cannot be unpacked in bounded steps.


class Archive:
    """The parts of a ZIP archive.

    The sizes that an archive declares are checked first. Because they may be false, the bytes of each part are
    counted while it is unpacked.

    Args:
        data: The archive's bytes.
        limits: The limits on its parts.

    Raises:
        ProblemError: If the archive is damaged, encrypted or beyond the limits.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._zip = zipfile.ZipFile(BytesIO(data))
        infos = self._zip.infolist()
        if len(infos) > limits.entries or sum(info.file_size for info in infos) > limits.unpacked_bytes:
            raise ProblemError("too_big")
        if any(info.flag_bits & 1 for info in infos):
            raise ProblemError("encrypted")
        # Some programs write "\" between folders, or a reference whose case differs from the part's name.
        self._infos = {info.filename.replace("\\", "/").lower(): info for info in infos}
        self._bytes_left = limits.unpacked_bytes
        self.damaged_parts: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def read(self, name: str) -> bytes:
        """Unpack one part.

        Args:
            name: The part's path in the archive.

        Returns:
            Its bytes.

        Raises:
            ProblemError: If the part is missing, damaged or larger than the limits allow.
        """
        info = self._infos.get(name.lower())
        if info is None or info.compress_type not in METHODS:
            raise ProblemError("damaged")
        chunks = []
        with self._zip.open(info) as part:
            while chunk := part.read(CHUNK_BYTES):
                self._bytes_left -= len(chunk)
                if self._bytes_left < 0:
                    raise ProblemError("too_big")
                chunks.append(chunk)
        return b"".join(chunks)

    def xml(self, name: str) -> etree._Element:
        """Parse an XML part without resolving entities or loading anything else.

        Args:
            name: The part's path in the archive.

        Returns:
            The root element.
        """
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(self.read(name), parser)

    def xml_or_none(self, name: str) -> etree._Element | None:
        """Parse an optional XML part, and record a damaged one in `damaged_parts`.

        Args:
            name: The part's path in the archive.

        Returns:
            The root element, or None if the part is missing or damaged.
        """
        if name not in self:
            return None
        try:
            return self.xml(name)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError, ValueError):
            self.damaged_parts.append(posixpath.basename(name))
            return None


def relative(base: str, target: str) -> str:
    """Resolve a reference between two parts of an archive.

    Args:
        base: Path of the part that has the reference.
        target: The reference, relative to `base`, or absolute if it starts with a slash.

    Returns:
        The target's path in the archive.
    """
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
