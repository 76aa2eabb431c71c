"""Why devices say no."""

from kiwanda.core.errors import ErrorCode


class DevicesError(ErrorCode):
    UNKNOWN_STEP = (
        "That step is not in the lesson.",
        "Hatua hiyo haipo kwenye somo.",
    )
    UNKNOWN_TYPE = (
        "This app asks for something the factory does not know. Please update the app.",
        "Programu inaomba jambo lisilojulikana. Tafadhali sasisha programu.",
    )
    ID_REUSE = (
        "This was already sent with another meaning. Please do it again.",
        "Hili lilishatumwa kwa maana nyingine. Tafadhali fanya tena.",
    )
    SEQ_REUSE = (
        "The phone counted wrongly. Please do it again.",
        "Simu ilihesabu vibaya. Tafadhali fanya tena.",
    )
    GAP = (
        "Something sent earlier has not arrived yet.",
        "Kuna jambo la awali ambalo halijafika bado.",
    )
    BUSY = (
        "The factory is busy. It is tried again by itself.",
        "Mfumo una shughuli nyingi. Itajaribiwa tena yenyewe.",
    )
    FAULT = (
        "This could not be done because of a fault on our side. Please call your hub.",
        "Hili halikuwezekana kwa hitilafu upande wetu. Tafadhali piga simu kituoni.",
    )
    NOT_YET = (
        "The factory does not offer this yet.",
        "Huduma hii bado haipo.",
    )
    PUSH_ADDRESS = (
        "That is no address of a push service.",
        "Hiyo si anwani ya huduma ya arifa.",
    )
