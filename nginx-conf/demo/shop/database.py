# SPDX-License-Identifier: Apache-2.0
"""The shop's data. Deterministic, so that two shops that saw the same requests give the same answers."""
import hashlib
import sqlite3
import threading

PRODUCTS = [
    (1, "Enamel mug", "Half a litre, keeps its temper at sea.", "14.00", "mug.svg"),
    (2, "Storm lantern", "Burns for twenty hours in any weather.", "39.00", "lantern.svg"),
    (3, "Pocket compass", "Brass, dry card, needs no battery.", "27.50", "compass.svg"),
    (4, "Signal flag set", "Forty flags and the book that reads them.", "64.00", "flag.svg"),
    (5, "Tide atlas", "Coasts and currents, new edition.", "31.00", "atlas.svg"),
    (6, "Mooring rope", "Twelve metres, spliced by hand.", "22.00", "rope.svg"),
]
USERS = [
    (1, "admin", "Xk7-harbour-master", "admin"),
    (2, "ada", "correct horse", "customer"),
]
SCHEMA = """
CREATE TABLE products(id INTEGER PRIMARY KEY, name TEXT, summary TEXT, price TEXT, picture TEXT);
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, password TEXT, role TEXT);
CREATE TABLE reviews(id INTEGER PRIMARY KEY, product INTEGER, author TEXT, text TEXT);
"""


class Database:
    def __init__(self):
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.Lock()
        self._connection.executescript(SCHEMA)
        self._connection.executemany("INSERT INTO products VALUES(?,?,?,?,?)", PRODUCTS)
        self._connection.executemany("INSERT INTO users VALUES(?,?,?,?)", USERS)
        self._connection.execute("INSERT INTO reviews VALUES(1, 1, 'Jonas', 'Survived a fall from the mast.')")

    def select(self, statement: str, values=()) -> list:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def run_script(self, script: str) -> None:
        with self._lock:
            self._connection.executescript(script)


def session_of(user: str) -> str:
    return hashlib.sha256(b"demo" + user.encode("utf-8", "replace")).hexdigest()[:16]
