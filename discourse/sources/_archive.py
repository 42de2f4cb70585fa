"""Find a publisher's file and read its members, from a compressed archive, a zip or an unpacked folder.

Nothing is ever written to disk. Members come in the order in which the archive holds them; readers sort what they make
of them. A truncated archive, or a member whose path or link leads out of it, is refused.
"""

import bz2
import gzip
import lzma
import os
import posixpath
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import platformdirs

from discourse.errors import InputError

__all__ = ["ARCHIVES", "Member", "data_folder", "find", "members", "open_compressed"]

ARCHIVES = (".tar.xz", ".tar.gz", ".tgz", ".tar.bz2", ".tar", ".zip")

_OPENERS = {".xz": lzma.open, ".gz": gzip.open, ".tgz": gzip.open, ".bz2": bz2.open}
_BROKEN = (EOFError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile)
_BLOCK = 512


class Member(NamedTuple):
    """A file of an archive or folder: its relative path with `/`, and how to read its bytes."""

    path: str
    read: Callable[[], bytes]


def data_folder(data_home: str | Path | None) -> Path:
    """Say where the publishers' files lie: `data_home`, else DISCOURSE_DATA, else the user's data folder."""
    return Path(data_home or os.environ.get("DISCOURSE_DATA") or platformdirs.user_data_dir("discourse", False))


def find(folder: Path, patterns: tuple[str, ...], where_to_get: str) -> Path:
    """Find the file or folder of a source; of several, the last by name, which is the newest edition.

    Parameters
    ----------
    folder : Path
        The data folder.
    patterns : tuple of str
        Shell patterns of file names in it.
    where_to_get : str
        The publisher's location, for the error message.

    Returns
    -------
    Path
        An archive, a file or a folder.

    Raises
    ------
    InputError
        If there is none.
    """
    found = [path for pattern in patterns for path in folder.glob(pattern)]
    if not found:
        names = ", ".join(patterns)
        raise InputError(f"{folder} holds none of {names}; legal: a data folder with one of them, from {where_to_get}")
    return max(found, key=lambda path: path.name)


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Turn whatever a damaged archive raises into one sentence."""
    try:
        yield
    except _BROKEN as error:
        detail = str(error) or type(error).__name__
        raise InputError(f"{path} is damaged or cut short ({detail}); legal: the whole file as published") from error


@contextmanager
def open_compressed(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, decompressed according to its ending."""
    with _whole(path), _OPENERS.get(path.suffix, open)(path, "rb") as file:
        yield file


def members(path: Path, keep: Callable[[str], bool]) -> Iterator[Member]:
    """Go through the files of an archive or folder whose path is wanted.

    Parameters
    ----------
    path : Path
        A folder, or an archive with one of the endings in `ARCHIVES`.
    keep : callable
        Takes a member's path; only members for which it is true are yielded.

    Yields
    ------
    Member
        To be read before the next one is asked for.

    Raises
    ------
    InputError
        If the archive is damaged, cut short, or holds a path or link that leads out of it.
    """
    if path.is_dir():
        yield from _of_folder(path, keep)
    elif path.name.endswith(".zip"):
        yield from _of_zip(path, keep)
    elif path.name.endswith(ARCHIVES):
        yield from _of_tar(path, keep)
    else:
        raise InputError(f"{path} is no archive; legal: a folder, or a file ending in {', '.join(ARCHIVES)}")


def _read_whole(path: Path, open_member: Callable[[], BinaryIO]) -> bytes:
    with _whole(path), open_member() as member:
        return member.read()


def _of_folder(path: Path, keep: Callable[[str], bool]) -> Iterator[Member]:
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            relative = file.relative_to(path).as_posix()
            if keep(relative):
                yield Member(relative, file.read_bytes)


def _of_zip(path: Path, keep: Callable[[str], bool]) -> Iterator[Member]:
    with _whole(path), zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            _refuse_escape(path, info.filename.replace("\\", "/"))
            if not info.is_dir() and keep(info.filename):
                yield Member(info.filename, partial(_read_whole, path, partial(archive.open, info)))


def _of_tar(path: Path, keep: Callable[[str], bool]) -> Iterator[Member]:
    with open_compressed(path) as file:
        stream = _Tail(file)
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                _refuse_escape(path, info.name)
                if info.issym():
                    _refuse_escape(path, posixpath.join(posixpath.dirname(info.name), info.linkname), info.linkname)
                elif info.islnk():
                    _refuse_escape(path, info.linkname)
                name = posixpath.normpath(info.name)
                if info.isfile() and not info.islnk() and keep(name):
                    yield Member(name, partial(_read_whole, path, partial(archive.extractfile, info)))
        while stream.read(1 << 20):
            pass
        if stream.last.strip(b"\0"):
            raise tarfile.ReadError("the end-of-archive mark is missing")


class _Tail:
    """A file that remembers its last block, because a tar cut between two members looks whole."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self.last = b"\1"

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.last = (self.last + data)[-_BLOCK:]
        return data


def _refuse_escape(path: Path, name: str, shown: str | None = None) -> None:
    """Refuse a path that, once normalised, stands above or outside the archive's root."""
    normal = posixpath.normpath(name)
    if normal.startswith(("/", "../")) or normal == ".." or normal[1:2] == ":" or posixpath.isabs(shown or ""):
        raise InputError(f"{path}: member {shown or name!r} leads out of the archive; legal: relative paths inside it")
