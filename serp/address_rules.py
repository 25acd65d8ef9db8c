"""The lists that `addresses` works by: tracking parameters, mobile hosts, AMP marks, redirect wrappers, shared hosts."""

from __future__ import annotations

from typing import NamedTuple

TRACKING_PREFIXES: tuple[str, ...] = ("utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "amp_")
# fmt: off
TRACKING_PARAMETERS: frozenset[str] = frozenset({
    # Search and advertising clicks.
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "msclkid",
    "yclid", "ysclid", "ymclid", "_openstat", "srsltid", "ved", "s_kwcid", "ef_id", "bd_vid",
    # Social networks.
    "fbclid", "twclid", "ttclid", "li_fat_id", "igshid", "igsh", "epik", "rdt_cid", "sccid",
    # Mail, analytics and affiliate systems.
    "mc_cid", "mc_eid", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking",
    "mkt_tok", "vero_id", "oly_anon_id", "oly_enc_id", "_ga", "_gl", "_gac", "_ke", "xtor",
    "ncid", "cmpid", "wt_mc", "irclickid", "wickedid", "rb_clickid", "spm", "guccounter",
    "guce_referrer", "guce_referrer_sig", "_branch_match_id", "_branch_referrer",
})
# fmt: on
"""Names in lower case. `ref`, `source`, `from` and `id` stay: too many sites choose a page by them."""

MOBILE_LABELS: frozenset[str] = frozenset({"www", "m", "mobile", "amp"})
"""Host labels left of the registrable domain that show the same page for another device."""

AMP_SEGMENTS: frozenset[str] = frozenset({"amp"})
AMP_ENDINGS: tuple[str, ...] = (".amp.html", ".amp")
AMP_PARAMETERS: dict[str, frozenset[str]] = {
    "amp": frozenset({"", "1", "true", "yes"}),
    "_amp": frozenset({"", "1", "true"}),
    "outputtype": frozenset({"amp"}),
    "output": frozenset({"amp"}),
}


class Wrapper(NamedTuple):
    """A redirect page: `host` as a host or a registrable domain ("google.*": any of Google's), the
    path it stands at, and the parameters that may hold the wrapped address."""

    host: str
    path: str
    parameters: tuple[str, ...]


WRAPPERS: tuple[Wrapper, ...] = (
    Wrapper("google.*", "/url", ("q", "url")),
    Wrapper("google.*", "/imgres", ("imgrefurl",)),
    Wrapper("bing.com", "/ck/a", ("u",)),
    Wrapper("duckduckgo.com", "/l", ("uddg",)),
    Wrapper("yandex.*", "/clck/jsredir", ("url",)),
    Wrapper("l.facebook.com", "/l.php", ("u",)),
    Wrapper("lm.facebook.com", "/l.php", ("u",)),
    Wrapper("l.instagram.com", "/", ("u",)),
    Wrapper("youtube.com", "/redirect", ("q",)),
    Wrapper("out.reddit.com", "/", ("url",)),
    Wrapper("away.vk.com", "/away.php", ("to",)),
)
"""Baidu's `/link?url=` is not here: its value is encrypted, so the wrapper itself is the address."""

PATH_WRAPPERS: tuple[tuple[str, str], ...] = (
    ("r.search.yahoo.com", r"/RU=([^/]+)/"),
    ("clck.yandex.*", r"/redir/.*\*(.+)$"),
)
"""Wrappers that keep the address inside the path: host, and a pattern with the address as its group."""

# fmt: off
SHARED_HOSTS: tuple[str, ...] = (
    "wordpress.com", "medium.com", "substack.com", "tumblr.com", "livejournal.com", "weebly.com",
    "typepad.com", "ghost.io", "tripod.com", "over-blog.com", "tistory.com", "webnode.com",
    "jimdosite.com", "pixnet.net", "zendesk.com", "helpscoutdocs.com",
)
# fmt: on
"""Hosts whose subdomains belong to different people, and which the public suffix list does not name."""
