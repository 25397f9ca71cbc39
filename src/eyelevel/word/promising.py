"""The words by which a clause commits us: who acts, in which form, and what the reader gets. German and English."""

from __future__ import annotations

import re

from eyelevel.word.listed import any_of, search
from eyelevel.word.refusing import COLLECTING

_WE = search("wir | ich | ma | i | we | we're | i'm | we'll | i'll | man")
_READER = search("""
    ihnen | ihr | ihre | ihren | ihrem | ihrer | ihres | sie | dir | dich | dein | deine | deinen | deinem | deiner
    euch | euer | eure | euren | du | you | your | yours | you'll | kd. | kd | kunde | kundin | customer | cust
    tenant | him | her | them
""")
# People who act for us.
_ROLES = search("""
    kollege | kollegin | kollegen | kolleginnen | techniker | technikerin | monteur | monteurin | monteure
    mitarbeiter | mitarbeiterin | team | fahrer | fahrerin | kurier | spedition | spediteur | bote | fahrer* | *team
    *techniker | *fahrer | *firma | bereitschaftsdienst | außendienst | kundendienst | lieferdienst
    medizinische dienst | *partner | *meister | *leitung | *service | handwerker | gutachter | gutachterin
    sachbearbeiter | sachbearbeiterin | sachbearbeitung | fachabteilung | abteilung | buchhaltung | werkstatt
    hausmeister | hausmeisterin | redaktion | ärztin | arzt | chefarzt | meister | elektriker | installateur
    klempner | chef | chefin | leiter | leiterin | leitung | filiale | zusteller | dhl | paketdienst | dienstleister
    servicepartner | partner | zentrale | berater | beraterin | labor | küche | glaserei | poststelle | vermieter
    hausverwaltung | schulleitung | sekretariat | vorstand | jury | ausschuss | notdienst | feuerwehr | imker
    jugendamt | verwaltung | bauhof | stadtreinigung | rechenzentrum | bauleiter | kundenservice | versand | lager
    maler | zustellversuch | abschlepper | container | heizungsbauer | heizungsbauerin | kältetechniker
    ersatzaggregat | unser mann | herr | frau | gärtner | gärtnerei | tischler | schreiner | dachdecker | service
    engineer | engineers | technician | technicians | colleague | colleagues | driver | drivers | courier | manager
    plumber | electrician | fitter | fitters | inspector | surveyor | specialist | department | supervisor | carrier
    nurse | doctor | workshop | adviser | advisor | locksmith | gardener | editor | agent | contractor | installer
    mechanic | someone | somebody | joiner | glazier | crew | patrol | vet | interpreter | caseworker | adjuster
    volunteer | clinic | garage | school | council | lab | desk | housekeeping | support | accounts | mr | mrs | ms
    dr | landlord | warehouse | tuner | plasterer | arborist | member of the | member of our | locum | porter
    physio | fibre crew
""")
# What a firm does for somebody: with "wir" or "ich" in the present tense it is a promise even without a date.
_STEMS_DE = """
    aktivier antwort bau beantwort bearbeit begleich beheb benachrichtig berechn bestell bestätig besuch bring buch
    deck druck entscheid entsperr ergänz erlass erlasse erledig erneuer ersetz erstatt fahr fertig füg führ geb gib
    hak hol händig häng hör informier klär kläre komm kontaktier korrigier kümmer lad lass leg leit les liefer lös
    mach mahl mail meld montier mäh nehm nimmt näh pack pflanz prüf putz rechn reich reinig reparier richt ruf räum
    sag schalt schau schenk schick schreib send senk setz sorg sperr spiel spritz start stell stopf stornier streich
    such tausch teil trag unterschreib unterzeichn veranlass vergüt verläng verrechn verschick versend vertritt
    verzicht veröffentlich wart wechsel zahl zieh änder öffn übergeb übernehm übernimm überweis
""".split()
_ACTS_DE = re.compile(r"(?<!\w)(?:" + "|".join(_STEMS_DE) + r")\w{0,4}(?!\w)", re.IGNORECASE)
_STEMS_EN = """
    add answer arrang begin book bring call chang chas clos collect com confirm correct credit cut decid deliver
    deposit dispatch drop email escalat fit fix flag fly forward get giv hand head install issu knock mail mak
    messag mov open order organis organiz pass pay phon pick plan pop post prepar print process put refund reimburs
    releas remak remov repair replac reply reprint restor return rewrit ring send set ship start swap switch tak
    text tow transfer updat upgrad visit waiv writ
""".split()
_ACTS_EN = re.compile(r"(?<!\w)(?:" + "|".join(_STEMS_EN) + r")(?:p|t)?ing\b", re.IGNORECASE)
_FUTURE_DE = re.compile(r"\b(?:werde|werden|wird|wirst|werdet)\b(?!\s+(?:gebeten|empfohlen|sie\s+bei\s+uns))", re.IGNORECASE)  # fmt: skip
_FUTURE_EN = re.compile(
    r"\b(?:will|shall|(?:am|are|is)\s+going\s+to|gonna)\b|\w['’]ll\b|['’](?:s|re|m)\s+going\s+to\b|\bur\s+\w+",
    re.IGNORECASE,
)
_VERB_END_DE = re.compile(r"\b\w{3,}(?:en|ern|eln|tun|sein|t)\b", re.IGNORECASE)
_READER_GETS = re.compile(
    any_of("""
    sie erhalten | sie bekommen | sie kriegen | erhalten sie | bekommen sie | kriegen sie | du bekommst
    du erhältst | du kriegst | bekommst du | erhältst du | kriegst du | ihr bekommt | bekommt ihr | ihr kriegt
    kriegt ihr | kd. bekommt | kd bekommt | kunde bekommt | kundin bekommt | hören sie | sie hören | hörst du
    du hörst | sie haben | haben sie | hast du | du hast | habt ihr | ihr habt | sie sehen | sehen sie | siehst du
    du siehst | sie finden | finden sie | findest du | sie wissen | wissen sie | weißt du | bringt ihnen
    geht ihnen | geht ~ zu | kommt ~ zu ihnen | steht ihnen | sie werden | you get | you receive | you hear
    you have | you'll | you should have | you should get | you should receive | you should hear | you should see
    you are getting | you're getting | you can expect | expect | expect a | you will | your deposit is
"""),
    re.IGNORECASE,
)
# Of these the reader's getting is sure even without a date.
_SURELY_GETS = search("""
    sie erhalten | sie bekommen | erhalten sie | bekommen sie | kriegen sie | sie kriegen | du bekommst
    bekommst du | du kriegst | kriegst du | du erhältst | erhältst du | sie hören ~ von | hören sie ~ von | you'll
    you will
""")
# A thing in the present tense; it needs a date to lie ahead.
_MOVES = search("""
    geht | gehen | kommt | kommen | trifft | treffen | folgt | folgen | erfolgt | erfolgen | erreicht | erscheint
    müsste | müssten | rückt | verlässt | kriegt | bekommt | wird ~ geliefert | arrives | arrive | comes | come
    coming | goes | go | leaves | leave | follows | follow | reaches | lands | gets | get | should | flies | ships
    ship | returns | 's coming | being  | due
""")
# A state counts only in the reader's own matter, or where something is whole again.
_STANDS = search("""
    ist | sind | liegt | liegen | steht | stehen | läuft | laufen | funktioniert | funktionieren | beginnt
    beginnen | startet | sollte | sollten | haben | hat | wechselt | dürfte | dürften | wirkt | is | are | starts
    start | begins | has | applies | ends up | moves
""")
_WHOLE_AGAIN = search("""
    wieder | fertig | *fertig | bereit | repariert | erledigt | abholbereit | komplett | dicht | verfügbar | da
    weg | frei | gutschrift | auszahlung | zurück | again | back | ready | done | finished | fixed | repaired
    sorted | available | working | up and running | being | complete | booked | scheduled | refund | here | coming
    due | going | gone
""")
_GERUND = re.compile(
    r"\b(?:we|i|they)\s*(?:['’](?:re|m)|\s(?:are|am))\s+(?:\w+ly\s+|now\s+|just\s+|also\s+){0,2}\w+ing\b|\bis\s+being\b|\bare\s+being\b|^\W*\w{3,}ing\s+(?!is\b|starts\b|begins\b|has\b|are\b|runs\b|takes\b)",
    re.IGNORECASE,
)
_WE_PRESENT_EN = re.compile(r"\b(?:we|i)\s+(?:\w+ly\s+|also\s+|then\s+)?(?!am\b|are\b|have\b|had\b|was\b|were\b|do\b|did\b|can\b|could\b|would\b|may\b|might\b)[a-z]+\b", re.IGNORECASE)  # fmt: skip
_RESULT_NOUNS = search("""
    rr | rückruf | anruf | rückmeldung | antwort | lieferung | erstattung | gutschrift | auszahlung | termin
    techniker | ersatz | ersatzgerät | info | bescheid | status | monteur | elektriker | kältetechniker | abholung
    montage | reparatur | überweisung | zustellung | versand | einbau | austausch | besichtigung | ersatzlieferung
    update | abschlag | notdienst | klempner | handwerker | gutachter | kollege | kollegin | zusage | beginn
    neulieferung | umtausch | kurzer anruf | nachlieferung | cb | callback | call back | refund | reply | engineer
    delivery | replacement | electrician | plumber | technician | visit | collection | repair | slot | parcel | new
    back in his | back in her | back in your | money back | copy | fitter | inspection | appointment w | driver
""")
_NOTED = search("""
    zugesagt | versprochen | vereinbart | angekündigt | garantiert | eingeplant | eingetaktet | notiert | avisiert
    disponiert | promised | agreed | booked | scheduled | guaranteed | told him | told her | told them | told cust
    told customer | said we'd | said we'll | said we will | said i'd | logged | arranged | assured
""")
# In the past tense, but about a day ahead: "ich habe einen Glaser für Montag bestellt", "I've asked her to ring you tomorrow"
_ARRANGED = re.compile(
    r"\b(?:wir|ich)\b.{0,80}\b(?:bestellt|reserviert|gebeten|beauftragt|gebucht|eingeplant|terminiert)\b"
    r"|\b(?:we|i)(?:['’]ve|\s+have)\s+(?:asked|arranged|booked|ordered|reserved|scheduled|lined\s+up)\b",
    re.IGNORECASE,
)
_HAVE_SOON = search(
    "should have | should receive | should get | should reach | should be with | should arrive | should be back"
)
_THEIR_OWN = re.compile(r"\bes\s+ist\b|\bit\s+is\b(?!\s+(?:being|due|coming|going))|\bthere\s+(?:is|are)\b|\bthere['’]s\b|\bheute\s+ist\b|\btoday\s+is\b", re.IGNORECASE)  # fmt: skip
_STATIVE_DE = search("""
    bin ich | ich bin | sind wir | wir sind | habe ich | ich habe | haben wir | wir haben | wissen wir | wir wissen
    ich weiß | weiß ich | glaube ich | ich glaube | sehe ich | ich sehe | denke ich | ich denke | verstehe ich
    finde ich | wir finden | meinen wir
""")
_STATIVE_EN = search(
    "we see | i see | we know | i know | we understand | i understand | we think | i think | we believe | i believe | we deliver to | we need | i need | we like | we love | i agree | we regret | we value | we're afraid | i'm afraid | we answer | we close | we open"
)
_HAS_VERB = re.compile(r"\b(?:wird|werden|ist|sind|war|hat|haben|is|are|was|were|will|has|have|kann|können|can|bleibt|gilt)\b", re.IGNORECASE)  # fmt: skip


