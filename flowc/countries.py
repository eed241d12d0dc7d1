"""Countries by the two letters of ISO 3166-1, and how their numbers are dialled.

The table is data of others: letters and names are those of `iso3166.tab` in the tz database 2026f (ISO 3166-1 as of
2024-02-29; public domain), calling codes and national prefixes those of libphonenumber 9.0.43 (metadata of 2026). Names
are the usual English ones. What a call's numbers are read by is the platform's own; the codes here are for whoever
plays the platform.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from flowc.suggest import meant_word, nearest


class Country(NamedTuple):
    """`calling_code` is empty where nobody has a number of its own; `national_prefix` where numbers have none."""

    name: str
    calling_code: str
    national_prefix: str


_OTHER_LETTERS = {
    **dict.fromkeys(("uk", "gbr", "england", "scotland", "wales", "great britain", "united kingdom"), "gb"),
    **dict.fromkeys(("usa", "america", "u.s.", "u.s.a."), "us"),
    **dict.fromkeys(("deu", "ger", "deutschland"), "de"),
    **dict.fromkeys(("aut", "österreich", "oesterreich"), "at"),
    **dict.fromkeys(("che", "sui", "schweiz", "suisse"), "ch"),
    **dict.fromkeys(("esp", "españa"), "es"),
    **dict.fromkeys(("nld", "holland", "the netherlands"), "nl"),
    "el": "gr",
    "can": "ca",
    "fra": "fr",
    "ita": "it",
    "swe": "se",
    "dnk": "dk",
    "pol": "pl",
    "mex": "mx",
    "bra": "br",
    "aus": "au",
    "ind": "in",
    "jpn": "jp",
    "jp-jp": "jp",
}
"""What people write who mean a country."""
EXAMPLE = "write the two letters of ISO 3166, for example `de`"


@cache
def countries() -> dict[str, Country]:
    """All, by their letters in lower case."""
    found = {}
    for line in _TABLE.strip().splitlines():
        letters, code, prefix, name = line.split(maxsplit=3)
        found[letters] = Country(name, code.replace("-", ""), prefix.replace("-", ""))
    return found


def has_numbers(letters: str) -> bool:
    """Whether there is such a country, with numbers to be read."""
    found = countries().get(letters)
    return found is not None and found.calling_code != ""


def instead(written: str) -> str:
    """A hint for what is no country whose numbers can be read: the letters that were meant, or what they look like."""
    plain = " ".join(written.split()).lower()
    known = countries()
    if plain in known and not known[plain].calling_code:
        return f"nobody has a number of {known[plain].name}: {EXAMPLE}"
    if plain not in known:
        plain = _OTHER_LETTERS.get(plain, "") or _named(plain)
    return meant_word(plain) if has_numbers(plain) else EXAMPLE


def _named(plain: str) -> str:
    """The letters of the country that is called like this, or nearly so; empty if none is."""
    by_name = {country.name.lower(): letters for letters, country in countries().items()}
    if plain in by_name:
        return by_name[plain]
    near = nearest(plain, [name for name in by_name if name[:1] == plain[:1]]) if len(plain) > 3 else None
    return by_name.get(near or "", "")


_TABLE = """
ad 376 - Andorra
ae 971 0 United Arab Emirates
af 93 0 Afghanistan
ag 1 1 Antigua & Barbuda
ai 1 1 Anguilla
al 355 0 Albania
am 374 0 Armenia
ao 244 - Angola
aq - - Antarctica
ar 54 0 Argentina
as 1 1 Samoa (American)
at 43 0 Austria
au 61 0 Australia
aw 297 - Aruba
ax 358 0 Åland Islands
az 994 0 Azerbaijan
ba 387 0 Bosnia & Herzegovina
bb 1 1 Barbados
bd 880 0 Bangladesh
be 32 0 Belgium
bf 226 - Burkina Faso
bg 359 0 Bulgaria
bh 973 - Bahrain
bi 257 - Burundi
bj 229 - Benin
bl 590 0 St Barthelemy
bm 1 1 Bermuda
bn 673 - Brunei
bo 591 0 Bolivia
bq 599 - Caribbean NL
br 55 0 Brazil
bs 1 1 Bahamas
bt 975 - Bhutan
bv - - Bouvet Island
bw 267 - Botswana
by 375 8 Belarus
bz 501 - Belize
ca 1 1 Canada
cc 61 0 Cocos (Keeling) Islands
cd 243 0 Congo (Dem. Rep.)
cf 236 - Central African Rep.
cg 242 - Congo (Rep.)
ch 41 0 Switzerland
ci 225 - Côte d'Ivoire
ck 682 - Cook Islands
cl 56 - Chile
cm 237 - Cameroon
cn 86 0 China
co 57 0 Colombia
cr 506 - Costa Rica
cu 53 0 Cuba
cv 238 - Cape Verde
cw 599 - Curaçao
cx 61 0 Christmas Island
cy 357 - Cyprus
cz 420 - Czech Republic
de 49 0 Germany
dj 253 - Djibouti
dk 45 - Denmark
dm 1 1 Dominica
do 1 1 Dominican Republic
dz 213 0 Algeria
ec 593 0 Ecuador
ee 372 - Estonia
eg 20 0 Egypt
eh 212 0 Western Sahara
er 291 0 Eritrea
es 34 - Spain
et 251 0 Ethiopia
fi 358 0 Finland
fj 679 - Fiji
fk 500 - Falkland Islands
fm 691 - Micronesia
fo 298 - Faroe Islands
fr 33 0 France
ga 241 - Gabon
gb 44 0 Britain (UK)
gd 1 1 Grenada
ge 995 0 Georgia
gf 594 0 French Guiana
gg 44 0 Guernsey
gh 233 0 Ghana
gi 350 - Gibraltar
gl 299 - Greenland
gm 220 - Gambia
gn 224 - Guinea
gp 590 0 Guadeloupe
gq 240 - Equatorial Guinea
gr 30 - Greece
gs - - South Georgia & the South Sandwich Islands
gt 502 - Guatemala
gu 1 1 Guam
gw 245 - Guinea-Bissau
gy 592 - Guyana
hk 852 - Hong Kong
hm - - Heard Island & McDonald Islands
hn 504 - Honduras
hr 385 0 Croatia
ht 509 - Haiti
hu 36 06 Hungary
id 62 0 Indonesia
ie 353 0 Ireland
il 972 0 Israel
im 44 0 Isle of Man
in 91 0 India
io 246 - British Indian Ocean Territory
iq 964 0 Iraq
ir 98 0 Iran
is 354 - Iceland
it 39 - Italy
je 44 0 Jersey
jm 1 1 Jamaica
jo 962 0 Jordan
jp 81 0 Japan
ke 254 0 Kenya
kg 996 0 Kyrgyzstan
kh 855 0 Cambodia
ki 686 0 Kiribati
km 269 - Comoros
kn 1 1 St Kitts & Nevis
kp 850 0 Korea (North)
kr 82 0 Korea (South)
kw 965 - Kuwait
ky 1 1 Cayman Islands
kz 7 8 Kazakhstan
la 856 0 Laos
lb 961 0 Lebanon
lc 1 1 St Lucia
li 423 0 Liechtenstein
lk 94 0 Sri Lanka
lr 231 0 Liberia
ls 266 - Lesotho
lt 370 0 Lithuania
lu 352 - Luxembourg
lv 371 - Latvia
ly 218 0 Libya
ma 212 0 Morocco
mc 377 0 Monaco
md 373 0 Moldova
me 382 0 Montenegro
mf 590 0 St Martin (French)
mg 261 0 Madagascar
mh 692 1 Marshall Islands
mk 389 0 North Macedonia
ml 223 - Mali
mm 95 0 Myanmar (Burma)
mn 976 0 Mongolia
mo 853 - Macau
mp 1 1 Northern Mariana Islands
mq 596 0 Martinique
mr 222 - Mauritania
ms 1 1 Montserrat
mt 356 - Malta
mu 230 - Mauritius
mv 960 - Maldives
mw 265 0 Malawi
mx 52 - Mexico
my 60 0 Malaysia
mz 258 - Mozambique
na 264 0 Namibia
nc 687 - New Caledonia
ne 227 - Niger
nf 672 - Norfolk Island
ng 234 0 Nigeria
ni 505 - Nicaragua
nl 31 0 Netherlands
no 47 - Norway
np 977 0 Nepal
nr 674 - Nauru
nu 683 - Niue
nz 64 0 New Zealand
om 968 - Oman
pa 507 - Panama
pe 51 0 Peru
pf 689 - French Polynesia
pg 675 - Papua New Guinea
ph 63 0 Philippines
pk 92 0 Pakistan
pl 48 - Poland
pm 508 0 St Pierre & Miquelon
pn - - Pitcairn
pr 1 1 Puerto Rico
ps 970 0 Palestine
pt 351 - Portugal
pw 680 - Palau
py 595 0 Paraguay
qa 974 - Qatar
re 262 0 Réunion
ro 40 0 Romania
rs 381 0 Serbia
ru 7 8 Russia
rw 250 0 Rwanda
sa 966 0 Saudi Arabia
sb 677 - Solomon Islands
sc 248 - Seychelles
sd 249 0 Sudan
se 46 0 Sweden
sg 65 - Singapore
sh 290 - St Helena
si 386 0 Slovenia
sj 47 - Svalbard & Jan Mayen
sk 421 0 Slovakia
sl 232 0 Sierra Leone
sm 378 - San Marino
sn 221 - Senegal
so 252 0 Somalia
sr 597 - Suriname
ss 211 0 South Sudan
st 239 - Sao Tome & Principe
sv 503 - El Salvador
sx 1 1 St Maarten (Dutch)
sy 963 0 Syria
sz 268 - Eswatini (Swaziland)
tc 1 1 Turks & Caicos Is
td 235 - Chad
tf - - French S. Terr.
tg 228 - Togo
th 66 0 Thailand
tj 992 - Tajikistan
tk 690 - Tokelau
tl 670 - East Timor
tm 993 8 Turkmenistan
tn 216 - Tunisia
to 676 - Tonga
tr 90 0 Turkey
tt 1 1 Trinidad & Tobago
tv 688 - Tuvalu
tw 886 0 Taiwan
tz 255 0 Tanzania
ua 380 0 Ukraine
ug 256 0 Uganda
um - - US minor outlying islands
us 1 1 United States
uy 598 0 Uruguay
uz 998 - Uzbekistan
va 39 - Vatican City
vc 1 1 St Vincent
ve 58 0 Venezuela
vg 1 1 Virgin Islands (UK)
vi 1 1 Virgin Islands (US)
vn 84 0 Vietnam
vu 678 - Vanuatu
wf 681 - Wallis & Futuna
ws 685 - Samoa (western)
ye 967 0 Yemen
yt 262 0 Mayotte
za 27 0 South Africa
zm 260 0 Zambia
zw 263 0 Zimbabwe
"""
"""Letters, calling code, national prefix, name; `-` is none."""
