# SPDX-License-Identifier: Apache-2.0
"""The shop's HTML."""
from .http import Answer, escape

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Harbour Supply</title>
<link rel="stylesheet" href="/static/shop.css">
</head>
<body>
<header>
<a class="brand" href="/">Harbour Supply</a>
<form class="search" action="/search"><input name="q" placeholder="Search the shop" aria-label="Search">
<button>Search</button></form>
<nav><a href="/cart">Cart</a><a href="/services">Services</a><a href="/staff">Staff</a><a href="/login">Sign in</a></nav>
</header>
<main>
{content}
</main>
<footer>A demonstration shop. It is vulnerable on purpose and answers on loopback addresses only.</footer>
</body>
</html>
"""


def page(title: str, content: str, status: int = 200) -> Answer:
    return Answer(PAGE.format(title=escape(title), content=content).encode("utf-8", "surrogateescape"), status)


def card(product) -> str:
    return (f'<a class="card" href="/product?id={product["id"]}"><img src="/static/{product["picture"]}" alt="">'
            f'<h3>{product["name"]}</h3><p>{product["summary"]}</p><strong>{product["price"]}</strong></a>')


def grid(products) -> str:
    return '<div class="grid">' + "".join(card(p) for p in products) + "</div>"


def panel(title: str, body: str) -> str:
    return f'<section class="panel"><h2>{title}</h2>{body}</section>'


def form(action: str, fields: str, button: str, method: str = "get", extra: str = "") -> str:
    return f'<form class="stack" method="{method}" action="{action}"{extra}>{fields}<button>{button}</button></form>'


def text_input(name: str, label: str, kind: str = "text") -> str:
    return f'<label>{label}<input type="{kind}" name="{name}"></label>'


def output(text: str) -> str:
    return f"<pre>{text}</pre>"
