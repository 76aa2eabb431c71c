"""Large files in the worker: asked for, looked at, taken whole, seen from outside, and safe when it breaks."""

from __future__ import annotations

import gzip
import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from kiwanda.core import actors, files
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.jobs import DEAD_AFTER, Worker, reap
from kiwanda.factory.demand import import_progress, jobs
from kiwanda.factory.demand.commands import repeat_import, request_import, run_import
from kiwanda.factory.demand.import_progress import SILENT_AFTER, Teller, progress_of, telling
from kiwanda.factory.demand.models import ImportRun, OrderLine, SalesOrder
from kiwanda.factory.demand.tests.factories import audit, kiwanda_file, make_channel, merchandiser

CONTENT = kiwanda_file(*([f"B{n // 3}", f"S{n % 9}", 1, ""] for n in range(1500)))


@pytest.fixture(autouse=True)
def files_here(settings, tmp_path):
    settings.KIWANDA_FILES = tmp_path / "files"


def ask(content: bytes = CONTENT, **more) -> ImportRun:
    return request_import(
        actor=merchandiser(), channel_code="desk", format="kiwanda", filename="big.csv", content=content, **more
    )


def work(run: ImportRun) -> ImportRun:
    jobs.run_import(str(run.pk))
    run.refresh_from_db()
    return run


@pytest.mark.django_db
class TestTheWay:
    def test_looked_at_then_taken_by_the_worker(self):
        make_channel()
        looked = ask()
        assert (looked.state, looked.dry_run) == ("queued", True)
        assert files.read(looked.file_sha256) == CONTENT
        waiting = progress_of(looked.pk)
        assert waiting is not None
        assert not waiting.has_begun
        Worker().run(until_idle=True)
        looked.refresh_from_db()
        assert (looked.state, looked.rows_done, looked.rows_total) == ("checked", 1500, 1500)
        assert looked.report["outcome"]["orders_new"] == 500
        assert SalesOrder.objects.count() == 0
        taken = repeat_import(actor=merchandiser(), import_run_id=looked.pk)
        assert (taken.state, taken.dry_run, taken.rows_total) == ("queued", False, 1500)
        Worker().run(until_idle=True)
        taken.refresh_from_db()
        assert taken.state == "applied"
        assert (SalesOrder.objects.count(), OrderLine.objects.count()) == (500, 1500)
        assert progress_of(taken.pk) is None
        assert audit() == []

    def test_a_faulty_row_refuses_the_whole_file(self):
        make_channel()
        rows = [*([f"B{n}", "S1", 1, ""] for n in range(600)), ["C1", "S2", "many", ""]]
        run = work(ask(kiwanda_file(*rows), dry_run=False))
        assert (run.state, run.report["error_count"]) == ("refused", 1)
        assert SalesOrder.objects.count() == 0
        assert audit() == []

    def test_twice_is_once(self):
        make_channel()
        actor, command_id = merchandiser(), new_id()
        body = {"channel_code": "desk", "format": "kiwanda", "content": CONTENT, "dry_run": False}
        run = request_import(actor=actor, command_id=command_id, **body)
        assert request_import(actor=actor, command_id=command_id, **body) == run
        work(run)
        assert jobs.run_import(str(run.pk)) == "over"
        again = work(ask(dry_run=False))
        assert again.report["outcome"]["orders_unchanged"] == 500
        assert OrderLine.objects.count() == 1500
        assert audit() == []

    def test_a_packed_file_can_be_taken_after_the_look(self):
        make_channel()
        looked = work(ask(gzip.compress(CONTENT)))
        assert looked.state == "checked"
        assert work(repeat_import(actor=merchandiser(), import_run_id=looked.pk)).state == "applied"

    def test_the_audit_knows_waiting_from_untold(self):
        make_channel()
        run = ask()
        assert audit() == []
        ImportRun.objects.filter(pk=run.pk).update(state="checked")
        assert any(f"Import {run.pk} is checked without its event" in problem for problem in audit())


@pytest.mark.django_db
class TestRefusals:
    def test_more_than_the_limit_is_a_sentence(self):
        make_channel()
        with pytest.raises(Invalid) as refused:
            ask(b"x" * 60_000_001)
        assert "The file has 61 MB; at most 60 MB are taken at once." in refused.value.message()
        assert ImportRun.objects.count() == 0

    def test_what_was_taken_is_not_repeated(self):
        make_channel()
        run = work(ask(dry_run=False))
        with pytest.raises(Rejected):
            repeat_import(actor=merchandiser(), import_run_id=run.pk)

    def test_a_file_that_is_gone_is_said(self):
        make_channel()
        run = work(ask())
        files.path_of(run.file_sha256).unlink()
        with pytest.raises(Rejected) as refused:
            repeat_import(actor=merchandiser(), import_run_id=run.pk)
        assert "no longer here" in refused.value.message()

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\x00\xff\xfe\x00" * 5000,
            b"\x1f\x8bbroken",
            b"\xef\xbb\xbforder_number\n",
            b"a;b;c\n1;2\n",
            b"order_number,sku,quantity\nA1," + b"x" * 10_000_000 + b",1\n",
        ],
        ids=["empty", "binary", "broken gzip", "BOM and no column", "other columns", "10 MB cell"],
    )
    def test_garbage_is_refused_with_a_reason(self, content):
        make_channel()
        run = work(ask(content))
        assert run.state == "refused"
        assert run.report["errors"][0]["message_en"]
        assert len(str(run.report)) < 20_000
        assert SalesOrder.objects.count() == 0


