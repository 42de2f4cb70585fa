import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from discourse.sources import SOURCES

KINDS = (".tar.xz", ".tar.gz", ".tgz", ".tar", ".zip", "")


def raw_corpora() -> Path | None:
    """The folder of the publishers' files, where one stands."""
    beside = Path(__file__).parents[2].parent / "shared" / "corpora"
    folder = Path(os.environ.get("DISCOURSE_DATA") or beside)
    return folder if folder.is_dir() else None


def write_files(path: Path, files: dict[str, bytes]) -> None:
    """Write files, in the order given, as a folder or as the archive that the path's ending names."""
    if path.name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    elif ".t" in path.name:
        mode = "w:" + {".xz": "xz", ".gz": "gz", ".tgz": "gz"}.get(path.suffix, "")
        with tarfile.open(path, mode) as archive:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    else:
        for name, data in files.items():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


@pytest.fixture
def pack() -> Callable[[Path, dict[str, bytes]], None]:
    return write_files


@pytest.fixture
def publish(tmp_path) -> Callable[..., Path]:
    """Write a publisher's file into a new data folder, and return that folder."""
    homes = []

    def write(name: str, files: dict[str, bytes]) -> Path:
        home = tmp_path / f"home{len(homes)}"
        home.mkdir()
        homes.append(home)
        write_files(home / name, files)
        return home

    return write


@pytest.fixture(params=KINDS)
def kind(request) -> str:
    """The endings in which a collection may lie in the data folder."""
    return request.param


@pytest.fixture
def raw(request) -> Path:
    """The folder of the publishers' files, if the file of the source that the test module is named after is there."""
    folder = raw_corpora()
    patterns = SOURCES[request.module.__name__.removeprefix("test_")].files
    if folder is None or not any(any(folder.glob(pattern)) for pattern in patterns):
        pytest.skip("the publisher's file is not here")
    return folder
