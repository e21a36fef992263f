"""The page where WeCom sends a browser on to an app's page with a code (page 91022).

WeCom knows who holds the phone; here whoever looks chooses.
"""

import secrets
from html import escape
from urllib.parse import urlencode, urlsplit

from wecom.sandbox.company import Company

PATH = "/connect/oauth2/authorize"
LIFE = 300
_SHOWN = 30
_HTML = [
    ("Content-Type", "text/html; charset=UTF-8"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ("Referrer-Policy", "no-referrer"),
]
_STYLE = (
    "body{font:16px/1.6 sans-serif;margin:0 auto;max-width:24rem;padding:1rem}"
    "a{display:block;padding:.6rem 0;border-bottom:1px solid #ddd;color:#0f6fde;text-decoration:none}"
)


def page(company: Company, query: dict[str, str]) -> tuple[str, list[tuple[str, str]], bytes]:
    """A link for each member that the app sees; it leads back with a code of that member's."""
    back, agent = query.get("redirect_uri", ""), query.get("agentid", "")
    app = company.apps.get(int(agent)) if agent.isdecimal() else None
    if query.get("appid") != company.corpid or app is None or urlsplit(back).scheme not in ("http", "https"):
        return "400 Bad Request", _HTML, b"<!doctype html><p>50001 redirect_uri, appid or agentid</p>"
    with company.lock:
        working = [one for one in company.employees.values() if one.left_at is None and company.sees(app, one)]
        # Those with customers first: they have something to look at.
        working.sort(key=lambda one: -len(company.follows.get(one.userid, {})))
        links = [
            f'<li><a href="{escape(_way(company, one.userid, app.agent_id, back, query))}">{escape(one.name)}</a></li>'
            for one in working[:_SHOWN]
        ]
    html = (
        "<!doctype html><html lang=zh><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>WeCom sandbox</title><style>{_STYLE}</style><h1>以谁的身份打开？ / As whom?</h1>"
        f"<ul style='list-style:none;padding:0'>{''.join(links)}</ul>"
    )
    return "200 OK", _HTML, html.encode()


def _way(company: Company, userid: str, agent_id: int, back: str, query: dict[str, str]) -> str:
    code = secrets.token_urlsafe(16)
    company.entries[code] = (userid, agent_id, company.clock.now() + LIFE)
    mark = "&" if urlsplit(back).query else "?"
    return f"{back}{mark}{urlencode({'code': code, 'state': query.get('state', '')})}"
