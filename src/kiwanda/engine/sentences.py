"""What explain says, in English and Swahili: one code, one sentence in each, placeholders filled from the facts."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

SENTENCES: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        # Why this workshop
        "only_one": (
            "{workshop} is the only workshop with technique {technique}.",
            "{workshop} ndiyo karakana pekee yenye ufundi wa {technique}.",
        ),
        "accepted_before": (
            "{workshop} has accepted this work already.",
            "{workshop} imeshakubali kazi hii.",
        ),
        "able": (
            "{able} workshops have technique {technique}.",
            "Karakana {able} zina ufundi wa {technique}.",
        ),
        "others_off": (
            "{count} of the others did not work on those days.",
            "Karakana nyingine {count} hazikufanya kazi siku hizo.",
        ),
        "others_full": (
            "{count} of the others had too few hours free from {first} to {last}.",
            "Karakana nyingine {count} hazikuwa na saa za kutosha kuanzia {first} hadi {last}.",
        ),
        "others_capped": (
            "{count} of the others would have worked more than the weekly limit of hours.",
            "Karakana nyingine {count} zingevuka kikomo cha saa za wiki.",
        ),
        "others_far": (
            "To {count} of the others the pieces could not have come in time.",
            "Vipande visingefika kwa wakati kwenye karakana nyingine {count}.",
        ),
        "others_small": (
            "{count} of the others are new to this and get smaller lots than {quantity} pieces for now.",
            "Karakana nyingine {count} ni mpya katika kazi hii na kwa sasa hupata mafungu chini ya vipande {quantity}.",
        ),
        "others_richer": (
            "{count} of the others had earned more for their hours than {workshop} by then.",
            "Karakana nyingine {count} zilikuwa zimepata mapato zaidi kwa saa zao kuliko {workshop}.",
        ),
        "others_equal": (
            "{count} of the others had earned the same for their hours; a draw decided.",
            "Karakana nyingine {count} zilikuwa na mapato sawa kwa saa zao; kura iliamua.",
        ),
        "others_poorer": (
            "{count} of the others had earned less for their hours and still had hours free; the plan gave them other "
            "work, or none on those days.",
            "Karakana nyingine {count} zilikuwa na mapato machache zaidi kwa saa zao na bado zilikuwa na nafasi; "
            "mpango uliwapa kazi nyingine, au haukuwapa kazi siku hizo.",
        ),
        # Why not that one
        "not_able": (
            "{workshop} does not have technique {technique}.",
            "{workshop} haina ufundi wa {technique}.",
        ),
        "has_some": (
            "{workshop} has {pieces} pieces of this work from {first} on.",
            "{workshop} ina vipande {pieces} vya kazi hii kuanzia {first}.",
        ),
        "nothing_to_give": (
            "All pieces of this work were given out before this plan.",
            "Vipande vyote vya kazi hii viligawiwa kabla ya mpango huu.",
        ),
        "was_off": (
            "{workshop} did not work between {first} and {last}.",
            "{workshop} haikufanya kazi kati ya {first} na {last}.",
        ),
        "was_full": (
            "{workshop} was full between {first} and {last}: {free} minutes were free, and one lot takes {needed}.",
            "{workshop} ilikuwa imejaa kazi kati ya {first} na {last}: dakika {free} zilibaki, na fungu moja huchukua "
            "{needed}.",
        ),
        "was_capped": (
            "{workshop} had {free} minutes left under the weekly limit of hours between {first} and {last}, and one "
            "lot takes {needed}.",
            "{workshop} ilikuwa imebakiza dakika {free} kabla ya kikomo cha saa za wiki kati ya {first} na {last}, na "
            "fungu moja huchukua {needed}.",
        ),
        "was_small": (
            "{workshop} is new to {technique} and gets lots of at most {most} pieces for now; these lots had {lot}.",
            "{workshop} ni mpya katika {technique} na kwa sasa hupata mafungu ya vipande visivyozidi {most}; mafungu "
            "haya yalikuwa na {lot}.",
        ),
        "was_far": (
            "The pieces could not have come to {workshop} before {day}, and the work ended on {last}.",
            "Vipande visingefika {workshop} kabla ya {day}, na kazi iliisha {last}.",
        ),
        "poorer_first": (
            "{count} workshops that had earned less for their hours than {workshop} were served first; {near} of them "
            "are nearer to the pieces.",
            "Karakana {count} zilizopata mapato machache zaidi kwa saa zao kuliko {workshop} zilihudumiwa kwanza; "
            "{near} kati yake ziko karibu zaidi na vipande.",
        ),
        "passed_over": (
            "{workshop} had hours free between {first} and {last} and had not earned more than those who got the work; "
            "it fell to others in this plan.",
            "{workshop} ilikuwa na nafasi kati ya {first} na {last} na haikuwa na mapato zaidi ya waliopata kazi; "
            "katika mpango huu kazi iliwaendea wengine.",
        ),
        "drawn": (
            "Workshops with the same right to this work were served in the order of a draw.",
            "Karakana zenye haki sawa ya kazi hii zilihudumiwa kwa mpangilio wa kura.",
        ),
        # Why late
        "on_time": (
            "The order is finished on {finish} and was due on {due}: it is not late.",
            "Oda inakamilika {finish} na ilihitajika {due}: haijachelewa.",
        ),
        "late_by": (
            "The order is finished on {finish}, {days} days after it was due on {due}.",
            "Oda inakamilika {finish}, siku {days} baada ya tarehe yake {due}.",
        ),
        "not_done": (
            "{pieces} pieces are not finished before {end}, where this plan ends.",
            "Vipande {pieces} havitakamilika kabla ya {end}, mwisho wa mpango huu.",
        ),
        "already_overdue": (
            "It was due before this plan begins.",
            "Tarehe yake ilipita kabla ya mpango huu kuanza.",
        ),
        "waits_for_material": (
            "Its material comes on {day} and its steps take at least {steps} days after that.",
            "Vifaa vyake vinafika {day} na hatua zake huchukua angalau siku {steps} baada ya hapo.",
        ),
        "released_late": (
            "It may start on {day} and its steps take at least {steps} days after that.",
            "Inaweza kuanza {day} na hatua zake huchukua angalau siku {steps} baada ya hapo.",
        ),
        "nobody_can": (
            "No workshop with free hours has technique {technique}.",
            "Hakuna karakana yenye nafasi iliyo na ufundi wa {technique}.",
        ),
        "accepted_late": (
            "Work accepted by {workshop} is only finished on {day}.",
            "Kazi iliyokubaliwa na {workshop} itakamilika {day} tu.",
        ),
        "technique_full": (
            "The workshops with technique {technique} had {percent} % of their hours taken between {first} and {last}.",
            "Karakana zenye ufundi wa {technique} zilikuwa na kazi kwa asilimia {percent} ya saa zao kati ya {first} "
            "na {last}.",
        ),
        "long_step": (
            "The longest step is {technique}: from {first} to {last}.",
            "Hatua ndefu zaidi ni {technique}: kuanzia {first} hadi {last}.",
        ),
        # What would help
        "later_day": (
            "With {finish} as its day it would be on time; nobody else is affected.",
            "Ikipewa tarehe {finish} itakamilika kwa wakati; hakuna mwingine anayeathirika.",
        ),
        "overtime": (
            "With {percent} % longer days in {technique}, within the weekly cap, it would be finished on {finish}; "
            "{minutes} extra minutes would be worked, and the other orders' lateness would change by {others}.",
            "Siku zikiongezwa asilimia {percent} kwa {technique}, ndani ya kikomo cha wiki, itakamilika {finish}; "
            "dakika {minutes} za ziada zitafanywa kazi, na ucheleweshaji wa oda nyingine utabadilika kwa {others}.",
        ),
        "training": (
            "If {count} more workshops learned {technique} (for instance {names}), it would be finished on {finish}, "
            "and the other orders' lateness would change by {others}.",
            "Karakana {count} zaidi zikijifunza {technique} (kwa mfano {names}), itakamilika {finish}, na "
            "ucheleweshaji wa oda nyingine utabadilika kwa {others}.",
        ),
        "priority": (
            "With four times the weight it would be finished on {finish}, and the other orders' lateness would change "
            "by {others}.",
            "Ikipewa uzito mara nne, itakamilika {finish}, na ucheleweshaji wa oda nyingine utabadilika kwa {others}.",
        ),
        "smaller_lots": (
            "Split into smaller lots it would be finished on {finish}, and the other orders' lateness would change by "
            "{others}.",
            "Ikigawanywa katika mafungu madogo zaidi itakamilika {finish}, na ucheleweshaji wa oda nyingine "
            "utabadilika kwa {others}.",
        ),
    }
)


TO_YOU: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        "only_one": (
            "You are the only workshop with technique {technique}.",
            "Ni karakana yako pekee yenye ufundi wa {technique}.",
        ),
        "accepted_before": ("You have accepted this work already.", "Umeshakubali kazi hii."),
        "others_richer": (
            "{count} of the others had earned more for their hours than you by then.",
            "Karakana nyingine {count} zilikuwa zimepata mapato zaidi kwa saa zao kuliko wewe.",
        ),
        "not_able": (
            "Technique {technique} is not yet among your skills.",
            "Ufundi wa {technique} bado haumo kwenye ujuzi wako.",
        ),
        "has_some": (
            "You have {pieces} pieces of this work from {first} on.",
            "Una vipande {pieces} vya kazi hii kuanzia {first}.",
        ),
        "was_off": (
            "You were not working between {first} and {last}.",
            "Hukuwa kazini kati ya {first} na {last}.",
        ),
        "was_full": (
            "You were full between {first} and {last}: you had {free} minutes free, and one lot would take {needed}.",
            "Ulikuwa umejaa kazi kati ya {first} na {last}: ulibakiwa na dakika {free}, na fungu moja lingekuchukua "
            "{needed}.",
        ),
        "was_capped": (
            "You had {free} minutes left under the weekly limit of hours between {first} and {last}, and one lot would "
            "take you {needed}.",
            "Ulikuwa umebakiza dakika {free} kabla ya kikomo cha saa za wiki kati ya {first} na {last}, na fungu moja "
            "lingekuchukua {needed}.",
        ),
        "was_small": (
            "You are new to {technique} and get lots of at most {most} pieces for now; these lots had {lot}.",
            "Wewe ni mpya katika {technique} na kwa sasa unapata mafungu ya vipande visivyozidi {most}; mafungu haya "
            "yalikuwa na {lot}.",
        ),
        "was_far": (
            "The pieces could not have come to you before {day}, and the work ended on {last}.",
            "Vipande visingekufikia kabla ya {day}, na kazi iliisha {last}.",
        ),
        "poorer_first": (
            "{count} workshops that had earned less for their hours than you were served first; {near} of them are "
            "nearer to the pieces.",
            "Karakana {count} zilizopata mapato machache zaidi kwa saa zao kuliko wewe zilihudumiwa kwanza; {near} "
            "kati yake ziko karibu zaidi na vipande.",
        ),
        "passed_over": (
            "You had hours free between {first} and {last} and had not earned more than those who got the work; it "
            "fell to others in this plan. Tell your coordinator if you would like more of it.",
            "Ulikuwa na nafasi kati ya {first} na {last} na hukuwa na mapato zaidi ya waliopata kazi; katika mpango "
            "huu kazi iliwaendea wengine. Mwambie mratibu wako ukitaka kazi hii zaidi.",
        ),
    }
)
"""The same said to the workshop itself, where that makes a difference."""


@dataclass(frozen=True)
class Reason:
    """One thing that explains: ``code`` for programs, ``facts`` its figures, ``en`` and ``sw`` the sentence.

    ``you_en`` and ``you_sw`` say it to the workshop itself.
    """

    code: str
    facts: MappingProxyType[str, Any]
    en: str
    sw: str
    you_en: str
    you_sw: str


def reason(code: str, **facts: Any) -> Reason:
    """Fill the sentences of ``code``."""
    texts = (*SENTENCES[code], *TO_YOU.get(code, SENTENCES[code]))
    return Reason(code, MappingProxyType(facts), *(text.format(**facts) for text in texts))


@dataclass(frozen=True)
class Explanation:
    """Reasons in the order they should be read; ``remedies`` only for late orders."""

    reasons: tuple[Reason, ...]
    remedies: tuple[Reason, ...] = ()

    def text(self, language: str = "en", you: bool = False) -> str:
        """All sentences in ``en`` or ``sw``; with ``you`` as one would say them to the workshop asked about."""
        return " ".join(self.sentences(language, you))

    def sentences(self, language: str = "en", you: bool = False) -> tuple[str, ...]:
        """The same one by one."""
        name = ("you_" if you else "") + ("sw" if language.startswith("sw") else "en")
        return tuple(getattr(item, name) for item in self.reasons + self.remedies)
