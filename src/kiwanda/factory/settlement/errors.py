"""Why settlement says no."""

from kiwanda.core.errors import ErrorCode


class SettlementError(ErrorCode):
    CURRENCY_MIXED = (
        "Account {account} is in {wanted}; {currency} cannot be booked there.",
        "Akaunti {account} ni ya {wanted}; {currency} haiwezi kuwekwa humo.",
    )
    KEY_REUSED = (
        "Ledger key {key} was already used for another posting.",
        "Ufunguo wa daftari {key} ulishatumika kwa jambo jingine.",
    )
    ALREADY_REVERSED = ("This ledger entry is already reversed.", "Ingizo hili la daftari limeshabatilishwa.")
    NOTHING_TO_PAY = (
        "No workshop has unpaid earnings of at least {least} up to then.",
        "Hakuna karakana yenye mapato yasiyolipwa ya angalau {least} hadi wakati huo.",
    )
    RAIL_CURRENCY = ("The payment rail pays {currency} only.", "Njia ya malipo inalipa {currency} tu.")
    SAME_PERSON = (
        "The person who prepared a batch cannot approve it.",
        "Aliyeandaa malipo haya hawezi kuyaidhinisha.",
    )
    BATCH_CHANGED = (
        "This batch is not the one you looked at. Look at it again before you approve it.",
        "Malipo haya si yale uliyoyaangalia. Yaangalie tena kabla ya kuidhinisha.",
    )
    NO_WALLET = (
        "The payee has no mobile number on record.",
        "Mlipwaji hana nambari ya simu iliyohifadhiwa.",
    )
    STILL_LIVE = (
        "The last attempt is not settled yet; a new one could pay twice.",
        "Jaribio la mwisho halijakamilika; jipya linaweza kulipa mara mbili.",
    )
    RECEIPT_TAKEN = (
        "Receipt {receipt} already belongs to another payout.",
        "Risiti {receipt} tayari ni ya malipo mengine.",
    )
    STATEMENT_UNREADABLE = ("This is no statement of the rail. {reason}", "Hii si taarifa ya njia ya malipo. {reason}")
    STATEMENT_KNOWN = (
        "This very file was brought in before; nothing changed.",
        "Faili hii hii ilishaletwa; hakuna kilichobadilika.",
    )
