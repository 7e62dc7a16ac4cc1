"""ZIP archives (Word, OpenDocument and EPUB files) read part by part, never beyond the limits."""

import posixpath
import zipfile
from io import BytesIO

from lxml import etree

from longformer_viz.documents.contract import ProblemError
from longformer_viz.documents.limits import Limits

CHUNK_BYTES = 1 << 16
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the other methods unpack without bound


class Archive:
    """The parts of a ZIP archive.

    The sizes that an archive declares are checked first. Then each part is unpacked piece by piece and counted,
    because a declared size may be a lie.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._zip = zipfile.ZipFile(BytesIO(data))
        infos = self._zip.infolist()
        if len(infos) > limits.entries or sum(info.file_size for info in infos) > limits.unpacked_bytes:
            raise ProblemError("too_big")
        if any(info.flag_bits & 1 for info in infos):
            raise ProblemError("encrypted")
        # Some programs write "\" between folders; the names differ in case between a part and its reference.
        self._infos = {info.filename.replace("\\", "/").lower(): info for info in infos}
        self._bytes_left = limits.unpacked_bytes
        self.damaged_parts: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def read(self, name: str) -> bytes:
        """Return one part unpacked.

        Args:
            name: The part's path in the archive.

        Returns:
            Its bytes.

        Raises:
            ProblemError: The part is missing, damaged or larger than the limits allow.
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
        """Return the root element of an XML part; entities are never resolved and nothing is loaded."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(self.read(name), parser)

    def xml_or_none(self, name: str) -> etree._Element | None:
        """Return the root of a part that a document can do without, or None; a damaged one is remembered."""
        if name not in self:
            return None
        try:
            return self.xml(name)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError, ValueError):
            self.damaged_parts.append(posixpath.basename(name))
            return None


def relative(base: str, target: str) -> str:
    """Return the archive path of `target` as the part `base` refers to it."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
