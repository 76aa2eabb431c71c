"""``./run kiwanda engine …``: the planning engine on files. Needs neither Django nor a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from kiwanda.site.console import out, progress_bar, stop

engine_app = typer.Typer(
    help="The planning engine on files: solve a problem, check, mend, promise from and explain a plan. "
    "Works without any database.",
    no_args_is_help=True,
)

ProblemPath = Annotated[Path, typer.Argument(help="problem.json or .json.gz")]
PlanPath = Annotated[Path, typer.Argument(help="plan.json or .json.gz")]
FromDay = Annotated[int, typer.Option(help="Nothing new starts before this day.", min=0)]


@contextmanager
def watched(first: str) -> Iterator[Callable[[float, str], None]]:
    """A progress bar for the length of a block, as the function that moves it."""
    with progress_bar() as bar:
        shown = bar.add_task(first, total=1.0)

        def progress(share: float, text: str) -> None:
            bar.update(shown, completed=share, description=text)

        yield progress


def warmed() -> None:
    """Compile what mending and explaining need, with a word about it if that takes time."""
    from kiwanda.engine import warm

    with watched("Compiling the planning engine (once for an installation)") as progress:
        warm(progress)


@engine_app.command("solve")
def engine_solve(
    problem: Annotated[Path, typer.Argument(help="problem.json or .json.gz; with --regions also .npz")],
    output: Annotated[
        Path, typer.Option("--out", help="Where the plan goes; with --regions a folder unless it ends in .json.")
    ] = Path("plan.json"),
    seconds: Annotated[float | None, typer.Option(help="Time to search; default: one pass.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same plan.")] = 0,
    workers: Annotated[int, typer.Option(help="Threads; with --regions processes.", min=1, max=64)] = 1,
    regions: Annotated[str | None, typer.Option(help="Plan by regions: how many, or auto.")] = None,
    executor: Annotated[str, typer.Option(help="Where regions are planned: here, processes or dask.")] = "processes",
    dask_address: Annotated[str | None, typer.Option(help="The Dask scheduler, as tcp://127.0.0.1:8786.")] = None,
) -> None:
    """Solve a planning problem file (kiwanda-problem/1) and write the plan."""
    from kiwanda.engine.cli import solve_file
    from kiwanda.engine.errors import ProblemError

    with watched("Reading the problem") as progress:
        try:
            if regions is not None:
                from kiwanda.engine.regions.files import solve_file_by_regions

                by_regions = solve_file_by_regions(
                    problem, output, regions=regions, executor=executor, dask_address=dask_address, workers=workers,
                    seconds=seconds, seed=seed, progress=progress,
                )  # fmt: skip
                said = f"{len(by_regions):,} lots in {by_regions.regions} regions"
            else:
                plan = solve_file(problem, output, seconds=seconds, seed=seed, workers=workers, progress=progress)
                said = f"{len(plan.lots):,} lots for {len(plan.orders):,} orders"
        except ProblemError as error:
            raise stop(str(error), 2) from None
        progress(1.0, "Planned")
    out.print(f"[green]✓[/] {output}: {said}.")


@engine_app.command("check")
def engine_check(
    problem: Annotated[Path, typer.Argument(help="problem.json or .json.gz")],
    plan: Annotated[Path, typer.Argument(help="plan.json or .json.gz, or the folder of a plan by regions")],
) -> None:
    """Check a plan against its problem, independently of the solver. Exit 0 only if every rule holds."""
    from kiwanda.engine.cli import check_file

    if plan.is_dir():
        from kiwanda.engine.regions.files import check_stored

        raise typer.Exit(check_stored(problem, plan))
    raise typer.Exit(check_file(problem, plan))


@engine_app.command("repair")
def engine_repair(
    problem: ProblemPath,
    plan: PlanPath,
    output: Annotated[Path, typer.Option("--out", help="Where the mended plan goes.")] = Path("mended.json"),
    declined: Annotated[
        Path | None, typer.Option(help='{"lots": […]}: the plan\'s lots whose workshops said no.')
    ] = None,
    from_day: FromDay = 0,
    seed: Annotated[int, typer.Option(help="Same seed, same plan.")] = 0,
    workers: Annotated[int, typer.Option(help="Threads, should all be planned anew.", min=1, max=64)] = 1,
) -> None:
    """Mend a plan against the problem as it is now: declines, illness, short deliveries, cancelled orders."""
    from kiwanda.engine.cli import repair_file, repair_said
    from kiwanda.engine.errors import ProblemError

    try:
        warmed()
        mended = repair_file(problem, plan, output, declined, from_day=from_day, seed=seed, workers=workers)
    except ProblemError as error:
        raise stop(str(error), 2) from None
    out.print(f"[green]✓[/] {output}: {repair_said(mended)}", highlight=False, soft_wrap=True)


@engine_app.command("promise")
def engine_promise(
    problem: ProblemPath,
    plan: PlanPath,
    order: Annotated[Path, typer.Argument(help="One more order, as an entry of the problem's orders.")],
    confidence: Annotated[float, typer.Option(help="How sure the promised day should be.")] = 0.85,
    from_day: FromDay = 0,
    replan: Annotated[bool, typer.Option("--replan", help="Plan everything anew with it: slower, earlier.")] = False,
) -> None:
    """Say when one more order could be delivered, and how sure that is."""
    from kiwanda.engine.cli import promise_file, promise_said
    from kiwanda.engine.errors import ProblemError

    try:
        warmed()
        promised, start_on = promise_file(problem, plan, order, confidence, from_day, replan)
    except ProblemError as error:
        raise stop(str(error), 2) from None
    out.print(promise_said(promised, start_on), highlight=False, soft_wrap=True, markup=False)
    if promised.day is None:
        raise typer.Exit(1)


@engine_app.command("explain")
def engine_explain(
    problem: ProblemPath,
    plan: PlanPath,
    order: Annotated[str, typer.Option(help="Alone: why is it late, and what would save it.")],
    operation: Annotated[str | None, typer.Option(help="With --workshop: why was it given the work, or not.")] = None,
    workshop: Annotated[str | None, typer.Option(help="Whom the question is about.")] = None,
    language: Annotated[str, typer.Option(help="en or sw")] = "en",
    you: Annotated[bool, typer.Option("--you", help="In words to say to the workshop itself.")] = False,
    remedies: Annotated[bool, typer.Option(help="Also what would save a late order.")] = True,
) -> None:
    """Say why: an order is late, a workshop was given work, or was not."""
    from kiwanda.engine.cli import explain_file
    from kiwanda.engine.errors import ProblemError

    try:
        warmed()
        why = explain_file(problem, plan, order, operation, workshop, remedies)
    except ProblemError as error:
        raise stop(str(error), 2) from None
    for sentence in why.sentences(language, you):
        out.print(sentence, highlight=False, soft_wrap=True, markup=False)


@engine_app.command("warm")
def engine_warm() -> None:
    """Compile the engine's inner loops now (once for an installation)."""
    warmed()
    out.print("[green]✓[/] The planning engine is ready.")
