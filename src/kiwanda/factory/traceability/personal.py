"""What traceability holds about a person."""

from kiwanda.core.personal import kept_out
from kiwanda.factory.traceability.models import Claim, Evidence, Passport

kept_out("About a batch of pieces; a maker is named there only by the consents in the network's part.",
         Claim, Evidence, Passport)  # fmt: skip
