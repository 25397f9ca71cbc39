"""Words that carry no matter of their own, German and English, folded. Everybody uses them in every answer."""

from __future__ import annotations

SMALL = frozenset(
    "aber alle allem allen aller alles als also am an auch auf aus bei beim bereits bin bis bitte da dabei dadurch dafuer"
    " daher damit danach dann daran darauf darueber das dass davon dazu dein deine deinen deiner dem den denen denn der deren"
    " des deshalb dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines"
    " einige einmal er es etwas euch euer fuer gegen gerade gern gerne habe haben hat hatte hatten hier hiermit ich ihm ihn"
    " ihnen ihr ihre ihrem ihren ihrer ihres im in ins inzwischen ist ja jede jedem jeden jeder jedes jedoch jetzt kann kein"
    " keine keinen koennen konnte man mehr mein meine meinem meinen meiner mich mir mit moechte moechten muessen nach nicht"
    " noch nun nur ob oder ohne per schon sehr sein seine seinem seinen seiner seit sich sie sind so sobald sofern solche"
    " sollte sollten somit sondern um und uns unser unsere unserem unseren unserer unter viel viele vielen vom von vor waere"
    " war waren was weil weitere weiteren weiterhin welche wenn werde werden wie wieder wir wird wo wollen worden wuerde"
    " wuerden wurde wurden zu zum zur zwar zwischen"
    " a about after all also am an and any are as at be because been before but by can could did do does for from had has"
    " have he her here hers him his how i if in into is it its just like may me might more most must my no not now of off on"
    " once one only or other our ours out over please shall she should so some such than that the their them then there"
    " these they this those through to too under until up us very was we were what when where whether which while who will"
    " with within would you your yours i'm we'll we're you're it's don't".split()
)