def commits(main: str, *, dated: bool, hasty: bool, past: bool, follows: bool, near: bool) -> bool:
    """Does somebody on our side commit to something that lies ahead?

    `dated`: a due time ahead is named; `hasty`: a word like "umgehend"; `follows`: a clause before it in the same sentence is
    a promise; `near`: so is the sentence before, or it has a condition of its own, so that it is about this case.
    """
    if dated and (
        _HAVE_SOON.search(main)
        or _ARRANGED.search(main)
        or (_NOTED.search(main) and not _WE_TOLD.search(main))
    ):
        return True
    if past and not _FUTURE_EN.search(main):
        return False
    soon = dated or hasty
    if _future(main, soon=soon) or _present(main, soon=soon, near=near):
        return True
    if _VERB_FIRST.match(main) and (dated or (follows and _THEN.search(main))):
        return True
    if dated:
        return _happens(main) or _in_short(main, follows=follows)
    return ((hasty or follows) and bool(_MOVES.search(main))) or (follows and _rest_of_a_note(main))


_THEN = search("dann | danach | sofort | gleich | umgehend | anschließend")
_VERB_FIRST = re.compile(r"^\W*(?:dann\s+|danach\s+)?(?:kriegst|bekommst|kriegen|bekommen|" + _ACTS_DE.pattern.removeprefix(r"(?<!\w)") + ")", re.IGNORECASE)  # fmt: skip


