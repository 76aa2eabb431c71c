"""Statements in every layout met so far."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.adapters.daraja.simulator import Books
from kiwanda.adapters.daraja.statements import read_statement
from kiwanda.ports.payments import NoStatement

ROOT = Path(__file__).resolve().parents[5]
SAMPLES = Path(os.environ.get("KIWANDA_SHARED_DATA") or ROOT.parent / "shared" / "data") / "daraja/statement_samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared statement samples are not here")

HEADER = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance\n"


def rows(text: str):
    return read_statement((HEADER + text).encode())


@needs_samples
@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("org_portal_13col_bulk_payout.csv", [-120_000_00, -60_00]),
        ("org_portal_13col_till.csv", [3_000_00, -4_000_00]),
        ("org_portal_9col_preamble.csv", []),
        ("paybill_7col_slash_dates.csv", [50_000_00, 25_000_00]),
        ("paybill_8col_no_balance.csv", [500_00, -33_00, 700_00]),
    ],
)
def test_every_sample_is_read(name, amounts):
    statement = read_statement((SAMPLES / name).read_bytes())
    assert [line.amount_minor for line in statement.lines] == amounts
    assert statement.problems == ()


@needs_samples
def test_what_the_samples_are_peculiar_about():
    bulk = read_statement((SAMPLES / "org_portal_13col_bulk_payout.csv").read_bytes()).lines
    assert [line.is_fee for line in bulk] == [False, True]
    assert [line.balance_minor for line in bulk] == [1_131_400_00, 1_131_340_00], "oldest first, the chain adds up"
    till = read_statement((SAMPLES / "org_portal_13col_till.csv").read_bytes()).lines
    assert till[0].payee == "2547****0111"
    failed = read_statement((SAMPLES / "paybill_8col_no_balance.csv").read_bytes()).lines[2]
    assert (failed.completed, failed.balance_minor) == (False, None)
    broken = read_statement((SAMPLES / "personal_7col.csv").read_bytes())
    assert (len(broken.lines), [problem.row for problem in broken.problems]) == (3, [5])


def test_signs_separators_and_dates_do_not_matter():
    lines = rows(
        'A1,2026-09-04 16:02:11,x,Completed,,"-1,250.00",10\n'
        "A2,04-09-2026 16:03:11,x,Completed,,1250,10\n"
        "A3,04/09/2026 16:04:11,x,completed,1250.5,,10\n"
    ).lines
    assert [line.amount_minor for line in lines] == [-1_250_00, -1_250_00, 1_250_50]
    assert [line.completed_at.minute for line in lines] == [2, 3, 4]
    assert all(line.completed_at.utcoffset().total_seconds() == 3 * 3600 for line in lines)


@pytest.mark.parametrize("bad", ["x y,2026-09-04 16:02:11,,Completed,1,,", "A1,yesterday,,Completed,1,,",
                                 "A1,2026-09-04 16:02:11,,Completed,one,,", "A1,2026-09-04 16:02:11,,Completed,NaN,,"])
def test_a_row_that_cannot_be_read_is_told_by_its_number(bad):
    statement = rows(f"{bad}\nA2,2026-09-04 16:02:11,,Completed,1,,\n")
    assert [problem.row for problem in statement.problems] == [2]
    assert [line.receipt_ref for line in statement.lines] == ["A2"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00\x01", b"Receipt No.\nA1\n", b'"' * 1000])
def test_a_file_that_is_none_says_what_was_looked_for(content):
    with pytest.raises(NoStatement, match="Receipt No"):
        read_statement(content)


@given(st.binary(max_size=400))
def test_bytes_give_a_statement_or_a_sentence(content):
    for body in (content, HEADER.encode() + content):
        with contextlib.suppress(NoStatement):
            for line in read_statement(body).lines:
                assert line.receipt_ref


def test_the_simulators_statement_reads_back():
    books = Books(None, 1_000_00)
    assert read_statement(books.statement_csv()).lines == ()
