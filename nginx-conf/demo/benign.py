# SPDX-License-Identifier: Apache-2.0
"""What honest visitors do, words that look like attacks included. Every request must pass unchanged."""
import base64
import struct
import zlib

from traffic import Shot, get, post_file, post_form, post_json, post_xml


def tiny_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([20 * y, 110, 127] * 8) for y in range(8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def saved_cart() -> str:
    return base64.b64encode(b'[{"name": "Tide atlas", "quantity": 1}]').decode()


BENIGN = (
    ("the home page", get("/")),
    ("the style sheet", get("/static/shop.css")),
    ("a picture", get("/static/mug.svg")),
    ("a product", get("/product", id="3")),
    ("another product, HEAD", Shot("HEAD", "/product?id=4")),
    ("a product that does not exist", get("/product", id="99")),
    ("a page that does not exist", get("/captain/log")),
    ("a search", get("/search", q="brass compass")),
    ("a search with an apostrophe", get("/search", q="skipper's mug")),
    ("a search for O'Reilly & Sons", get("/search", q="O'Reilly & Sons")),
    ("a search with SQL's words", get("/search", q="select a gift from the union jack set")),
    ("a search with a comparison", get("/search", q="rope > 10 m and < 20 m")),
    ("a search in another script", get("/search", q="コンパス Größe 5½ naïve")),
    ("a search with an e-mail address", get("/search", q="ada@example.org")),
    ("a campaign link", get("/", utm_source="newsletter", utm_campaign="spring-2026", gclid="Cj0KCQjw-5y1BhC")),
    ("the sign-in form", get("/login")),
    ("a wrong password", post_form("/login", user="ada", password="incorrect horse")),
    ("a sign-in", post_form("/login", user="ada", password="correct horse")),
    ("a sign-in through the API", post_json("/api/login", '{"user": "ada", "password": "correct horse"}')),
    ("a session cookie", Shot("GET", "/cart", headers={"Cookie": "session=5e0c24ab93f1d7aa; theme=dark; _ga=GA1.2.9137.1700000000"})),
    ("a review", post_form("/reviews", product="1", author="Mia", text="I <3 this mug! 5/5 -- would drop it again; it's tough.")),
    ("a review about databases", post_form("/reviews", product="5", author="Tom",
                                           text="Where do you select the tables? Page 12 or 13 = best in the union of both editions.")),
    ("a review with code in it", post_form("/reviews", product="3", author="dev",
                                           text="if (heading > 180) { heading = heading - 360; } works for me")),
    ("the reviews", get("/product", id="1")),
    ("an item for the cart", post_json("/api/cart", '{"name": "Storm lantern", "quantity": 2}')),
    ("the cart", get("/cart")),
    ("a saved cart", post_form("/cart/restore", saved=saved_cart())),
    ("the profile", get("/api/profile")),
    ("a change of profile", post_json("/api/profile", '{"name": "Ada Lovelace", "address": {"street": "St James\'s Square 12", "city": "London"}}')),
    ("a redirect within the shop", get("/go", to="/cart?from=mail")),
    ("a greeting", get("/hello", name="Ada")),
    ("a report", get("/report", year="2025")),
    ("the services", get("/services")),
    ("a manual", get("/download", file="mug.txt")),
    ("a supplier's page", get("/preview", url="http://supplier.example/compass")),
    ("an estimate", get("/shipping", country="NO")),
    ("a colleague", get("/staff", name="Pelle")),
    ("an import of products", post_xml("/import", '<?xml version="1.0"?><products><product sku="A7">Chart &amp; ruler</product></products>')),
    ("a picture sent in", post_file("/upload", "holiday.png", tiny_png(), "image/png")),
    ("a question to support", post_form("/support", text="The lantern costs $39 {gift wrapped}? Please call me at 4 pm.")),
)