def _rest_of_a_note(main: str) -> bool:
    return not _HAS_VERB.search(main) and bool(_RESULT_NOUNS.search(main) or _OUR_CALL.search(main))


_WE_TOLD = re.compile(r"\b(?:was|were|war|waren|wurde|wurden)\b|\b(?:we|i|wir|ich|he|she|they)\s+(?:\w+\s+){0,2}(?:promised|told|agreed|said)\b|\b(?:haben?|hatten?)\s.*(?:zugesagt|versprochen)\b", re.IGNORECASE)  # fmt: skip


_YOU_NOTICE = search("""
    you'll find | you'll see | you'll notice | you'll recognise | you'll recognize | you'll know | you'll like
    you'll love | you'll enjoy | you'll feel | you will find | you will see | you will notice | you will recognise
    you will know | you will like | you will love | you will enjoy
""")


def _future(main: str, *, soon: bool) -> bool:
    personal = bool(_WE.search(main) or _READER.search(main) or _ROLES.search(main))
    personal = personal or bool(_ANEW.search(main))
    if _FUTURE_EN.search(main):
        return soon or (personal and not _YOU_NOTICE.search(main))
    if _FUTURE_DE.search(main) and _VERB_END_DE.search(main):
        return soon or personal
    return False


def _present(main: str, *, soon: bool, near: bool) -> bool:
    if _WE_DE.search(main):
        return _we_act(main, soon=soon, near=near)
    if _FOR_YOU_DE.search(main) or (_ROLES.search(main) and _ACTS_DE.search(main) and (soon or near)):
        return True
    if _GERUND.search(main):
        ours = _READER.search(main) or _SUM.search(main) or _OURS_NOW.search(main)
        return soon or (bool(_ACTS_EN.search(main)) and bool(ours))
    if _READER_GETS.search(main):
        return soon or bool(_SURELY_GETS.search(main) and not _YOU_NOTICE.search(main))
    return bool(soon and _WE_PRESENT_EN.search(main) and not _STATIVE_EN.search(main))


