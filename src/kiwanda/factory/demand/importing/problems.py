"""Everything that can be wrong with a file, each with a sentence in English and Swahili that says what to do."""

from __future__ import annotations

from enum import Enum


class Problem(Enum):
    """`code` is stable (scripts may rely on it); `english` and `swahili` are format strings over the details."""

    code: str
    english: str
    swahili: str

    def __init__(self, code: str, english: str, swahili: str) -> None:
        self.code = code
        self.english = english
        self.swahili = swahili

    # The file as a whole
    FILE_EMPTY = (
        "file_empty",
        "The file is empty. Export it again and check its size before uploading.",
        "Faili ni tupu. Itoe tena, kisha angalia ukubwa wake kabla ya kuipakia.",
    )
    FILE_UNREADABLE = (
        "file_unreadable",
        "The file cannot be read: {reason}.",
        "Faili haisomeki: {reason}.",
    )
    FILE_TOO_LARGE = (
        "file_too_large",
        "The file holds more than {limit}. Split it and import the parts one after the other.",
        "Faili linazidi {limit}. Ligawanye, kisha ingiza sehemu moja baada ya nyingine.",
    )
    FILE_BOMB = (
        "file_bomb",
        "The file unpacks to far more than a table would ({detail}). Upload the CSV itself, not packed.",
        "Faili likifunguliwa ni kubwa kupita kiasi ({detail}). Pakia CSV yenyewe, bila kuibana.",
    )
    NOT_A_TABLE = (
        "not_a_table",
        "This is not a table: it looks like {kind}. Upload a .csv, .csv.gz or .xlsx file.",
        "Hili si jedwali: linaonekana kuwa {kind}. Pakia faili la .csv, .csv.gz au .xlsx.",
    )
    GZIP_BROKEN = (
        "gzip_broken",
        "The .gz file is damaged or cut off. Pack it again, or upload it unpacked.",
        "Faili la .gz limeharibika au limekatika. Libane tena, au lipakie bila kubana.",
    )
    XLSX_BROKEN = (
        "xlsx_broken",
        "The .xlsx file is damaged ({reason}). Open it in a spreadsheet, save it again as .xlsx, or save it as CSV.",
        "Faili la .xlsx limeharibika ({reason}). Lifungue, lihifadhi tena kama .xlsx, au kama CSV.",
    )
    ENCODING_UNKNOWN = (
        "encoding_unknown",
        "The text is neither UTF-8, UTF-16 nor Windows-1252 (byte {byte} on line {line}). Save it as CSV UTF-8.",
        "Maandishi si UTF-8, UTF-16 wala Windows-1252 (baiti {byte}, mstari {line}). Hifadhi kama CSV UTF-8.",
    )
    ENCODING_DAMAGED = (
        "encoding_damaged",
        "The text is {encoding}, but line {line} holds a damaged character. Export the file again.",
        "Maandishi ni {encoding}, lakini mstari {line} una herufi iliyoharibika. Toa faili tena.",
    )
    NO_ROWS = (
        "no_rows",
        "The file has a header but no row below it. Check that the export was not filtered to nothing.",
        "Faili lina kichwa lakini halina mstari chini yake. Hakikisha hukuchuja kila kitu.",
    )
    COLUMN_MISSING = (
        "column_missing",
        'The column "{column}" is missing. The file has: {found}.',
        'Safuwima "{column}" haipo. Faili lina: {found}.',
    )
    COLUMN_TWICE = (
        "column_twice",
        'The column "{column}" stands more than once in the header. Delete or rename the one not meant.',
        'Safuwima "{column}" imeandikwa zaidi ya mara moja. Futa au badilisha jina la isiyotakiwa.',
    )
    TOO_MANY_COLUMNS = (
        "too_many_columns",
        "The header has {count} columns; at most {limit} can be read. Delete the columns that are not needed.",
        "Kichwa kina safuwima {count}; zinasomwa {limit} tu. Futa zisizohitajika.",
    )
    TOO_MANY_ROWS = (
        "too_many_rows",
        "The file has more than {limit} rows. Split it and import the parts one after the other.",
        "Faili lina mistari zaidi ya {limit}. Ligawanye, kisha ingiza sehemu moja baada ya nyingine.",
    )
    SHEETS_SEVERAL = (
        "sheets_several",
        "More than one sheet holds such a table: {sheets}. Say which sheet to read, or delete the others.",
        "Karatasi zaidi ya moja zina jedwali kama hili: {sheets}. Taja ya kusoma, au futa nyingine.",
    )
    SHEET_UNKNOWN = (
        "sheet_unknown",
        'There is no visible sheet called "{sheet}". There are: {sheets}.',
        'Hakuna karatasi inayoonekana yenye jina "{sheet}". Zilizopo: {sheets}.',
    )
    SHEET_NONE = (
        "sheet_none",
        "The workbook has no visible sheet with cells in it. Unhide the sheet and save the file again.",
        "Kitabu hakina karatasi inayoonekana yenye data. Fichua karatasi, kisha hifadhi tena.",
    )
    # A row
    ROW_TOO_LONG = (
        "row_too_long",
        "The row has {count} cells but the header has {width}. A cell with a separator in it needs quotes.",
        "Mstari una seli {count} lakini kichwa kina {width}. Seli yenye kitenganishi inahitaji alama za nukuu.",
    )
    QUOTES = (
        "quotes",
        "The quotes in this row do not match ({reason}). A quote inside a quoted cell is written twice.",
        "Alama za nukuu za mstari huu hazilingani ({reason}). Nukuu ndani ya seli yenye nukuu huandikwa mara mbili.",
    )
    CELL_TOO_LONG = (
        "cell_too_long",
        "A cell is longer than {limit} characters; reading stopped here. Shorten it, or look for a quote never closed.",
        "Seli inazidi herufi {limit}; usomaji umeishia hapa. Ifupishe, au tafuta nukuu isiyofungwa.",
    )
    NUL_BYTE = (
        "nul_byte",
        "The cell holds a NUL character, which no text has. Export the file again.",
        "Seli ina herufi ya NUL, isiyopo katika maandishi. Toa faili tena.",
    )
    # A cell
    BLANK = (
        "blank",
        '"{column}" is blank. Fill it in.',
        '"{column}" ni tupu. Ijaze.',
    )
    TEXT_TOO_LONG = (
        "text_too_long",
        "{value} is longer than {limit} characters. Shorten it.",
        "{value} inazidi herufi {limit}. Ifupishe.",
    )
    UNPRINTABLE = (
        "unprintable",
        "{value} holds an invisible control character. Type it again.",
        "{value} ina herufi isiyoonekana. Iandike upya.",
    )
    FORMULA = (
        "formula",
        "The cell holds a formula ({value}). Copy the column and paste it back as values.",
        "Seli ina fomula ({value}). Nakili safuwima, kisha ibandike kama thamani.",
    )
    CELL_ERROR = (
        "cell_error",
        "The cell holds a spreadsheet error ({value}). Correct it in the spreadsheet.",
        "Seli ina kosa la lahajedwali ({value}). Lirekebishe kwenye lahajedwali.",
    )
    NUMBER = (
        "number",
        "{value} is not a number. Write digits only, for example 1200 or 12.50.",
        "{value} si namba. Andika tarakimu tu, mfano 1200 au 12.50.",
    )
    NUMBER_AMBIGUOUS = (
        "number_ambiguous",
        "{value} can be read two ways (thousands or decimals). Write {first} or {second}.",
        "{value} inasomeka kwa njia mbili (maelfu au desimali). Andika {first} au {second}.",
    )
    NUMBER_MIXED = (
        "number_mixed",
        "{value} uses another decimal mark than the rest of the file. Use one all through.",
        "{value} inatumia alama ya desimali tofauti na faili lote. Tumia moja kila mahali.",
    )
    NUMBER_DAMAGED = (
        "number_damaged",
        "{value} was rounded by a spreadsheet, so the real number is lost. Export again and upload without opening it.",
        "{value} imekadiriwa na lahajedwali, namba halisi imepotea. Toa tena na uipakie bila kuifungua.",
    )
    QUANTITY_WHOLE = (
        "quantity_whole",
        "{value} is not a whole number of pieces, 1 or more.",
        "{value} si idadi kamili ya vipande, 1 au zaidi.",
    )
    QUANTITY_TOO_LARGE = (
        "quantity_too_large",
        "{value} pieces on one line is more than {limit}. Correct it, or split the line.",
        "Vipande {value} katika mstari mmoja vinazidi {limit}. Rekebisha, au gawanya.",
    )
    PRICE_NEGATIVE = (
        "price_negative",
        "The price {value} is below zero. Write what one piece costs.",
        "Bei {value} iko chini ya sifuri. Andika bei ya kipande kimoja.",
    )
    PRICE_TOO_LARGE = (
        "price_too_large",
        "The price {value} is too large. Check the decimal mark.",
        "Bei {value} ni kubwa mno. Angalia alama ya desimali.",
    )
    PRICE_DECIMALS = (
        "price_decimals",
        "{value} has more decimals than {currency} has ({decimals}).",
        "{value} ina desimali nyingi kuliko {currency} ({decimals}).",
    )
    CURRENCY_UNKNOWN = (
        "currency_unknown",
        "{value} is not a currency that Kiwanda books in. Use one of {known}.",
        "{value} si sarafu inayotumika hapa. Tumia moja kati ya {known}.",
    )
    CURRENCY_MISSING = (
        "currency_missing",
        'The line has a price but no currency. Fill in the column "currency".',
        'Mstari una bei bila sarafu. Jaza safuwima "currency".',
    )
    COUNTRY_UNKNOWN = (
        "country_unknown",
        "{value} is not a country code. Write two letters, for example KE or GB.",
        "{value} si msimbo wa nchi. Andika herufi mbili, mfano KE au GB.",
    )
    YES_NO = (
        "yes_no",
        "{value} is neither yes nor no.",
        "{value} si ndiyo wala hapana.",
    )
    DATE = (
        "date",
        "{value} is not a date. Write it as year-month-day, for example 2026-12-31.",
        "{value} si tarehe. Iandike mwaka-mwezi-siku, mfano 2026-12-31.",
    )
    DATE_AMBIGUOUS = (
        "date_ambiguous",
        "{value} can be {first} or {second}, and nothing in the file says which. Write it as year-month-day.",
        "{value} inaweza kuwa {first} au {second}, na faili halisemi ipi. Iandike mwaka-mwezi-siku.",
    )
    DATE_MIXED = (
        "date_mixed",
        "The file has both day/month and month/day dates, so {value} can be {first} or {second}. Use year-month-day.",
        "Faili lina tarehe za siku/mwezi na mwezi/siku, hivyo {value} ni {first} au {second}. Tumia mwaka-mwezi-siku.",
    )
    DATE_YEAR = (
        "date_year",
        "{value} has a year of two digits. Write all four.",
        "{value} ina mwaka wa tarakimu mbili. Andika zote nne.",
    )
    DATE_RANGE = (
        "date_range",
        "{value} is outside the years {first} to {last}. Check the year.",
        "{value} iko nje ya miaka {first} hadi {last}. Angalia mwaka.",
    )
    # An order
    ORDER_DISAGREES = (
        "order_disagrees",
        "Order {order}: row {earlier} says {value_before} but this row says {value}. All rows of an order must agree.",
        "Oda {order}: mstari {earlier} unasema {value_before} lakini huu unasema {value}. Mistari ya oda ilingane.",
    )
    ORDER_SPLIT = (
        "order_split",
        "Order {order} goes on here, more than {window} rows after its last line. Sort the file by order number.",
        "Oda {order} inaendelea hapa, zaidi ya mistari {window} baada ya ule wa mwisho. Panga faili kwa namba ya oda.",
    )
    ORDER_WITHOUT_KEY = (
        "order_without_key",
        'The row starts order {order} but its "{column}" is blank. Export the orders again with all columns.',
        'Mstari unaanza oda {order} lakini "{column}" ni tupu. Toa oda tena pamoja na safuwima zote.',
    )
    LINE_WITHOUT_ORDER = (
        "line_without_order",
        "The row has a product but belongs to no order above it. Check that rows were not deleted or sorted.",
        "Mstari una bidhaa lakini si wa oda yoyote juu yake. Hakikisha mistari haikufutwa wala kupangwa upya.",
    )
    LINE_TWICE = (
        "line_twice",
        "Order {order} has the line reference {value} twice (also row {earlier}). Each line needs its own.",
        "Oda {order} ina rejea ya mstari {value} mara mbili (pia mstari {earlier}). Kila mstari uwe na yake.",
    )
    INVOICE_KIND = (
        "invoice_kind",
        "{value} is not an invoice number of this format (six digits, or C or A and six digits).",
        "{value} si namba ya ankara ya muundo huu (tarakimu sita, au C au A na tarakimu sita).",
    )
    # A SKU mapping
    SKU_TWICE = (
        "sku_twice",
        "{value} stands on row {earlier} already. Keep one of the two rows.",
        "{value} tayari iko kwenye mstari {earlier}. Bakiza mmoja.",
    )
    MAPPED_AND_IGNORED = (
        "mapped_and_ignored",
        "The row has both our SKU and a reason to ignore it ({value}). Clear one of them.",
        "Mstari una SKU yetu na pia sababu ya kuipuuza ({value}). Futa moja.",
    )
    PIECES_RANGE = (
        "pieces_range",
        "{value} pieces a unit is not between 1 and {limit}.",
        "Vipande {value} kwa kipimo si kati ya 1 na {limit}.",
    )
    VARIANT_UNKNOWN = (
        "variant_unknown",
        "There is no variant with the SKU {value}. Add it to the catalogue or correct the SKU.",
        "Hakuna bidhaa yenye SKU {value}. Iongeze kwenye katalogi au rekebisha SKU.",
    )
    SKU_IN_USE = (
        "sku_in_use",
        "{value} cannot be ignored: {lines} lines with it are open or being made. Cancel them first.",
        "{value} haiwezi kupuuzwa: mistari {lines} iko wazi au inatengenezwa. Ifute kwanza.",
    )
    # Remarks that stop nothing
    ENCODING_FALLBACK = (
        "encoding_fallback",
        "The text is not UTF-8, so it was read as Windows-1252. Check accents and currency signs in a few rows.",
        "Maandishi si UTF-8, yamesomwa kama Windows-1252. Angalia herufi zenye alama katika mistari michache.",
    )
    COLUMNS_UNKNOWN = (
        "columns_unknown",
        "Columns that this format does not know were not read: {columns}.",
        "Safuwima zisizojulikana hazikusomwa: {columns}.",
    )
    COLUMN_UNNAMED = (
        "column_unnamed",
        "Column {columns} has cells but no name in the header; it was not read.",
        "Safuwima {columns} ina seli lakini haina jina; haikusomwa.",
    )
    SHEETS_NOT_READ = (
        "sheets_not_read",
        'Only the sheet "{sheet}" was read; not read: {others}.',
        'Karatasi "{sheet}" pekee imesomwa; hazikusomwa: {others}.',
    )
    SHEETS_HIDDEN = (
        "sheets_hidden",
        "Hidden sheets were not read: {sheets}.",
        "Karatasi zilizofichwa hazikusomwa: {sheets}.",
    )
    BUNDLES = (
        "bundles",
        '{count} lines name a bundle ("{example}"): say in the SKU mapping how many pieces one unit is.',
        'Mistari {count} inataja fungu ("{example}"): sema kwenye ulinganisho wa SKU kipimo kimoja ni vipande vingapi.',
    )
    PARTIAL_REFUNDS = (
        "partial_refunds",
        "{count} orders are refunded in part; the export does not say which pieces, so all their lines are kept.",
        "Oda {count} zimerudishiwa pesa kwa sehemu; faili halisemi vipande vipi, hivyo mistari yote imebaki.",
    )

    def sentences(self, **details: object) -> tuple[str, str]:
        """The English and the Swahili sentence with the details filled in."""
        return self.english.format(**details), self.swahili.format(**details)


class CellProblem(ValueError):
    """One cell cannot be read; the reader of the row adds row and column."""

    def __init__(self, problem: Problem, **details: object) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.details = details


class FileRefused(Exception):
    """The file as a whole cannot be read; becomes one error in the report."""

    def __init__(self, problem: Problem, *, row: int | None = None, column: str = "", **details: object) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.row = row
        self.column = column
        self.details = details
