"""The last line of bin/test."""

from portal.embedded import tally

SUITE = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def write(folder, name, *numbers):
    (folder / name).write_text(SUITE.format(*numbers))
    return str(folder / name)


def test_files_are_added_up(tmp_path, capsys):
    files = [write(tmp_path, "a.xml", 10, 1, 1, 2), write(tmp_path, "b.xml", 3, 0, 0, 0)]
    assert tally.main(files) == 1
    assert capsys.readouterr().out == "9 passed, 2 failed, 2 skipped\n"


def test_all_green(tmp_path, capsys):
    assert tally.main([write(tmp_path, "a.xml", 5, 0, 0, 0)]) == 0
    assert capsys.readouterr().out == "5 passed, 0 failed\n"


def test_nothing_run_is_no_success(tmp_path, capsys):
    assert tally.main([str(tmp_path / "missing.xml")]) == 1
    assert capsys.readouterr().out == "0 passed, 0 failed\n"
