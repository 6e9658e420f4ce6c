"""PostgreSQL and Redis together: started unless the caller has their own."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from portal.embedded.environment import given
from portal.embedded.leftovers import TOKEN, RunFile
from portal.embedded.paths import private_folder
from portal.embedded.postgres import Cluster
from portal.embedded.redis import Server


class Services:
    """The embedded services of one folder and their addresses."""

    def __init__(self, var: Path, run: RunFile, *, durable: bool = True) -> None:
        self.var, self.run, self.durable = var, run, durable
        self.logs = private_folder(var / "log")
        self.started: list[Cluster | Server] = []
        #: What a person may want to know about each.
        self.words: list[str] = []

    def cluster(self) -> Cluster:
        return Cluster(self.var, self.logs / "postgres.log", durable=self.durable)

    def server(self) -> Server:
        return Server(self.var, self.logs / "redis.log", durable=self.durable)

    def start(self, environment: Mapping[str, str], pause: Callable[[float], None] = time.sleep) -> dict[str, str]:
        """Starts what the environment does not name already; returns the variables it lacks."""
        urls = {}
        if not given(environment, "DATABASE_URL"):
            cluster = self.cluster()
            urls["DATABASE_URL"] = self.begin(cluster, pause)
            self.words.append(f"PostgreSQL {cluster.programs.version()}, data in {cluster.home}")
        if not given(environment, "REDIS_URL"):
            server = self.server()
            urls["REDIS_URL"] = self.begin(server, pause)
            self.words.append(f"Redis {server.version()}, data in {server.home}")
        return urls

    def begin(self, service: Cluster | Server, pause: Callable[[float], None]) -> str:
        """Starts one, notes it, and returns its URL."""
        address = service.start(pause, {TOKEN: self.run.token})
        self.started.append(service)
        if service.child is not None:
            self.run.add(service.child)
        return address

    def stop(self) -> None:
        """Stops them, the last started first."""
        for service in reversed(self.started):
            service.stop()
        self.started.clear()

    def remove(self, environment: Mapping[str, str]) -> list[Path]:
        """Deletes the embedded data; a database the caller named is never touched."""
        removed: list[Path] = []
        if not given(environment, "DATABASE_URL"):
            removed += self.cluster().remove()
        if not given(environment, "REDIS_URL"):
            removed += self.server().remove()
        return removed
