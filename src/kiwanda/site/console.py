"""What all commands print with: the two streams, the progress bar, the one way to stop with a sentence."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

out = Console()
err = Console(stderr=True)


def progress_bar() -> Progress:
    """The house's progress bar: what is being done, how far, how long. Nothing is shown where nobody watches."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=out,
        disable=not out.is_terminal,
    )


def stop(sentence: str, code: int = 1) -> typer.Exit:
    """Say one clear sentence on stderr and give the exit to raise."""
    err.print("[bold red]✗[/]", end=" ")
    err.print(sentence, highlight=False, soft_wrap=True, markup=False)
    return typer.Exit(code)
