"""The example of RFC 8291, appendix A, byte for byte; and what cannot be opened stays shut."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.adapters.web_push import vapid
from kiwanda.adapters.web_push.encryption import LONGEST, decoded, encoded, public_bytes, sealed
from kiwanda.twin.simulators.push_service import opened

PLAIN = b"When I grow up, I want to be a watermelon"
BROWSER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
BROWSER_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7"
    "A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def key(text: str) -> ec.EllipticCurvePrivateKey:
    return vapid.private_key(text)


def test_the_example_of_the_rfc():
    made = sealed(PLAIN, p256dh=decoded(BROWSER_PUBLIC), auth=decoded(AUTH), salt=decoded(SALT), own=key(OURS))
    assert encoded(made) == MESSAGE
    assert encoded(public_bytes(key(BROWSER))) == BROWSER_PUBLIC
    assert opened(decoded(MESSAGE), private=key(BROWSER), auth=decoded(AUTH)) == PLAIN


@given(body=st.binary(min_size=1, max_size=200))
def test_the_browser_reads_what_was_sealed_for_it(body):
    made = sealed(body, p256dh=decoded(BROWSER_PUBLIC), auth=decoded(AUTH))
    assert opened(made, private=key(BROWSER), auth=decoded(AUTH)) == body


def test_nobody_else_reads_it():
    made = sealed(PLAIN, p256dh=decoded(BROWSER_PUBLIC), auth=decoded(AUTH))
    with pytest.raises(InvalidTag):
        opened(made, private=key(OURS), auth=decoded(AUTH))
    with pytest.raises(InvalidTag):
        opened(made[:-1] + bytes([made[-1] ^ 1]), private=key(BROWSER), auth=decoded(AUTH))


def test_what_is_too_long_or_no_key_is_refused():
    with pytest.raises(ValueError, match="at most"):
        sealed(b"x" * (LONGEST + 1), p256dh=decoded(BROWSER_PUBLIC), auth=decoded(AUTH))
    with pytest.raises(ValueError, match="Invalid EC key"):
        sealed(PLAIN, p256dh=b"\x04" + b"\x00" * 64, auth=decoded(AUTH))
    with pytest.raises(ValueError, match="32 bytes"):
        vapid.private_key("AAAA")


def test_the_longest_message_fits_a_record():
    made = sealed(b"x" * LONGEST, p256dh=decoded(BROWSER_PUBLIC), auth=decoded(AUTH))
    assert len(made) <= 4096


def test_a_new_key_reads_back():
    private, public = vapid.new_key()
    assert encoded(public_bytes(vapid.private_key(private))) == public
