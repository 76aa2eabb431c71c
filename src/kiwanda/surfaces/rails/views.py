"""Where payment rails post. What comes to an address the rail was given is kept as it came and answered at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kiwanda.core import jobs
from kiwanda.factory.settlement import posts
from kiwanda.ports import bound

#: What Daraja reads as "taken"; other rails look at the status only.
TAKEN = {"ResultCode": 0, "ResultDesc": "Accepted"}


@csrf_exempt
@require_http_methods(["POST", "PUT"])
def take_post(request: HttpRequest, rail: str, address: str) -> HttpResponse:
    """Keep a post (MTN and the GSMA's API put it); the worker reads it. Guessed addresses find nothing, nothing of
    them is kept.
    """
    payments = bound("payments")
    if payments.name != rail or not payments.is_address(address):
        return JsonResponse({"error": "There is nothing here."}, status=404)
    if int(request.headers.get("Content-Length") or 0) > posts.LARGEST or len(request.body) > posts.LARGEST:
        return JsonResponse({"error": "This is larger than any result."}, status=413)
    posts.keep(rail, address, request.body)
    jobs.enqueue("settlement.read_rail_posts")
    return JsonResponse(TAKEN)
