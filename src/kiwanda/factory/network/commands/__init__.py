"""What the network can do."""

from kiwanda.factory.network.commands.add_artisan import add_artisan
from kiwanda.factory.network.commands.artisan_left import artisan_left
from kiwanda.factory.network.commands.cancel_day_off import cancel_day_off
from kiwanda.factory.network.commands.change_phone import change_phone
from kiwanda.factory.network.commands.close_workshop import close_workshop
from kiwanda.factory.network.commands.confirm_login_code import confirm_login_code
from kiwanda.factory.network.commands.create_calendar import create_calendar
from kiwanda.factory.network.commands.create_staff_user import create_staff_user
from kiwanda.factory.network.commands.erase_again import erase_again
from kiwanda.factory.network.commands.erase_person import erase_person
from kiwanda.factory.network.commands.export_person import export_person
from kiwanda.factory.network.commands.forget_login_codes import forget_login_codes
from kiwanda.factory.network.commands.give_consent import give_consent
from kiwanda.factory.network.commands.import_counties import CountyRow, import_counties
from kiwanda.factory.network.commands.open_hub import open_hub
from kiwanda.factory.network.commands.pause_workshop import pause_workshop
from kiwanda.factory.network.commands.register_workshop import register_workshop
from kiwanda.factory.network.commands.register_workshops import register_workshops
from kiwanda.factory.network.commands.reopen_workshop import reopen_workshop
from kiwanda.factory.network.commands.request_login_code import request_login_code
from kiwanda.factory.network.commands.set_calendar_day import set_calendar_day
from kiwanda.factory.network.commands.set_capability import set_capability
from kiwanda.factory.network.commands.set_contact_preference import set_contact_preference
from kiwanda.factory.network.commands.set_staff_roles import set_staff_roles
from kiwanda.factory.network.commands.set_transfer_times import set_transfer_times
from kiwanda.factory.network.commands.take_days_off import take_days_off
from kiwanda.factory.network.commands.withdraw_consent import withdraw_consent
from kiwanda.factory.network.registration import ArtisanSpec, CapabilitySpec, WorkshopSpec

__all__ = [
    "ArtisanSpec",
    "CapabilitySpec",
    "CountyRow",
    "WorkshopSpec",
    "add_artisan",
    "artisan_left",
    "cancel_day_off",
    "change_phone",
    "close_workshop",
    "confirm_login_code",
    "create_calendar",
    "create_staff_user",
    "erase_again",
    "erase_person",
    "export_person",
    "forget_login_codes",
    "give_consent",
    "import_counties",
    "open_hub",
    "pause_workshop",
    "register_workshop",
    "register_workshops",
    "reopen_workshop",
    "request_login_code",
    "set_calendar_day",
    "set_capability",
    "set_contact_preference",
    "set_staff_roles",
    "set_transfer_times",
    "take_days_off",
    "withdraw_consent",
]