@pytest.mark.django_db
class TestWhenItBreaks:
    def test_a_busy_database_is_tried_again(self, monkeypatch):
        make_channel()
        run = ask()

        def busy(*_):
            raise OperationalError("database is locked")

        monkeypatch.setattr(jobs, "look", busy)
        with pytest.raises(OperationalError):
            jobs.run_import(str(run.pk))
        waiting = progress_of(run.pk)
        assert waiting is not None
        assert not waiting.has_begun
        monkeypatch.undo()

    def test_anything_else_closes_it_as_failed_and_it_can_be_taken_again(self, monkeypatch):
        make_channel()
        run = ask()

        def broken(*_):
            raise ValueError("a slip of the programmer")

        with monkeypatch.context() as patched:
            patched.setattr(jobs, "look", broken)
            work(run)
        assert (run.state, run.report["failure"]) == ("failed", "ValueError: a slip of the programmer")
        assert audit() == []
        again = repeat_import(actor=merchandiser(), import_run_id=run.pk)
        assert again.dry_run
        assert work(again).state == "checked"
        assert audit() == []

    def test_one_that_hangs_is_closed_and_its_late_worker_takes_nothing(self, monkeypatch):
        make_channel()
        run = ask(dry_run=False)
        read = run_import.function.__globals__["_take"].__globals__["take_file"]

        def overtaken(*arguments, **more):
            taken = read(*arguments, **more)
            repeat_import(actor=merchandiser(), import_run_id=run.pk)
            return taken

        monkeypatch.setitem(run_import.function.__globals__["_take"].__globals__, "take_file", overtaken)
        assert jobs.run_import(str(run.pk)) == "over"
        assert SalesOrder.objects.count() == 0

    def test_the_job_of_a_dead_worker_begins_again(self):
        make_channel()
        run = ask(dry_run=False)
        now = datetime.now(UTC)
        DBTaskResult.objects.update(
            status="RUNNING", worker_ids=["gone"], started_at=now - timedelta(seconds=DEAD_AFTER + 5)
        )
        Worker().run(until_idle=True)
        assert reap(now) == 0
        run.refresh_from_db()
        assert run.state == "applied"


class TestProgress:
    @pytest.mark.django_db
    def test_it_grows_to_the_counted_rows(self):
        """What another process sees while the transaction runs is in test_import_killed.py."""
        make_channel()
        run = ask(dry_run=False)
        seen = []

        def watching(done: int, expected: int) -> None:
            teller._told = float("-inf")
            teller(done, expected)
            shown = progress_of(run.pk)
            assert shown is not None
            seen.append((shown.rows_done, shown.rows_total))

        teller = Teller(run.pk, 1500)
        run_import(actor=actors.system(), import_run_id=run.pk, progress=watching)
        assert seen[-1] == (1500, 1500)
        assert len(seen) >= 3
        assert seen == sorted(seen)
        assert {total for _, total in seen} == {1500}

    def test_silence_is_told_from_waiting(self):
        run_id = new_id()
        assert progress_of(run_id) is None
        import_progress.tell(run_id, 5, 10)
        assert not progress_of(run_id).is_silent
        body = import_progress.path_of(run_id).read_text()
        old = body.replace('"at": ', f'"at": {time.time() - SILENT_AFTER - 1} , "was": ')
        import_progress.path_of(run_id).write_text(old)
        assert progress_of(run_id).is_silent
        import_progress.path_of(run_id).write_text("{half")
        assert progress_of(run_id) is None

    def test_it_is_forgotten_at_the_end(self):
        run_id = new_id()
        with telling(run_id, 0) as progress:
            progress(3, 9)
            assert progress_of(run_id) is not None
        assert progress_of(run_id) is None

    def test_a_full_disk_costs_the_bar_only(self, monkeypatch):
        def full(*_, **__):
            raise OSError("No space left on device")

        monkeypatch.setattr(os, "fdopen", full)
        run_id = new_id()
        import_progress.tell(run_id, 1, 2)
        monkeypatch.undo()
        assert progress_of(run_id) is None
        assert list(import_progress.path_of(run_id).parent.iterdir()) == []
