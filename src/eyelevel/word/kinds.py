"""What is promised, by the words of the clause."""

from __future__ import annotations

import re
from typing import Literal

from eyelevel.word.listed import search

Kind = Literal[
    "call_back", "reply", "deliver", "send_document", "refund", "repair", "decide", "visit", "other"
]

# In the order of their weight: the first list that knows a word of the clause names the kind.
_CALL = search("""
    rr | cb | rückruf | rückrufe | anruf | anrufen | zurückrufen | zurückruft | zurückgerufen | angerufen
    anzurufen | telefonieren | telefonisch | telefonat | ruft | rufe | rufen | ruf | durchrufen | klingeln | call
    calls | calling | called | phone | phones | ring | rings | ringing | callback | call back | give you a bell
    try him again | try her again | try them again | try your mobile
""")
_SURELY_ANSWER = search("""
    meldet sich | melden uns | melde mich | meldet ~ sich | melden wir uns | melde ich mich | geben ~ bescheid
    gibt ~ bescheid | gebe ~ bescheid | geb ~ bescheid | sag ~ bescheid | in verbindung | in touch | get back to you
    come back to you | let you know | update you | keep you posted | hear from us | hear from me | teilt ~ mit
    teilen wir ~ mit | teilen ihnen ~ mit
""")
_SURELY_DELIVERY = search("""
    geliefert | liefern | liefert | liefere | lieferung | nachlieferung | ersatzlieferung | paket | abholbereit
    zur abholung | abholen können | können sie ~ abholen | deliver | delivers | delivered | delivery | parcel
    ready to collect | ready for collection | to collect from | in den briefkasten | zugestellt | versendet
    verschickt | ships | shipped | dispatched
""")
_MONEY = search("""
    erstatte* | erstattung* | überweis* | überwies* | auszahl* | ausgezahlt | zahlen | zahlt | rückzahl*
    zurückgezahlt | zurückzahl* | gutschr* | gutgeschrieben | geld | guthaben* | konto | vergüt* | betrag
    rückerstatt* | zurücküberw* | restbetrag | nachschlag | rate | entschädig* | kaution* | bonus | verrechn*
    mindern | erlass* | rabatt* | nachlass | zuschuss | *geld | buchen ~ zurück | bucht ~ zurück | zurückgebucht
    zurück bekommen | euro | eur | differenz* | rechnen ~ an | schenken | refund* | reimburs* | credit* | money
    pay | pays | paid | pay* back | compensat* | deposit | transfer* | payment | payout | waiv* | discount | grant
    knock | off your | back pay | overcharge | write off | per cent | % | £* | €*
""")
_DECISION = search(
    "entscheid* | entschied* | beschlossen | beschließ* | beschieden | zusage oder | einstuf* | eingestuft | decid* | decision | make up our minds | rule on | announce the winner | verdict"
)
_REPAIR = search("""
    repar* | behoben | beheb* | beseitig* | störung | entstör* | instand | instandsetz* | funktionier*
    läuft ~ wieder | läuft wieder | wieder ~ läuft | läuft | wieder ~ online | wieder ~ frei | freischalten
    entsperrt | entsperren | wieder ~ warm | ausgebessert | wiederhergestellt | abdichten | dichtet | dicht
    gewartet | wartung | tauscht ~ scheibe | eingedeckt | versorgt | wieder ~ sauber | schalten ~ frei | wieder ~ an
    fix* | repair* | restor* | back on | back online | back up | up and running | running again | working again
    mend* | sorted | rewiring | resurfac* | patched | plasterer | will be back within | cleared | filled
""")
_VISIT = search("""
    vorbei | vorbeikomm* | techniker | technikerin | monteur | monteurin | installateur | elektriker | elektrikerin
    klempner | gutachter | gutachterin | handwerker | besuch* | hausbesuch | vor ort | kommt zu ihnen | abgeholt
    abholen | abholung | holen ~ ab | holt ~ ab | kommt ~ zu ihnen | nehmen ~ mit | nimmt ~ mit | kommt | komme
    kommen wir | steht ~ vor der tür | tauschen ~ zähler | kältetechniker | montage | abschlepper | maler
    notdienst ~ da | schauen uns | sehen sich | hol ~ ab | hole ~ ab | nehmen ~ auf | schauen ~ an | schauen wir uns
    see you on | heizungsbauer | engineer | engineers | technician | technicians | visit* | pick it up | pick up
    picks up | collect | collects | collected | come by | come round | comes round | coming round | stop by
    drop by | swing by | at your door | your door | your flat | plumber | electrician | surveyor | glazier | crew
    patrol | be with you | see you at | measure up | fitter | vet | arborist | come out | out to you | joiner
    adjuster
""")
_DOCUMENT = search("""
    rechnung* | vertrag | vertrags* | *vertrag | bescheinigung* | etikett* | label | code | zugangsdaten | brief
    schreiben wir ihnen | unterlagen | zeugnis | urkunde* | *urkunde | bestätigung* | formular* | dokument* | police
    angebot* | *abrechnung | quittung* | bescheid | *bescheid | protokoll* | befund* | kopie | *schein | anleitung*
    gebrauchsanweisung | auskunft | *auskunft | voucher | gutschein* | key | zusage schicken | stellungnahme
    mietvertrag | link | passwort | pin | freigabe | probeabzug | invoice* | contract* | certificate* | permit*
    letter* | access data | document* | receipt* | statement* | paperwork | quote | login | copy | copies
    in writing | forms | lease | tenancy | deed | papers | pack | payslip* | bill | results sheet | password
    reference | welcome pack | credit note | written report | x-ray | minutes | policy | schedule
""")
_DELIVERY = search("""
    liefer* | versand* | versend* | verschick* | schick* | paket* | päckchen | zustell* | abholbereit | bei ihnen
    ersatz* | ware | schlüssel* | *schlüssel | karte* | *karte | geht ~ raus | geht ~ in die post | bereit | post
    trifft ~ ein | händigen | tauschen ~ um | abholen | bringt | bringen | deliver* | ship* | parcel* | arriv*
    ready for | ready to | with you | dispatch* | replacement* | replace | collect* | package* | order*
    in the post | posts | posting | keys | card | fob | drop ~ off | send* | courier | back to you | goes out
    get to you | remaking | leaves | leave | tauschen ~ pfanne | tauschen ~ gerät | bring* | leihwagen | fresh
""")
_ANSWER = search("""
    meld* | antwort* | rückmeldung | bescheid | informier* | nachricht* | status | mail* | schreib* | hören | hört
    benachrichtig* | auf dem laufenden | in verbindung | wissen sie | teilt ~ mit | teilen ~ mit | gibt ~ durch
    geben ~ durch | zusage | reply | replies | answer* | get back | come back to you | update* | let you know
    hear from | hear | write | respond | inform* | notif* | in touch | contact* | message* | text | email | e-mail
    tell you | drop you a line | confirm* | photo | know
""")
_BY_POST = search(
    "email | e-mail | maile* | in writing | schriftlich | leave a | schick* | send* | zusend* | post | posted | mail* | maile | zu | erhalten | bekommen | receive | get | have | be with you | reach you | goes out | issue* | verschick* | stell* | available | verfügbar | erstell* | fertig | schreiben | liegt | follows | will be | ausgestellt"
)


# In this order; a word of delivery that also names a document is a document sent.
_RULES: tuple[tuple[Kind, tuple[re.Pattern[str], ...]], ...] = (
    ("call_back", (_CALL,)), ("decide", (_DECISION,)), ("reply", (_SURELY_ANSWER,)), ("send_document", (_DOCUMENT, _BY_POST)), ("deliver", (_SURELY_DELIVERY,)),
    ("refund", (_MONEY,)), ("repair", (_REPAIR,)), ("visit", (_VISIT,)), ("deliver", (_DELIVERY,)), ("reply", (_ANSWER,)),
)  # fmt: skip


def kind_of(words: str) -> Kind:
    """The kind of a promise; "other" where no list knows a word of it."""
    return next((kind for kind, patterns in _RULES if all(one.search(words) for one in patterns)), "other")
