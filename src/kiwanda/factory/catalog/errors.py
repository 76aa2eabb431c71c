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
    TOO_FEW_MAKERS = (
        "A study needs {least} makers; {makers} have been timed.",
        "Upimaji unahitaji mafundi {least}; waliopimwa ni {makers}.",
    )
    STUDY_OF_ANOTHER = (
        "This time study is of another operation, or still open.",
        "Upimaji huu ni wa hatua nyingine, au bado haujafungwa.",
    )
    NOT_THE_STUDY = (
        "The study found {found} standard minutes; the rate must stand on them.",
        "Upimaji ulipata dakika {found}; malipo lazima yafuate hizo.",
    )
    RATE_UNDER_WAY = (
        "Another rate for this operation is under way.",
        "Malipo mengine ya hatua hii yanashughulikiwa.",
    )
    SAME_PERSON = (
        "Whoever proposed a rate does not review it.",
        "Aliyependekeza malipo hayapitii mwenyewe.",
    )
    RATE_NEEDS_REVIEW = (
        "The operation {operation} would pay {rate} instead of {old}; a lower rate needs a proposal and a review.",
        "Hatua {operation} ingelipa {rate} badala ya {old}; malipo ya chini yanahitaji pendekezo na mapitio.",
    )
    NO_RATE_DUE = (
        "No reviewed rate of this style is due today.",
        "Hakuna malipo yaliyopitiwa ya mtindo huu yanayoanza leo.",
    )
    OPERATION_NOT_CURRENT = (
        "This operation is of an old revision; take the present one.",
        "Hatua hii ni ya toleo la zamani; tumia ya sasa.",
    )
    APPEAL_OPEN = (
        "Your objection to this rate is open already; it is answered by {on}.",
        "Pingamizi lako kuhusu malipo haya bado liko wazi; litajibiwa kufikia {on}.",
    )
    HAD_A_PART = (
        "You had a part in this rate; somebody else answers.",
        "Ulihusika na malipo haya; mtu mwingine atajibu.",
    )
    WAGE_LOWERED = (
        "This is lower than the {monthly} now in force; another person lowers it, with a reason.",
        "Hii ni chini ya {monthly} inayotumika sasa; mtu mwingine ndiye huishusha, kwa sababu.",
    )
    WAGE_NOT_LOWER = (
        "There is no higher wage in force to lower.",
        "Hakuna mshahara wa juu unaotumika wa kushushwa.",
    )
