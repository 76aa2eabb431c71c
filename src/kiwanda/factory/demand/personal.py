"""What demand holds about a person: nothing but who of our staff brought a file in."""

from kiwanda.core.personal import kept_out
from kiwanda.factory.demand.models import ImportRun

kept_out("Names only the member of staff who brought the file in.", ImportRun)
