"""Why demand says no."""

from kiwanda.core.errors import ErrorCode


class DemandError(ErrorCode):
    CHANNEL_UNKNOWN = ("There is no sales channel {code}.", "Hakuna njia ya mauzo {code}.")
    CHANNEL_TAKEN = ("The sales channel {code} exists already.", "Njia ya mauzo {code} tayari ipo.")
    KIND_UNKNOWN = ("{kind} is not a kind of channel; use one of {kinds}.", "{kind} si aina ya njia; tumia {kinds}.")
    CURRENCY_UNKNOWN = (
        "{currency} is not a currency Kiwanda books in; use one of {currencies}.",
        "{currency} si sarafu inayotumika; tumia {currencies}.",
    )
    FORMAT_UNKNOWN = ("{format} is not a file format; use one of {formats}.", "{format} si muundo; tumia {formats}.")
    FORMAT_OF_OTHER_CHANNEL = (
        "The channel {channel} takes {kind} files, not {format}: the same order would get two keys.",
        "Njia {channel} hupokea faili za {kind}, si {format}: oda moja ingepata funguo mbili.",
    )
    ONE_SOURCE = ("Give either the file's content or its path.", "Toa maudhui ya faili au njia yake, moja tu.")
    FILE_GONE = (
        "This file is no longer here. Choose it again.",
        "Faili hii haipo tena. Ichague upya.",
    )
    FILE_TOO_LARGE = (
        "The file has {megabytes} MB; at most {limit} MB are taken at once. Divide it, or pack it with gzip.",
        "Faili ina MB {megabytes}; kikomo ni MB {limit} kwa mara moja. Igawe, au ibane kwa gzip.",
    )
    ORDER_EXISTS = (
        "The channel {channel} already has an order {external_id}.",
        "Njia {channel} tayari ina oda {external_id}.",
    )
    NO_LINES = ("An order needs at least one line.", "Oda inahitaji angalau mstari mmoja.")
    LINE_TWICE = ("The line {line} stands twice in the order.", "Mstari {line} umeandikwa mara mbili katika oda.")
    COUNTRY_UNKNOWN = (
        "{country} is not a country code; write two letters, for example KE or GB.",
        "{country} si msimbo wa nchi; andika herufi mbili, mfano KE au GB.",
    )
    SKU_UNKNOWN = ("There is no variant with the SKU {sku}.", "Hakuna bidhaa yenye SKU {sku}.")
    SKU_BLANK = ("Say which SKU of the channel is meant.", "Taja SKU ya njia inayohusika.")
    SKU_IN_USE = (
        "{lines} lines with the SKU {sku} are already open or being made; cancel them first.",
        "Mistari {lines} yenye SKU {sku} tayari iko wazi au inatengenezwa; ifute kwanza.",
    )
    TOO_MANY_PIECES = (
        "{units} units of {pieces} pieces are more than {limit} pieces on one line.",
        "Vipimo {units} vya vipande {pieces} vinazidi vipande {limit} katika mstari mmoja.",
    )
    ALREADY_SHIPPED = (
        "{shipped} pieces of this line have left already; it can no longer be cancelled.",
        "Vipande {shipped} vya mstari huu vimeshaondoka; hauwezi kufutwa tena.",
    )
    REASON_MISSING = ("Say why.", "Taja sababu.")
    PROMISE_IN_THE_PAST = ("{promised_on} is in the past.", "{promised_on} imeshapita.")
    MAPPING_REFUSED = (
        "The mapping file has {count} errors; the first: row {row}: {message}",
        "Faili la ulinganisho lina makosa {count}; la kwanza: mstari {row}: {message}",
    )
