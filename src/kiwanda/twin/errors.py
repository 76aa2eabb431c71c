"""How the twin says no."""

from kiwanda.core.errors import ErrorCode


class TwinError(ErrorCode):
    ALREADY_PLAYING = (
        "This database already holds a demo. Start another one in an empty folder.",
        "Hifadhidata hii tayari ina onyesho. Anza jingine katika folda tupu.",
    )
    NOT_A_DEMO = (
        "This is not a demo: days here pass by themselves.",
        "Hili si onyesho: siku hupita zenyewe hapa.",
    )
    NOT_EMPTY = (
        "The database already holds workshops. A demo is built into an empty one only.",
        "Hifadhidata tayari ina warsha. Onyesho hujengwa kwenye hifadhidata tupu pekee.",
    )