def _we_act(main: str, *, soon: bool, near: bool) -> bool:
    """German "wir" or "ich" in the present tense: with a day any act, without one only an act for this reader."""
    if soon:
        return not _STATIVE_DE.search(main)
    if not _ACTS_DE.search(main) or _GLADLY.search(main):
        return False
    return near or bool(_READER.search(main) or _ANEW.search(main))


_WE_DE = search("wir | ich | ma")
_GLADLY = search("gern | gerne")  # without a day it is an offer
_ANEW = search(
    "verzichte | verzichten | in ordnung | für den schaden | für die kosten | free of charge | at our expense | for free | stornieren | streichen | erlassen | vorbei | zurück | neu | kostenlos | kostenfrei | kulanz | raus | sofort"
)
_FOR_YOU_DE = re.compile(r"\b(?:erstattet|überweist|ersetzt|schenkt|schickt|sendet|bringt|repariert|liefert|vergütet|zahlt)\s+(?:ihnen|dir|euch)\b", re.IGNORECASE)  # fmt: skip
_SUM = re.compile(r"[£$€]\s?\d|\d\s?(?:€|euro|eur|pounds?|pence|cents?|%)", re.IGNORECASE)
_OURS_NOW = search(
    "we're waiving | we are waiving | we're remaking | we're replacing | we're refunding | i'm passing | i'm sending | we're sending | refunding | sending | we're crediting"
)


