import io
import lzma
import random
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.errors import InputError
from discourse.sources import _archive

FILES = {"top/b/two.txt": b"second", "top/a/one.txt": b"first", "top/skip.bin": b"\x00"}


def texts(path):
    return {m.path.removeprefix("top/"): m.read() for m in _archive.members(path, lambda name: name.endswith(".txt"))}


def tar_with(path, *entries, mode="w:xz"):
    with tarfile.open(path, mode) as archive:
        for name, kind, target in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info, io.BytesIO(b""))
    return path


def test_all_forms_hold_the_same_members_and_nothing_is_written(publish, kind):
    home = publish(f"corpus{kind}", FILES)
    before = sorted(home.rglob("*"))
    assert texts(home / f"corpus{kind}") == {"a/one.txt": b"first", "b/two.txt": b"second"}
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt", ".."])
def test_member_that_leads_out_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="leads out of the archive; legal: relative paths"):
        texts(tar_with(tmp_path / "corpus.tar.xz", (name, tarfile.REGTYPE, "")))


@pytest.mark.parametrize("name", ["../outside.txt", "..\\outside.txt", "/outside.txt"])
def test_zip_member_that_leads_out_is_refused(publish, name):
    home = publish("corpus.zip", {"inside.txt": b"x", name: b"x"})
    with pytest.raises(InputError, match="leads out of the archive"):
        texts(home / "corpus.zip")


@pytest.mark.parametrize(
    ("kind", "target"),
    [(tarfile.SYMTYPE, "../../x"), (tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "../x")],
)
def test_link_that_leads_out_is_refused(tmp_path, kind, target):
    with pytest.raises(InputError, match="leads out of the archive"):
        texts(tar_with(tmp_path / "corpus.tar.xz", ("top/link.txt", kind, target)))


def test_link_inside_is_not_followed(tmp_path):
    path = tar_with(tmp_path / "corpus.tar.gz", ("top/a/link.txt", tarfile.SYMTYPE, "../b.txt"), mode="w:gz")
    assert texts(path) == {}


@pytest.mark.parametrize("ending", [".tar.xz", ".tar.gz", ".tar", ".zip"])
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0.01, 0.93))
def test_truncated_archive_is_refused_wherever_it_is_cut(tmp_path_factory, pack, ending, share):
    noise = random.Random(0)
    folder = tmp_path_factory.mktemp("cut")
    whole, cut = folder / f"whole{ending}", folder / f"cut{ending}"
    pack(whole, {f"{i}.txt": noise.randbytes(3000) for i in range(8)})
    data = whole.read_bytes()
    end = len(data) - (9000 if ending == ".tar" else 0)
    cut.write_bytes(data[: int(end * share)])
    with pytest.raises(InputError, match="damaged or cut short .* legal: the whole file as published"):
        texts(cut)


def test_tar_cut_between_two_members_is_refused(publish):
    home = publish("corpus.tar", {"a.txt": b"a" * 512, "b.txt": b"b" * 512})
    path = home / "corpus.tar"
    path.write_bytes(path.read_bytes()[:1024])
    with pytest.raises(InputError, match="end-of-archive mark is missing"):
        texts(path)


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "corpus.rar").write_bytes(b"x")
    with pytest.raises(InputError, match=r"corpus\.rar is no archive; legal: a folder, or a file ending in \.tar\.xz"):
        texts(tmp_path / "corpus.rar")


def test_missing_file_names_what_was_looked_for_and_where(tmp_path):
    with pytest.raises(InputError) as caught:
        _archive.find(tmp_path, ("UNGDC*", "TXT"), "doi:10.1/X")
    assert str(caught.value) == (
        f"{tmp_path} holds none of UNGDC*, TXT; legal: a data folder with one of them, from doi:10.1/X"
    )


def test_newest_edition_is_found(tmp_path):
    for name in ("UNGDC_1946-2024.tar.gz", "UNGDC_1946-2023.tgz"):
        (tmp_path / name).touch()
    assert _archive.find(tmp_path, ("UNGDC*",), "").name == "UNGDC_1946-2024.tar.gz"


def test_data_folder_is_the_argument_then_the_variable_then_the_platforms(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCOURSE_DATA", str(tmp_path / "variable"))
    assert _archive.data_folder(tmp_path) == tmp_path
    assert _archive.data_folder(None) == tmp_path / "variable"
    monkeypatch.delenv("DISCOURSE_DATA")
    default = _archive.data_folder(None)
    assert default.is_absolute()
    assert "discourse" in default.parts


def test_compressed_file_is_read_by_its_ending(tmp_path):
    (tmp_path / "a.json.xz").write_bytes(lzma.compress(b"{}"))
    Path(tmp_path / "a.json").write_bytes(b"[]")
    for name, data in (("a.json.xz", b"{}"), ("a.json", b"[]")):
        with _archive.open_compressed(tmp_path / name) as file:
            assert file.read() == data
