"""The words by which follow-ups are recognised, German and English, folded."""

from __future__ import annotations

from index import split_words


def _words(text: str) -> frozenset[str]:
    return frozenset(split_words(text))


POINTING = _words(
    """
    das es dies dieses diese sie ihn ihm dem dabei dafür damit davon dazu daran darauf darin danach dort
    da hier it that this these those they them there its
    """
)
"""Words that stand for what was said before."""

ASKED = _words(
    """
    wie was wann wo wohin woher wer wen wem warum wieso weshalb wozu womit wofür welche welcher welches
    welchen lange lang oft viel viele wieviel dann teuer schnell weit hoch bald how what when where who
    whom why which long often much many expensive fast soon quickly far kostet kosten koste dauert
    dauern dauer gilt gelten geht gehen funktioniert brauche braucht brauchen passiert bekomme bekommt
    muss müssen kann können könnte darf soll sollte heißt bedeutet beachten tun machen mache macht gibt
    frist gebühr gebühren preis voraussetzung voraussetzungen kostenlos gratis umsonst möglich nötig
    sicher cost costs take takes last work works need needed happen happens get got can could must
    should may might have has does do did is are was will would mean means apply applies possible then
    necessary free safe fee fees price deadline pay charge charged
    """
)
"""Words of a question that say what is wanted to be known, not about which thing."""

BACK = _words("dabei dafür damit davon dazu danach")
"""Adverbs that stand for what was said before, wherever they come."""

ADVERBS = _words(
    """
    online selbst selber allein alleine später sofort heute morgen telefonisch schriftlich persönlich
    per schneller früher rückgängig myself later today tomorrow sooner earlier faster
    """
)
"""After "das", "it" and "that" these show that it is no article of a noun."""

QUESTION_WORDS = _words("wie was wann wo warum wieso weshalb how what when where why")
"""Words that open a question."""

LINKING = _words(
    """
    und aber oder auch denn dann noch nur ja doch mal eigentlich jetzt nun so schon etwa genau ungefähr
    sonst außerdem überhaupt ich du er wir ihr man mich mir uns mein meine meinen der die den des ein
    eine einen einer ist sind war wird werden wäre hat habe haben zu zum zur im in am an auf für mit
    ohne bei nach von vor bis aus über um als wenn falls ob dass nicht kein keine alles was bitte immer
    wieder and but or also then still just only so now really exactly about roughly else i you he she we
    one me my our your us a an the be been being to of in on at for with without by after from before
    until as if whether not no all again please always am
    """
)
"""Words that carry no subject."""

_OPENINGS = """
und wenn, und falls, aber wenn, was wenn, was ist wenn, was ist mit, und was ist wenn, und was ist mit,
wie ist es mit, wie sieht es mit, und bei, und mit, und ohne, und für, und nach, und vor, und als,
und im, und in, und am, und auch, und per, auch bei, auch für, auch mit, auch wenn, auch im,
gilt das auch, geht das auch, and if, but if, what if, and what if, what about, and what about,
how about, and with, and without, and for, and in, and on, and at, and after, and before, and by,
and via, also for, also with, also if, even if, does that also, does that apply, does it also,
is that also
"""
OPENINGS = tuple(tuple(split_words(opening)) for opening in _OPENINGS.split(","))
"""How a text opens that changes the question before."""
