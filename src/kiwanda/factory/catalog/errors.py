"""Why the catalog says no."""

from kiwanda.core.errors import ErrorCode


class CatalogError(ErrorCode):
    CODE_TAKEN = ("The code {code} is already in use.", "Msimbo {code} tayari unatumika.")
    GTIN_TAKEN = ("The number {gtin} belongs to another variant.", "Namba {gtin} ni ya bidhaa nyingine.")
    GTIN_WRONG = (
        "{gtin} is not a GTIN: its length or check digit is wrong.",
        "{gtin} si GTIN: urefu au tarakimu ya ukaguzi si sahihi.",
    )
    NO_OPERATIONS = ("A tech pack needs at least one operation.", "Maelezo ya kiufundi yanahitaji angalau hatua moja.")
    OPERATION_TWICE = ("The operation {code} stands twice in the routing.", "Hatua {code} imeandikwa mara mbili.")
    UNKNOWN_AFTER = (
        "The operation {code} comes after {after}, which is not in the routing.",
        "Hatua {code} inafuata {after}, ambayo haimo katika mpangilio.",
    )
    CYCLE = (
        "The routing runs in a circle: {codes}.",
        "Mpangilio wa hatua unazunguka: {codes}.",
    )
    SEVERAL_ENDS = (
        "A routing ends in one operation that yields the finished piece; this one ends in {codes}.",
        "Mpangilio huishia kwenye hatua moja inayotoa bidhaa kamili; huu unaishia {codes}.",
    )
    UNKNOWN_TECHNIQUE = ("There is no technique {code}.", "Hakuna ufundi {code}.")
    UNKNOWN_MATERIAL = ("There is no material {code}.", "Hakuna malighafi {code}.")
    BILL_OPERATION = (
        "The bill of materials names the operation {code}, which is not in the routing.",
        "Orodha ya malighafi inataja hatua {code}, ambayo haimo katika mpangilio.",
    )
    BILL_TWICE = (
        "The material {material} stands twice for the operation {code}.",
        "Malighafi {material} imeandikwa mara mbili kwa hatua {code}.",
    )
    LOT_RANGE = (
        "The operation {code} has a smallest lot above its largest.",
        "Hatua {code} ina kundi dogo linalozidi kundi kubwa.",
    )
    NO_BENCHMARK_WAGE = (
        "No benchmark wage in {currency} is in force on {on}; record one before a rate can be checked.",
        "Hakuna kigezo cha mshahara kwa {currency} kinachotumika {on}; weka kimoja kabla ya kukagua malipo.",
    )
    BELOW_PAY_FLOOR = (
        "The operation {operation} pays {rate} a piece; the pay floor is {floor}.",
        "Hatua {operation} inalipa {rate} kwa kipande; kiwango cha chini ni {floor}.",
    )
    NO_VARIANT = (
        "The style {code} has no variant to sell yet; add one before its release.",
        "Mtindo {code} hauna bidhaa ya kuuza bado; ongeza moja kabla ya kuuidhinisha.",
    )
