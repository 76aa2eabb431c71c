"""How dispatch says no."""

from __future__ import annotations

from kiwanda.core.errors import ErrorCode


class DispatchError(ErrorCode):
    NO_PLAN = (
        "No plan is published, so there is nothing to offer. Publish a plan first.",
        "Hakuna mpango uliochapishwa, kwa hiyo hakuna kazi ya kutoa. Chapisha mpango kwanza.",
    )
    OFFER_EXPIRED = (
        "This offer could be answered until {until}. The work goes to another workshop.",
        "Kazi hii ilipaswa kujibiwa kabla ya {until}. Itapewa karakana nyingine.",
    )
    UNKNOWN_REASON = (
        "Choose one of the reasons: {known}.",
        "Chagua sababu moja kati ya hizi: {known}.",
    )
    COUNTER_EMPTY = (
        "Ask for fewer pieces, for a later day, or for both.",
        "Omba vipande vichache zaidi, siku ya baadaye, au vyote viwili.",
    )
    COUNTER_QUANTITY = (
        "Ask for between 1 and {most} pieces.",
        "Omba vipande kati ya 1 na {most}.",
    )
    COUNTER_DATE = (
        "The new day must be after {due_on} and before {latest}.",
        "Siku mpya lazima iwe baada ya {due_on} na kabla ya {latest}.",
    )
    STILL_LIVE = (
        "This offer is still waiting for its answer.",
        "Ombi hili la kazi bado linasubiri jibu.",
    )
    NOTHING_LEFT = (
        "All pieces of this offer are already made, offered to others or no longer needed.",
        "Vipande vyote vya kazi hii vimetengenezwa, vimepewa wengine au havihitajiki tena.",
    )
    PIECES_UNDER_WAY = (
        "{pieces} pieces of this work were handed in and not inspected yet. Inspect them first.",
        "Vipande {pieces} vya kazi hii vimewasilishwa na havijakaguliwa. Vikague kwanza.",
    )
    LESS_LEFT = (
        "{left} pieces of this work can still be given to others, not {wanted}: something has changed. Look again.",
        "Vipande {left} vya kazi hii vinaweza kupewa wengine, si {wanted}: kuna kilichobadilika. Angalia tena.",
    )
    NOT_TO_THEM = (
        "{workshop} cannot be asked for this work now ({why}). Choose another one.",
        "{workshop} haiwezi kuombwa kazi hii sasa ({why}). Chagua nyingine.",
    )
    NO_MAKERS = (
        "Say which workshops the work goes to.",
        "Taja karakana zitakazopewa kazi.",
    )
    BACK_IS_TAKEN = (
        "The pieces are accepted by others already, so they cannot be given back.",
        "Vipande vimekubaliwa na wengine tayari, kwa hiyo haviwezi kurudishwa.",
    )
    WORK_OPEN = (
        "The workshop still has work in hand ({count} work orders): let it finish, or close them first.",
        "Karakana bado ina kazi mkononi (oda za kazi {count}): iache imalize, au zifunge kwanza.",
    )