def _happens(main: str) -> bool:
    if _THEIR_OWN.search(main) or _STATIVE_DE.search(main):
        return False
    if _HE_DOES.search(main) or _IS_DOING.search(main):
        return True
    ours = bool(_ROLES.search(main) or _READER.search(main) or _OUR.search(main))
    if _MOVES.search(main) or _SOMEBODY_DOES.search(main) or COLLECTING.search(main):
        return True
    if ours and (_STANDS.search(main) or _ACTS_DE.search(main) or _PRESENT_S.search(main)):
        return True
    return bool(_STANDS.search(main) and (_WHOLE_AGAIN.search(main) or _DONE_BY_THEN.search(main)))


_IS_DOING = re.compile(r"\b(?:is|are)\s+(?!happening|taking\s+place|running|closing|opening|holding|having)\w+ing\b", re.IGNORECASE)  # fmt: skip
_HE_DOES = re.compile(
    r"(?:^|,\s)\W*(?:er|he|she)\s+(?!will\b|is\b|ist\b|has\b|hat\b|was\b|war\b|wants?\b|kann\b|may\b|can\b)\w+(?:s|t)\b",
    re.IGNORECASE,
)
_OUR = search("unser | unsere | unseren | unserem | unserer | unseres | our")
_DONE_BY_THEN = re.compile(
    r"\b(?:ist|sind)\b.{0,80}\b(?:\w*ge[a-zäöü]{2,}(?:t|en)|\w{3,}iert|beseitigt|behoben|erledigt|bearbeitet|ersetzt|erneuert|versorgt|verlegt|entfernt|überwiesen|beglichen)\b|\b(?:is|are)\b.{0,40}\b\w{2,}ed\b",
    re.IGNORECASE,
)  # "... ist die Tür ausgetauscht"
_TO_DO = re.compile(
    r"^\W*(?:[A-Z]\w+\s){1,2}to\s(?:call|ring|phone|send|post|visit|email|collect|deliver|check|fix|reply|confirm|bring)\b"
)
_PRESENT_S = re.compile(r"\b[a-z]{3,}s\b", re.IGNORECASE)
# "Wei posts the lamp tomorrow"
_SOMEBODY_DOES = re.compile(
    r"^\W*[A-Z]\w+\s(?:[A-Z]\w+\s)?(?:(?:call|ring|phone|send|ship|deliver|refund|pay|visit|come|fix|repair|replace|post|mail|email|collect|install|bring|start|decide|drop|text|swap|fit|make|take|pick|write|get)s|does|fixes)\b"
)


_OUR_CALL = search("von mir | von uns | from me | from us")


def _in_short(main: str, *, follows: bool) -> bool:
    """Without a verb: a call note ("Monteur morgen 8-10"), or the rest of a list of promises ("the shade on Wednesday")."""
    return follows or bool(_TO_DO.match(main) or _RESULT_NOUNS.search(main) or _NOTED.search(main))
