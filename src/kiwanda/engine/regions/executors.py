"""Where regions are planned: here, in processes of this machine, or on a cluster. The plan does not depend on it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

from ..errors import ProblemError

Task = TypeVar("Task")
Result = TypeVar("Result")

RETRIES = 3
"""Times a task is begun anew after the worker that had it was lost."""


class WorkerLost(RuntimeError):
    """A task was given up: every worker that took it died (most often for want of memory)."""


class Executor(Protocol):
    """Runs one pure function over many tasks.

    ``function`` and tasks must be picklable. Tasks are taken from the iterable only as workers come free, so that a
    generator keeps few of them in memory. An exception a task raises is raised here; a task whose worker dies is given
    to another, at most :data:`RETRIES` times, then :class:`WorkerLost` is raised.
    """

    same_disk: bool
    """Whether its workers see this machine's files."""

    @property
    def workers(self) -> int:
        """Tasks that can run at the same time."""
        ...

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[int, Result]]:
        """Yield (place of the task, its result) as they come, in any order."""
        ...

    def close(self) -> None:
        """Let the workers go."""
        ...


class InProcess:
    """One after the other, in this process."""

    workers = 1
    same_disk = True

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[int, Result]]:
        for place, task in enumerate(tasks):
            yield place, function(task)

    def close(self) -> None:
        """Nothing to let go."""


class Processes:
    """Worker processes on this machine, spawned rather than forked: Numba's threads do not survive a fork.

    Parameters
    ----------
    workers : int, optional
        By default one for each processor this process may use.
    """

    same_disk = True

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or _processors()
        self._pool: ProcessPoolExecutor | None = None

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[int, Result]]:
        waiting = enumerate(tasks)
        running: dict[Future[Result], tuple[int, Task]] = {}
        tries: dict[int, int] = {}
        again: list[tuple[int, Task]] = []
        more = True
        while more or running or again:
            while len(running) < self.workers + 1:  # one in hand, so that nobody waits for the next to be made
                following = again.pop(0) if again else next(waiting, None)
                if following is None:
                    more = False
                    break
                try:
                    running[self._workers().submit(function, following[1])] = following
                except BrokenProcessPool:
                    self._drop()
                    again.insert(0, following)
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            broken = False
            for future in sorted(done, key=lambda future: running[future][0]):
                place, task = running.pop(future)
                try:
                    yield place, future.result()
                except BrokenProcessPool:
                    broken = True
                    again.append((place, task))
            if broken:
                # The whole pool falls with one worker: whatever it had in hand is begun anew.
                again += running.values()
                running.clear()
                again.sort(key=lambda pair: pair[0])
                for place, _ in again:
                    tries[place] = tries.get(place, 0) + 1
                    if tries[place] > RETRIES:
                        self._drop()
                        raise WorkerLost(f"Task {place} was given up: its worker died {tries[place]} times.")
                self._drop()

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"))
        return self._pool

    def _drop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class DaskExecutor:
    """Workers of a Dask cluster (``pip install distributed``), which need this package and nothing else.

    Parameters
    ----------
    address : str, optional
        Of the scheduler, for instance ``tcp://10.0.0.5:8786``. Data travels with the tasks: no shared disk is needed.
    client : distributed.Client, optional
        One that is connected already; it is left open.

    Raises
    ------
    ProblemError
        If Dask's ``distributed`` is not installed or no scheduler answers.
    """

    same_disk = False

    def __init__(self, address: str | None = None, client: Any = None) -> None:
        try:
            import distributed
        except ImportError as error:
            raise ProblemError("", 'Planning on a cluster needs Dask: pip install "distributed"') from error
        if client is None and not address:
            raise ProblemError("", "A Dask scheduler's address is needed, for instance tcp://127.0.0.1:8786")
        self._own = client is None
        connect: Any = distributed.Client
        try:
            self.client = client if client is not None else connect(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise ProblemError("", f"No Dask scheduler answers at {address}: {error}") from error

    @property
    def workers(self) -> int:
        """Threads of all workers there are now."""
        return max(1, sum(int(threads) for threads in self.client.nthreads().values()))

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[int, Result]]:
        import distributed
        from distributed.scheduler import KilledWorker

        places: dict[Any, int] = {}
        as_completed: Any = distributed.as_completed
        ready = as_completed(loop=self.client.loop)
        waiting = enumerate(tasks)

        def submit() -> None:
            following = next(waiting, None)
            if following is not None:
                # The scheduler itself gives the task of a dead worker to another one; pure=False: every task is run.
                future = self.client.submit(function, following[1], pure=False)
                places[future.key] = following[0]
                ready.add(future)

        for _ in range(self.workers + 1):
            submit()
        for future in ready:
            place = places.pop(future.key)
            try:
                result = future.result()
            except KilledWorker as error:
                raise WorkerLost(f"Task {place} was given up: its worker died too often.") from error
            future.release()
            submit()
            yield place, result

    def close(self) -> None:
        if self._own:
            self.client.close()
