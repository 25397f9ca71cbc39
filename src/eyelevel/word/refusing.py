"""Why a clause is no promise of ours: the words by which people ask, report, offer, refuse, thank and generalise.

Each list answers one question about a clause, in German and English; docs/promises.md names the reasons in plain words.
"""

from __future__ import annotations

import re

from eyelevel.word.listed import any_of, search

# The reader has to do something, or is free to. "Sie können ... ab Montag abholen" is ours: see COLLECTING.
_DUTY = search("""
    bitte | please | kindly | feel free | don't hesitate | do not hesitate
    sie müssen | müssen sie | sie können | können sie | sie sollten | sollten sie | sie dürfen | dürfen sie
    sie brauchen | brauchen sie | möchten sie | sie möchten | sie wollen | wollen sie | du musst | musst du
    du kannst | kannst du | du solltest | du darfst | darfst du | du brauchst | brauchst du | ihr müsst | ihr könnt
    könnt ihr | haben sie noch bis | sie haben bis | haben sie bis | sie haben noch | sie haben ~ zeit
    haben sie ~ zeit | benötigen wir | brauchen wir | wir benötigen | wir brauchen | brauche ich | ich brauche
    würden sie | könnten sie | sind ~ zu | ist ~ zu zahlen | zu entrichten | einzureichen | anzuzeigen | zu ersetzen
    haben sie das recht | vereinbaren sie | wer ~ will | mitbringen müssen | man muss | muss man | someone must
    somebody must | you must | you can | you may | you should not | you need | you have until | you have to
    you could | you might | you are welcome | you're welcome | you'll need | you will need | you will have to
    you'll have to | you will be asked | you'll be asked | you'll be charged | you will be charged | you'll be able
    you will be able | must be | must ~ be | has to be | have to be | we need | we still need | we'll need
    we will need | we'll have to | needs to be | need to | should be in | are responsible for | is responsible for
    you would need | you ought | has to reach | have to reach | must reach | must arrive | schicken sie uns
    senden sie uns | geben sie uns | rufen sie uns | teilen sie uns | schicken sie mir | melden sie uns
""")
# "Ihr Widerspruch muss bis Freitag eingehen": what must be, but not by us.
_MUST = re.compile(
    r"^(?!.*\b(?:wir|ich|we|i)\b).*(?:\b(?:muss|müssen|musst|darf|dürfen|must|has\s+to|have\s+to)\b|(?-i:\bmay\b(?!\s\d)))",
    re.IGNORECASE,
)
_INDIRECT = re.compile(r"^\W*(?:ob|whether)\b", re.IGNORECASE)
_IMPERATIVE = re.compile(
    r"^\W*(?:und\s|and\s|also\s|or\s|oder\s|dann\s|then\s|just\s|einfach\s)?(?:"
    + any_of("""
    make sure | remember to | note that | schicken sie | senden sie | geben sie | rufen sie | melden sie | teilen sie | reichen sie | zahlen sie
    überweisen sie | kommen sie | bringen sie | prüfen sie | lassen sie | warten sie | halten sie | wenden sie
    nutzen sie | schreiben sie | laden sie | legen sie | achten sie | kündigen sie | bewahren sie | werfen sie
    schauen sie | probieren sie | stellen sie | holen sie | sagen sie | nehmen sie | füllen sie | packen sie
    sehen sie | lesen sie | versuchen sie | bleiben sie | unterschreiben sie | planen sie | beachten sie | schick
    sende | gib | ruf uns | melde dich | meld dich | schau | probier | komm | bring | lass | halt | nimm | sag
    schreib uns | send | return | reply | call us | ring us | keep | leave | pay | sign | use | ask | let us
    let me know | tell us | give us | come | check | contact us | email us | write to us | dm | stay | mind | put
    drop it | drop in | pick them | pick it | try | don't | do not | have your | take care | wait | look out
    get in touch | hang up | quote | expect no | grab | collect it | collect them
""")
    + ")",
    re.IGNORECASE,
)
# "die Leiter können Sie ab Montag abholen": it will be ready then, which is ours.
COLLECTING = re.compile(
    r"\b(?:können|kannst)\s(?:sie|du)\b.{0,60}?\bab\s(?!und|zu).{0,60}?\b(?:abholen|nutzen|einloggen|anmelden|online|abrufen|verfügbar)\b"
    r"|\bkönnen\s(?:sie|wir)\b.{0,60}\brechnen\b|\b(?:kann|können)\sab\s.{0,60}\babgeholt\swerden\b|\bcan\sbe\s(?:collected|picked\sup)\b.{0,40}?\bfrom\s+(?:\d|noon|tomorrow|\w+day)"
    r"|\byou\s(?:can|may)\s(?:\w+\s){0,2}(?:collect|pick\w*|use|log\s?in|access|fetch)\b.{0,60}?\bfrom\s+(?:\d|noon|midday|tomorrow|today|now|next|this|on|\w+day)",
    re.IGNORECASE,
)
_HABIT = search("""
    in der regel | üblicherweise | normalerweise | gewöhnlich | grundsätzlich | meist | meistens | im allgemeinen
    im normalfall | im schnitt | im durchschnitt | generell | immer | stets | jeweils | jeden tag | jeden montag
    jeden monat | jeden monats | jede woche | jedes jahr | täglich | wöchentlich | monatlich | durchschnittlich
    typischerweise | erfahrungsgemäß | regelmäßig | für gewöhnlich | beträgt | betragen | liegt bei | liegen bei
    dauert | dauern | alle paar | jederzeit | nach unseren bedingungen | laut satzung | laut unseren | gemäß unseren
    montags | dienstags | mittwochs | donnerstags | freitags | samstags | sonntags | werktags | pro tag | pro monat
    einmal im | einmal pro | zweimal im | jährlich | am tag nach | allgemein | usually | normally | most parcels
    most orders | most customers | most people | most of our | once a | twice a | members | generally | typically
    as a rule | on average | always | every day | every week | every month | every year | every hour | every time
    every thirty | every ten | each day | each week | each month | each year | standard | commonly | tend to
    tends to | takes | it can take | can take | may take | take about | take up to | ordinarily | as standard
    per day | a day | a week for | our policy | our conditions | our terms | policy wording | under our terms
    by law | daily | weekdays | any time | on request
""")
_OFFER = search("""
    wenn sie ~ möchten | falls sie ~ möchten | wenn sie ~ wünschen | falls sie ~ wünschen | wenn sie ~ wollen
    falls sie ~ wollen | wenn sie ~ mögen | wenn du ~ möchtest | wenn du ~ magst | wenn du ~ willst
    falls du ~ möchtest | wenn ihr ~ möchtet | sofern sie ~ wünschen | sofern sie ~ möchten | wenn es ihnen recht
    wenn ihnen das | wenn ihnen ~ passt | wenn gewünscht | falls gewünscht | bei bedarf | sofern gewünscht
    bei interesse | einverstanden sind | auf wunsch | gern können | gerne können | gern kann | gerne kann
    könnten wir | könnte ich | können wir | kann ich | kann ~ ich | würden wir | würde ich | dürfen wir | darf ich
    sollen wir | soll ich | wollen wir | möchten wir | wir können | ich kann | wir könnten | ich könnte | wir würden
    ich würde | wir dürfen | wir schlagen | ich schlage | wir bieten | ich biete | bieten wir | biete ich
    wir empfehlen | empfehle ich | wir hätten | ich hätte | hätten wir | sagen sie einfach | sag einfach
    geben sie ~ bescheid | wäre es | wäre ihnen | if you'd ~ like | if you ~ like | if you would ~ like
    if you wish | if you ~ prefer | if you'd ~ prefer | if you ~ want | if you agree | if you are happy
    if you're happy | if it would help | if it helps | if that helps | if that suits | if that works | if needed
    if required | should you wish | should you want | we can | i can | we could | i could | we would | i would
    we'd be | i'd be | we'd rather | i'd rather | we might | we may | i may | i might | we suggest | i suggest
    we offer | i offer | offering | we propose | i propose | we recommend | could we | could i | can we | can i
    would you | shall we | shall i | happy to | glad to | just say | would thursday | would monday | would tuesday
    would wednesday | would friday
""")
_DENIED = re.compile(
    any_of("""
    kein | keine | keinen | keinem | keiner | keins | nie | niemals | niemand | niemanden | weder | unmöglich
    ausgeschlossen | nirgends | never | cannot | can't | won't | unable | neither | nobody | no one | none
    impossible | no longer
""")
    + r"|\bnicht\b(?!\s+(?:nur|später|mehr\s+als|vergessen))|\bnot\b(?!\s+(?:only|later|forget))|\bno\b(?!\s+(?:later|extra|additional|charge|cost|worries|doubt|question|problem|\d))"
    r"|\w+n['’]t\b|\bnichts\b|\bnothing\b",
    re.IGNORECASE,
)
_COURTESY = search("""
    gern wieder | gerne wieder | gern weiter | gerne weiter | gern zur | gerne zur | gern für sie | gerne für sie
    helfen ~ gern | helfen ~ gerne | helfen wir | behilflich | zur verfügung | zur seite | freuen uns | freue mich
    freut mich | freut uns | freuen wir uns | freu mich | melden uns gern | melden uns gerne | stehen wir
    wir stehen | für sie da | für dich da | für euch da | wünschen | wünsche | danke | danken | dank | bedanken
    entschuldigen | entschuldigung | bedauern | bedauere | tut uns | tut mir | hoffen | hoffe | wir verstehen
    ich verstehe | verstehen wir | verstehe ich | schade | willkommen | melden sie sich | erreichen sie
    sie erreichen | look forward | looking forward | hope to see | we hope | i hope | hope you | hope that | sorry
    apologise | apologize | apologies | apology | thank | thanks | grateful | appreciate | at your disposal
    here for you | here to help | happy to help | glad | understand how | completely understand
    you can reach | best wishes | kind regards
""")
_EFFORT = search("""
    hochdruck | bemühen | bemühe | bemüht | versuche | versuchen | versucht | hoffentlich | arbeiten ~ daran
    arbeite ~ daran | arbeiten an | arbeiten ~ an | arbeiten ab | arbeiten ~ ab | tun alles | setzen alles
    unser bestes | mein bestes | vermutlich | vielleicht | möglicherweise | eventuell | unter umständen | wir planen
    planen wir | ich plane | rechnen wir | rechnen damit | gehen davon aus | gehe davon aus | streben | auf der spur
    dran bleiben | bleiben dran | sind dran | soll wohl | we try | i try | i'm trying | we're trying | we are trying
    we'll try | we will try | i'll try to | trying to | working on | work on it | work on this | aim | aiming
    do our best | do my best | doing our best | hopefully | endeavour | endeavor | strive | perhaps | maybe | might
    plan to | planning to | assume | intend | would hope | looking into why | we're looking into
    we are looking into | investigating | fingers crossed | we're waiting for | we are waiting for | can't say | no eta | hard to say | guess
    anybody's guess
""")
# Somebody who does not work for us decides or acts; further on in the clause he is spoken of ("we'll write to your GP").
AS_SUBJECT = 30  # signs
_OTHERS = re.compile(
    any_of("""
    zoll | zollamt | der zoll | gericht | amtsgericht | das gericht | ihre bank | deine bank | eure bank
    ihre hausbank | ihrer bank | ihre eigene bank | die bank des empfängers | bank des empfängers
    ihre versicherung | deine versicherung | ihre krankenkasse | deine krankenkasse | ihre kasse | finanzamt
    das finanzamt | polizei | die polizei | jobcenter | standesamt | grundbuchamt | bundesbank | hersteller
    der hersteller | netzbetreiber | flughafengesellschaft | gewerkschaft | ihr arbeitgeber | ihr vermieter
    ihre vermieterin | die gegnerische versicherung | gegenseite | der gesetzgeber | die behörde
    der lieferant will | anbieter | der verkäufer | ihr arzt | ihr anwalt | ihr bisheriger | ihr alter anbieter
    customs | the court | court | your bank | your own bank | your insurer | your insurance | your landlord
    your employer | your card issuer | the police | the manufacturer | the authorities | the tax office | hmrc
    the land registry | land registry | airport authority | the union | the other driver | the other side
    the insurer of the other | your card provider | your old provider | your current provider | your gp
    your doctor | your solicitor | the marketplace | the seller | the airport | amazon | royal mail says
    the electoral office | arbeitsagentur | die auszahlung durch | agentur für arbeit | rentenversicherung
    krankenkasse | employment office | the employment office | pension fund | the insurer | the government
    parliament | sie will | er will | will sich | kunde will | kundin will | cust to decide | customer to decide
    je nach bank | depending on your bank | je nach hausbank
"""),
    re.IGNORECASE,
)
# A state, a rule or an event for everybody: opening hours, closures, timetables, validity, prices, public events.
_STATIC = search("""
    kann es | es kann | derzeit | zurzeit | momentan | currently | at the moment | im angebot | solange der vorrat | garantie auf | zwei jahre garantie | jahre garantie | mutterschutz | elternzeit | im ruhestand | krankgeschrieben | ist der 1* | ist der 2* | ist der 3*
    on offer | on sale | while stocks last | guarantee | maternity leave | on holiday | a holiday | runs out | run out | is the 1* | is the 2* | is the 3* | frost | meets on the | first monday of | first tuesday of | last friday of
    geöffnet | geschlossen | öffnungszeiten | erreichbar | sprechzeiten | sprechstunde | gültig | gilt | gelten
    bleibt | bleiben | haltbar | öffnen | öffnet | schließt | schließen ~ filiale | schließen wir | verkehrt
    fährt der | fährt die | läuft ~ aus | läuft ~ ab | endet | enden | läuft noch bis | *frist | frist | kostet
    kosten | preise | der preis | ferien | betriebsferien | feiertag | feiertage | feiertagen | urlaub
    kündigungsfrist | widerrufsfrist | mindestlaufzeit | anmeldeschluss | einsendeschluss | annahmeschluss
    verkaufsoffen | tag der offenen | findet ~ statt | finden ~ statt | fällt aus | fallen aus | hat ~ auf
    hat ~ zu | haben ~ zu | abgestellt | abgeschaltet | ist ~ möglich | sind ~ möglich
    ist innerhalb ~ tagen möglich | möglich ist | is possible | are possible | only possible | verlängert sich
    verlängern sich | erneuert sich | umstellung auf sommerzeit | fahrplan | nachtbusse | führungen | eintritt
    sperrung | gesperrt | lieferbar | angemeldet | vorgemerkt | tritt ~ in kraft | treten ~ in kraft | konzert
    vorstellung | einlass | parken | parkplatz | im büro | der zug | der bus | die fähre fährt
    sommerfest | zieht ~ um | jubiläum | fest beginnt | verfällt | verfallen | rückt auf | erhoben werden | lag bei
    widerspruch ~ werden | unberücksichtigt | ausverkauft | steht vor der tür | stehen in den sternen | bar zahlen
    abgebucht | belastet | opening hours | we're open | we are open | open from | open on | open until | open daily
    open monday | are open | is open | opens | reopens | closed | closes | valid | remains | remain | stays | stay
    expire | expires | runs until | run until | runs from | runs every | run every | runs on | timetable applies | to timetable | prices
    costs | applies on | sale starts | sale begins | sale ends | takes place | take place | is held | are held
    be held at | lasts | last admission | in stock | signed up | enrolled | you reach | come into force
    comes into force | school starts | term starts | parking | on leave | the train | the bus | the ferry leaves
    doors open | in the office | tenancy ends | contract runs | bank holiday | ticket office | check-in | check-out
    checkout | deadline | notice period | renews itself | renew themselves | rises by | go up | goes up | lose their
    lapse | lapses | in time for christmas | be closed | is shut | are shut | at the office | are taken
    is taken from | are answered | members get | harvest supper | autumn sale | supper | concert | fair is
    class is | the course is | match is | meeting is | festival | late returns | delivery takes | express arrives
    covers | entitled | is allowed | are carried out by | be lodged | in the lid
""")
# The reader's own date on our premises.
_APPOINTMENT = re.compile(
    r"\b(?:ihr|dein|euer|ihren|deinen)\s+(?:\w*termin\b|kurs\b|flug\b|untersuchung|reservierung|tisch)(?!.{0,60}\b(?:mail|schick|send|bestätig|teil|geb|nenn|verschieb|nachhol)\w*)"
    r"|\b(?:haben|hast|habt)\s+(?:sie|du|ihr)\b.{0,60}\btermin\b|\b(?:sie|du|ihr)\s+(?:haben|hast|habt)\b.{0,60}\btermin\b|\bwerden\s+sie\s+bei\s+uns\b"
    r"|\byour\s+(?:\w+\s+)?(?:appointment|class|lesson|flight|check-?up|reservation|booking|table|room)\s+(?:\w+\s+){0,3}?(?:is|starts|begins|(?:at|on)\s+(?:\d|\w+day))\b|\byou(?:['’]re|\s+are)\s+(?:booked|down|due)\s+(?:in|for|at)\b"
    r"|\byou\s+have\s+an?\s+(?:\w+\s+)?appointment\b|(?<!will\s)\bsee\s+you\b(?!.{0,40}\b(?:home|place|flat|house)\b)",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    any_of("""
    es komme | es kämen | sagte ihnen | sagte dir | steht auf seite | it says on | it says in | said someone | said that | would come
    sie schrieben | sie schreiben | sie fragten | sie fragen | sie baten | sie wollten | du hattest gefragt
    hatten ~ versprochen | hatten ~ zugesagt | hatten ~ angekündigt | hatten ihnen | hatte ihnen
    haben ~ versprochen | eigentlich | war ~ zugesagt | war ~ versprochen | war ~ geplant | wie angekündigt
    hieß es | stand in | laut eigener | laut auskunft | laut anbieter | laut dhl | laut hersteller
    laut sendungsverfolgung | laut lieferant | soll ~ kommen | sollen ~ kommen | according to | you wrote
    you asked whether | you said | you mentioned | was supposed | were supposed | should have been | should have arrived
    was promised | were promised | were told | had promised | had said | has told us | we promised | i promised
    we said | we told you | i told you | said it | says it | say they | per my last | originally
""")
    + r"|\bsollten?\s+(?:\w+\s+){0,4}(?:bereits|schon|eigentlich)\b",
    re.IGNORECASE,
)
_TO_YOU = re.compile(r"^\W*\w+\s+sie\b", re.IGNORECASE)  # "geben Sie ..."
_AS_WE_CAN = re.compile(r"\bas\s+\w+\s+as\s+(?:we|i)\s+(?:possibly\s+)?can\b|\bso\s+(?:schnell|rasch|bald|gut)\s+(?:es|wir|ich)\s+(?:geht|können|kann)\b", re.IGNORECASE)  # fmt: skip
_REASONS = (
    ("a duty of the reader", _MUST), ("a question", _INDIRECT), ("a duty of the reader", _DUTY), ("a duty of the reader", _IMPERATIVE), ("a habit or a rule", _HABIT), ("an offer", _OFFER),
    ("a refusal", _DENIED), ("a courtesy", _COURTESY), ("an effort", _EFFORT), ("somebody else's act", _OTHERS),
    ("a state or an event", _STATIC), ("the reader's appointment", _APPOINTMENT), ("a report", _REPORTED),
)  # fmt: skip
_PAST = re.compile(
    r"(?<!\bbe )(?<!\bget )(?<!\bgets )(?<!\bbeing )(?<!\bis )(?<!\bare )"
    + any_of("""
    wurde | wurden | war | waren | wollte | wollten | musste | mussten | kam | kamen | ging | gingen | rief | riefen
    schrieb | schrieben | schickte | schickten | meldete | meldeten | gestern | vorgestern | bereits | schon am
    schon im | schon seit | seit | stammt | stammte | gab | hatte | hatten | hätte | hätten | was | were | had | did
    went | sent | came | called | told | arrived | received | shipped | paid | posted | refunded | yesterday
    already | ago | gave | left | wrote | found
"""),
    re.IGNORECASE,
)
_PERFECT = re.compile(
    r"\b(?:haben?|hat|habt|hast)\b(?=.{0,300}\b(?:\w*ge[a-zäöü]{2,}(?:t|en)|\w+(?:iert|stattet|sandt|wiesen|halten|kommen|nommen|sprochen|schrieben|zahlt|stellt|anlasst|fahren|sucht|rufen|bucht|legt|setzt))\b)"
    r"|\b(?:haben?|hat|habt|hast)\b.{0,300}\b(?:be|er|ver|ent)[a-zäöü]{3,}(?:t|en)\W*$"
    r"|\b(?:ist|sind|bist)\b(?=.{0,300}\b(?:worden|eingegangen|angekommen|abgeschlossen|eingetroffen|geschehen|passiert|zurückgekommen|gespeichert|bestätigt|notiert|gemeldet|aufgenommen|ausgeliehen|storniert)\b)"
    r"|\b(?:have|has|['’]ve)\s+(?:\w+\s+){0,2}?(?:\w+ed|sent|paid|put|made|done|gone|been|told|given|taken|got|left|written|found|sold|set)\b",
    re.IGNORECASE,
)


def reason(words: str, main: str, *, goes_on: bool = False) -> str:
    """Why this clause is no promise, or "". `main` is the clause without its condition: "falls es nicht reicht" refuses nothing."""
    words, main = _AS_WE_CAN.sub(" ", words), _AS_WE_CAN.sub(" ", main)
    ours = bool(COLLECTING.search(words))
    for why, pattern in _REASONS:
        if (ours and why == "a duty of the reader") or (
            goes_on and pattern is _IMPERATIVE and not _TO_YOU.search(main)
        ):
            continue
        found = pattern.search(words if why == "an offer" else main)
        if found and not (pattern is _OTHERS and found.start() > AS_SUBJECT):
            return why
    return ""


def is_past(main: str) -> bool:
    return bool(_PAST.search(main) or _PERFECT.search(main))
