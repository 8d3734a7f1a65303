# SPDX-License-Identifier: Apache-2.0
"""What customers see: products, search, reviews, sign-in, cart, profile. Each weakness says so where it is."""
import json
import re

from .database import Database, session_of
from .http import Answer, Request, as_json, escape, redirect, route
from .pages import form, grid, output, page, panel, text_input

DATABASE = Database()
CART: list = []
PROFILE_DEFAULTS: dict = {"role": "customer", "newsletter": False}
PROFILE: dict = {"name": "Ada"}
DOCUMENTS = [{"user": "admin", "password": "Xk7-harbour-master"}, {"user": "ada", "password": "correct horse"}]


@route("GET", "/")
def home(request: Request) -> Answer:
    hero = '<div class="hero"><h1>For boats and other houses</h1><p>Useful things, made to be repaired.</p></div>'
    return page("Home", hero + grid(DATABASE.select("SELECT * FROM products")))


@route("GET", "/product")
def product(request: Request) -> Answer:
    # SQL injection: the number is never checked to be one.
    rows = DATABASE.select("SELECT id, name, summary, price, picture FROM products WHERE id = " + request.arg("id", "1"))
    if not rows:
        return page("Not found", panel("No such product", "<p>It may be sold out.</p>"), 404)
    first = rows[0]["id"]
    # Stored cross-site scripting: reviews are shown as they were written.
    reviews = DATABASE.select("SELECT author, text FROM reviews WHERE product = ?", (first,))
    shown = "".join(f"<blockquote>{r['text']}<cite>{r['author']}</cite></blockquote>" for r in reviews)
    fields = text_input("author", "Your name") + f'<input type="hidden" name="product" value="{first}">'
    fields += '<label>Review<textarea name="text" rows="3"></textarea></label>'
    return page("Product", grid(rows) + panel("Reviews", shown + form("/reviews", fields, "Send", "post")))


@route("POST", "/reviews")
def add_review(request: Request) -> Answer:
    sent = request.form()
    DATABASE.select("INSERT INTO reviews(product, author, text) VALUES(?,?,?)",
                    (sent.get("product", 1), sent.get("author", "Anonymous"), sent.get("text", "")))
    return redirect(f"/product?id={int(sent.get('product', 1))}")


@route("GET", "/search")
def search(request: Request) -> Answer:
    words = request.arg("q")
    # SQL injection and reflected cross-site scripting.
    try:
        rows = DATABASE.select(f"SELECT id, name, summary, price, picture FROM products WHERE name LIKE '%{words}%' "
                               f"OR summary LIKE '%{words}%'")
    except Exception:  # a visitor who types a quote sees an empty shelf
        rows = []
    return page("Search", f"<h2>{len(rows)} found for {words}</h2>" + grid(rows))


@route("GET", "/login")
def login_form(request: Request) -> Answer:
    fields = text_input("user", "Name") + text_input("password", "Password", "password")
    return page("Sign in", panel("Sign in", form("/login", fields, "Sign in", "post")))


@route("POST", "/login")
def login(request: Request) -> Answer:
    sent = request.form()
    # SQL injection: "admin'--" needs no password.
    rows = DATABASE.select("SELECT name, role FROM users WHERE name = '%s' AND password = '%s'"
                           % (sent.get("user", ""), sent.get("password", "").replace("'", "''")))
    if not rows:
        return page("Sign in", panel("Sign in", "<p>Name or password is wrong.</p>"), 401)
    name, role = rows[0]["name"], rows[0]["role"]
    answer = page("Welcome", panel(f"Welcome back, {escape(name)}", f"<p>You are signed in as {escape(role)}.</p>"))
    answer.headers.append(("Set-Cookie", f"session={session_of(name)}; Path=/"))
    return answer


def matches(condition, value) -> bool:
    # NoSQL injection: a condition that the client sends may be an operator instead of a value.
    if not isinstance(condition, dict):
        return condition == value
    operators = {"$ne": lambda a: value != a, "$gt": lambda a: value > a, "$in": lambda a: value in a,
                 "$regex": lambda a: re.search(a, value) is not None}
    return all(operators[name](argument) for name, argument in condition.items())


@route("POST", "/api/login")
def api_login(request: Request) -> Answer:
    sent = request.json()
    for document in DOCUMENTS:
        if all(matches(sent.get(name), value) for name, value in document.items()):
            return as_json({"signed_in": document["user"], "session": session_of(document["user"])})
    return as_json({"error": "unknown user or password"}, 401)


@route("GET", "/cart")
def cart(request: Request) -> Answer:
    lines = "".join(f"<li>{escape(i['quantity'])} × {escape(i['name'])}</li>" for i in CART)
    return page("Cart", panel("Your cart", f"<ul>{lines}</ul>" if lines else "<p>It is empty.</p>"))


@route("POST", "/api/cart")
def api_cart(request: Request) -> Answer:
    sent = request.json()
    # SQL injection through JSON.
    rows = DATABASE.select("SELECT name, price FROM products WHERE name = '" + str(sent["name"]) + "'")
    CART.extend({"name": row["name"], "quantity": int(sent.get("quantity", 1))} for row in rows)
    return as_json({"added": [dict(row) for row in rows]})


def merge(into: dict, sent: dict) -> None:
    # Prototype pollution: "__proto__" leads to the object that all profiles inherit from.
    for name, value in sent.items():
        if name in ("__proto__", "constructor"):
            merge(PROFILE_DEFAULTS, value.get("prototype", value))
        elif isinstance(value, dict) and isinstance(into.get(name), dict):
            merge(into[name], value)
        else:
            into[name] = value


@route("GET", "/api/profile")
def profile(request: Request) -> Answer:
    return as_json({**PROFILE_DEFAULTS, **PROFILE})


@route("POST", "/api/profile")
def change_profile(request: Request) -> Answer:
    merge(PROFILE, request.json())
    return profile(request)


@route("GET", "/go")
def go(request: Request) -> Answer:
    # Header injection: line breaks are written as they come.
    return redirect(request.arg("to", "/"))


@route("GET", "/hello")
def hello(request: Request) -> Answer:
    # Template injection: what the visitor calls itself becomes part of the template.
    name = request.arg("name", "sailor")
    environment = {"shop": {"secret_key": "hs-4f1d-signing-key"}}
    text = re.sub(r"\{\{(.*?)\}\}|\$\{(.*?)\}", lambda m: str(eval(m[1] or m[2], environment)), name, flags=re.DOTALL)
    return page("Hello", panel(f"Ahoy, {text}!", "<p>Good to see you aboard.</p>"))


@route("GET", "/report")
def report(request: Request) -> Answer:
    # A fault shows its stack trace (see server.py).
    year = int(request.arg("year", "2026"))
    return page("Report", panel(f"Sales {year}", output(json.dumps({"year": year, "orders": year % 97 + 12}, indent=1))))
