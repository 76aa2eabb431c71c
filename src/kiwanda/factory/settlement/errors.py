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
    OVER_A_THIRD = (
        "No more than a third of an earning may be taken off it.",
        "Haiwezekani kukata zaidi ya theluthi moja ya pato.",
    )
    PAYING_STOPPED = ("Payments are stopped: {reason}", "Malipo yamesimamishwa: {reason}")
    OVER_PAYOUT_LIMIT = (
        "One payout may be {limit} at most.",
        "Malipo moja yasizidi {limit}.",
    )
    OVER_BATCH_LIMIT = ("One batch may be {limit} at most.", "Kundi moja la malipo lisizidi {limit}.")
    OVER_DAY_LIMIT = (
        "At most {limit} may be approved in a day; {left} of it is left.",
        "Siku moja yanaidhinishwa {limit} tu; yamebaki {left}.",
    )
    NUMBER_HELD = (
        "The payee's number changed. It is paid again when a second person has confirmed the number, 48 hours after "
        "the change.",
        "Nambari ya mlipwaji imebadilika. Atalipwa tena mtu wa pili akithibitisha nambari, saa 48 baada ya mabadiliko.",
    )
    STOPPER_RESUMES = (
        "Another person than the one who stopped payments lets them go on.",
        "Mtu mwingine, si aliyesimamisha malipo, ndiye anayeyaruhusu tena.",
    )
    NOT_RECONCILED = (
        "This is a restored backup: payments may have left that it does not know. Bring in the rail's statement up to "
        "now and settle every difference first.",
        "Hii ni nakala iliyorejeshwa: huenda kuna malipo isiyoyajua. Leta kwanza taarifa ya njia ya malipo hadi sasa, "
        "kisha maliza kila tofauti.",
    )
    NOT_THIS_LINE = (
        "This line of the statement does not take back this payout: {reason}.",
        "Mstari huu wa taarifa haurudishi malipo haya: {reason}.",
    )
    LINE_TAKEN = ("This line is settled already.", "Mstari huu umeshamalizwa.")
    WRONG_ACTION = (
        "This difference cannot be settled that way.",
        "Tofauti hii haiwezi kumalizwa kwa njia hiyo.",
    )
    TOO_MANY_PIECES = (
        "Only {left} pieces of this earning can still be corrected.",
        "Vipande {left} tu vya pato hili vinaweza kusahihishwa bado.",
    )
    IN_A_BATCH = (
        "This earning is in a batch that waits for approval. Cancel the batch or let it be paid first.",
        "Pato hili liko katika kundi linalosubiri idhini. Futa kundi hilo au liache lilipwe kwanza.",
    )
    STAGES_WRONG = (
        "Name every open piece once: {open} pieces are open, the stages name {named}.",
        "Taja kila kipande kilicho wazi mara moja: viko {open}, hatua zinataja {named}.",
    )
    FUNDS_BOOKED = (
        "The bank's receipt {receipt} is booked already.",
        "Risiti ya benki {receipt} imeshaandikwa.",
    )
    RATE_STALE = (
        "The rate of {base} to {quote} is older than {hours} hours. Record today's first.",
        "Kiwango cha {base} kwa {quote} kimepita saa {hours}. Weka cha leo kwanza.",
    )
    RATE_ODD = (
        "{rate} is far from the last rate, {last}. Is it the wrong way round?",
        "{rate} iko mbali na kiwango cha mwisho, {last}. Je, imegeuzwa?",
    )
    STANDING_ORDER_THERE = (
        "Paying at once is agreed already; end that first.",
        "Kulipa papo hapo kumeshakubaliwa; maliza hilo kwanza.",
    )
    MADE_IS_WHOLE = (
        "{made} pieces are reported as made: they count as finished.",
        "Vipande {made} vimeripotiwa kuwa tayari: vinahesabiwa vimemalizika.",
    )
    UNPAID = (
        "The workshop is still owed {amount}, and {payouts} payouts are on their way: pay it first.",
        "Karakana bado inadai {amount}, na malipo {payouts} yako njiani: ilipwe kwanza.",
    )
