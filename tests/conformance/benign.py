# SPDX-License-Identifier: Apache-2.0
"""Requests that real users make, from a seed: what a firewall must let pass.

`requests(count, seed)` yields (name, method, target, headers, body). Pools hold what people type, paste, upload and what
browsers and programs send; the generator combines them, so no two requests are the same.
"""
import base64
import json
import random
import urllib.parse
import uuid
import zlib

PROSE = {
    "en": ["The quick delivery surprised me; I'd order again.", "Can't log in since Tuesday -- is it just me?",
           "Please select a plan from the union of both price lists and drop me a line.",
           "We update our terms where necessary, and delete old ones like last year.",
           "It's 5 o'clock somewhere, isn't it? 'Tis the season & all that.",
           "Rock 'n' roll isn't dead; O'Brien & D'Angelo play Friday at 8:30.",
           "If a < b and b < c then a < c, or so my teacher said.", "100% cotton, 50% off -- order by 31/12!",
           "My cat sat on the keyboard; now the script alert on my phone won't stop.",
           "Insert the card into the slot, then select 'Yes' or 'No' from the menu.",
           "Where is the table I ordered? I want to join the group and have fun.",
           "He said \"drop the table there\" and she said \"fine; delete it from the list\".",
           "1 + 1 = 2, and 2 or more = many. Is 1=1? Of course.", "Dinner at Joe's || drinks at Ann's? You decide!",
           "Let's execute the plan, sleep (8 hours) and wait for the delay to end.",
           "The order by date, group by colour, having fun -- that's how I sort my socks.",
           "Use the command line: type, find, sort and more. I like it.", "Cast as the hero, he was null and void by act 2."],
    "de": ["Können Sie mir bitte die Rechnung für März schicken? Danke!", "Größe 42 fällt zu klein aus; ich tausche um.",
           "Das Paket ist da -- aber der Schlüssel fehlt.", "Straße der Einheit 7, 01067 Dresden, c/o Müller",
           "Wähle \"Ja\" oder \"Nein\" und bestätige mit OK.", "Ich hab's gestern bestellt, wo bleibt's?"],
    "fr": ["L'article n'est pas arrivé; j'attends depuis l'été.", "C'est où, l'hôtel d'à côté ? Merci d'avance !",
           "Aujourd'hui, j'ai reçu l'échantillon n° 3 : parfait.", "Qu'est-ce que c'est ? Où l'as-tu trouvé ?",
           "Prix : 12,50 € (soit -20 %), d'après l'étiquette."],
    "es": ["¿Dónde está mi pedido? Lleva 3 días de retraso.", "Quiero cambiar la talla; ¿es posible?",
           "¡Qué bonito! Unión de colores y selección perfecta.", "Niño, señal, corazón: 'palabras' con tildes."],
    "pt": ["Não consigo alterar a minha morada, podem ajudar?", "Seleção de vinhos: ótima! União de sabores.",
           "Atenção: a encomenda nº 55 está atrasada."],
    "it": ["L'ordine dell'altro ieri non è arrivato; dov'è?", "Perché non c'è più l'offerta? Grazie!",
           "D'accordo: dall'1 al 5, all'ora di pranzo."],
    "pl": ["Czy mogę zwrócić zamówienie? Proszę o odpowiedź.", "Żółta łódź; źdźbło trawy -- piękne!",
           "Wybierz opcję 'tak' lub 'nie'."],
    "ru": ["Здравствуйте! Когда придёт мой заказ?", "Выберите цвет: красный; синий или зелёный.",
           "Это стоит 500 руб. -- дорого, но хорошо."],
    "zh": ["请问我的订单什么时候发货？", "选择一个计划，然后更新表格。", "质量很好；下次还会买！"],
    "ja": ["注文した商品がまだ届きません。", "テーブルを選択して、更新してください。", "サイズはMで大丈夫ですか？"],
    "ar": ["مرحبا، متى يصل طلبي؟", "اختر الخطة من القائمة؛ شكرا."],
    "tr": ["Siparişim ne zaman gelir? Teşekkürler!", "İstanbul'da mağazanız var mı?"],
    "hi": ["मेरा ऑर्डर कब आएगा?", "कृपया सूची से योजना चुनें।"],
    "emoji": ["Great 👍👍 would buy again 🎉", "❤️ it! 10/10 <3 <3", ":-) ;-) :'( >:-("],
}

CODE = [
    "if (a && b || c) { return x; }", "for (int i = 0; i < n; ++i) sum += v[i];", "x = y ? a : b; // ternary",
    "SELECT name, price FROM products WHERE price < 100 ORDER BY price;", "git commit -m \"Fix the parser\" && git push",
    "const f = (a, b) => a + b;", "def area(r):\n    return 3.14 * r ** 2", "print('hello, world')",
    "#include <stdio.h>\nint main(void) { puts(\"hi\"); }", "let total = items.reduce((s, i) => s + i.price, 0);",
    "<div class=\"card\"><b>Title</b></div>", "body { color: #333; background: url(img/bg.png) no-repeat; }",
    "UPDATE settings SET theme = 'dark' WHERE user_id = 7;", "INSERT INTO tags (name) VALUES ('new');",
    "docker run --rm -p 8080:80 nginx:alpine", "npm install --save-dev typescript", "ssh user@example.org -p 2222",
    "grep -rn 'needle' src | sort | uniq -c | head", "curl -s https://api.example.org/v1/items | jq .", "ls -la ~/Downloads",
    "try { load(); } catch (e) { console.error(e); }", "public static void main(String[] args) { }",
    "$total = array_sum(array_column($rows, 'price'));", "puts [1, 2, 3].map { |x| x * 2 }.sum",
    "fn main() { println!(\"{}\", 1 + 1); }", "^[A-Za-z0-9._%+-]+@[a-z.-]+\\.[a-z]{2,}$", "\\frac{a}{b} + \\sqrt{x^2}",
    "*/5 * * * * /usr/local/bin/backup", "CREATE INDEX idx_name ON users (name);", "a[i] = b[i] ^ (1 << k);",
    "<a href=\"https://example.org/docs?a=1&b=2\">docs</a>", "Hello {{ name }}, your code is {{ code }}.",
    "${HOME}/bin and ${name} are variables", "{% for item in items %}{{ item }}{% endfor %}", "EXPLAIN SELECT 1;",
    "rm build.log; make clean", "sudo apt install nginx", "window.addEventListener('load', init);",
    "SELECT u.id, COUNT(*) FROM users u LEFT JOIN orders o ON o.uid = u.id GROUP BY u.id HAVING COUNT(*) > 3",
    "kubectl get pods -n default | grep web", "export PATH=$PATH:/usr/local/go/bin", "C:\\Users\\Ann\\Documents\\report.docx",
]

SEARCH = [
    "o'reilly books", "select shoes size 42", "union jack flag", "drop shipping", "table lamp under 50", "men's t-shirt",
    "script font", "alert system", "women's or girls' coats", "order by phone", "where to buy usb-c", "c++ vs c#", "at&t plans",
    "r&b albums", "\"exact phrase\" -exclude", "site:example.org filetype:pdf", "50% off", "24/7 support", "exec chair",
    "sleep mask", "having fun in rome", "group by price", "null modem cable", "char siu", "cast iron pan", "concat guitar",
    "passwd holder", "etc. supplies", "javascript: the good parts", "java.lang book", "python 3 <beginner>", "a=b", "1=1",
    "--", "5' 11\" jeans", "12\" vinyl", "x-ray; mri", "rock'n'roll", "l'oréal", "hôtel à paris", "größe 38", "кроссовки",
    "手机壳", "日本語 キーボード", "قهوة", "iPhone 15 (128 GB)", "ac/dc", "../ meaning", "what is /etc/hosts", "cmd vs powershell",
    "eval board fpga", "waitfor train times", "benchmark cpu 2024", "insert into album", "delete from facebook how to",
    "update from 10 to 11", "load file cabinet", "like new or used", "between 10 and 20", "xp_cmd keyboard", "<3", ">_<",
    "<br> tag", "onclick meaning", "iframe embed size", "base64 decode online", "ldap (directory)", "jndi tutorial",
    "phpinfo page", ".htaccess rewrite", "git config", "wp-config location", "svg onload event", "src attribute",
    "document cookie law", "http://localhost:3000", "127.0.0.1 meaning", "169.254 address", "proto buffers",
    "constructor prototype javascript", "template engine {{ }}", "$100 gift", "#1 bestseller", "@home office", "50+1 rule",
]

MARKDOWN = [
    "# Setup\n\n1. Run `npm install`\n2. Open <http://localhost:3000>\n\n```js\nconst a = '<b>' + name + '</b>';\n```\n",
    "**Bug:** the query `SELECT * FROM users WHERE id = 1` is slow; see [docs](../guide/index.md).\n\n- [x] done\n- [ ] open\n",
    "> quoted text\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![logo](../images/logo.png)\n",
    "## Steps\n\n```sh\ncd project && make && ./run.sh | tee out.log\n```\n\nExpected: `ok`\n",
    "Use `<script>` tags at the end of `<body>`, and never `eval`.\n\n---\n\n*Thanks!*",
    "The config lives in `/etc/app/config.yml`; copy it from `config.example.yml`.\n\n```yaml\nkey: value\nlist:\n  - a\n  - b\n```\n",
    "In SQL, `UNION SELECT` joins two results, e.g.\n\n```sql\nSELECT name FROM a\nUNION\nSELECT name FROM b;\n```\n",
    "Math: $a^2 + b^2 = c^2$ and `x || y && z`.\n\nCall `foo($bar)`; // returns null\n",
]

URLS = [
    "https://www.example.org/shop?item=12&ref=mail", "https://example.org/a/b/c.html#part-2", "http://localhost:8080/callback",
    "https://auth.example.org/cb?code=abc123&state=xyz", "/account/orders?page=2", "https://en.wikipedia.org/wiki/SQL_injection",
    "https://example.org/search?q=select+from+where", "https://cdn.example.org/img/photo%20(1).jpg", "/", "/de/über-uns",
    "https://maps.example.org/@52.5200,13.4050,12z", "app://open?screen=home", "https://example.org/?utm_source=news&utm_medium=email",
]

NAMES = ["O'Brien", "D'Angelo", "McDonald's", "Jean-Luc", "Müller", "Nuñez", "Łukasz", "Øystein", "Ng", "Null", "Drop", "Smith & Sons",
         "Anne-Marie O'Neill", "José", "张伟", "Иванов", "山田", "محمد", "Grant", "Case", "Union", "Table", "Script", "Test; Jr."]

GRAPHQL = [
    "query { user(id: 7) { name orders(first: 10) { edges { node { id total } } } } }",
    "mutation AddToCart($sku: ID!, $qty: Int!) { addToCart(sku: $sku, quantity: $qty) { cart { total } } }",
    "query Search($q: String!) { search(text: $q, filter: {price: {lt: 100}}) { ... on Product { id name } } }",
    "{ __typename products(where: {price: {_gt: 5}}, order_by: {name: asc}) { id name } }",
    "fragment F on User { id email } query { me { ...F } }",
    "subscription { orderUpdated(id: \"a1\") { status } }",
]

AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0", "okhttp/4.12.0",
    "python-requests/2.31.0", "PostmanRuntime/7.39.0", "MyShop/3.2 (iOS; build 871; en_GB)",
]

FIELDS = ["name", "comment", "message", "q", "title", "body", "address", "city", "note", "description", "subject", "text", "bio",
          "feedback", "street", "company", "tags", "answer", "reason", "content"]


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def word(self):
        return "".join(self.rng.choice("bcdfghklmnprstvw") + self.rng.choice("aeiou") for _ in range(self.rng.randint(2, 4)))

    def prose(self):
        sentences = self.rng.choice(list(PROSE.values()))
        picked = [self.rng.choice(sentences) for _ in range(self.rng.randint(1, 3))]
        return " ".join(picked) + " " + self.word()

    def token(self, size=24):
        return base64.urlsafe_b64encode(self.rng.randbytes(size)).decode().rstrip("=")

    def jwt(self):
        part = lambda o: base64.urlsafe_b64encode(json.dumps(o).encode()).decode().rstrip("=")
        return ".".join([part({"alg": "HS256", "typ": "JWT"}), part({"sub": self.word(), "iat": self.rng.randint(1_600_000_000, 1_700_000_000)}), self.token(32)])

    def value(self):
        kind = self.rng.randrange(16)
        if kind < 5: return self.prose()
        if kind < 7: return self.rng.choice(SEARCH) + " " + self.word()
        if kind == 7: return self.rng.choice(CODE) + "\n" + self.prose()
        if kind == 8: return self.rng.choice(MARKDOWN) + self.prose()
        if kind == 9: return self.rng.choice(URLS)
        if kind == 10: return self.rng.choice(NAMES) + " " + self.rng.choice(NAMES)
        if kind == 11: return base64.b64encode(self.rng.randbytes(self.rng.randint(8, 300))).decode()
        if kind == 12: return str(uuid.UUID(int=self.rng.getrandbits(128)))
        if kind == 13: return f"+{self.rng.randint(1, 99)} ({self.rng.randint(10, 999)}) {self.rng.randint(1000, 999999)}-{self.rng.randint(1, 99)}"
        if kind == 14: return f"{self.word()}.{self.word()}+{self.word()}@example.org"
        return self.rng.choice([str(self.rng.randint(-10**6, 10**9)), f"{self.rng.random():.6f}", "true", "", "null", "2026-11-24T10:00:00Z",
                                f"{self.rng.randint(1, 500)}.99", f"#{self.rng.getrandbits(24):06x}", "M10 10 L20 20 C 30,30 40,40 50,50 Z"])

    def cookies(self):
        jar = [f"session={self.token()}", f"_ga=GA1.2.{self.rng.randint(1, 10**9)}.{self.rng.randint(1, 10**9)}",
               f"theme={self.rng.choice(['dark', 'light'])}", "consent=a:1|b:0|c:1", f"cart=%7B%22{self.word()}%22%3A2%7D",
               f"token={self.jwt()}", "lang=en-GB", f"_fbp=fb.1.{self.rng.randint(10**12, 2 * 10**12)}.{self.rng.randint(1, 10**9)}",
               f"prefs={base64.b64encode(json.dumps({self.word(): 1}).encode()).decode()}", f"last=\"{self.word()} {self.word()}\""]
        return "; ".join(self.rng.sample(jar, self.rng.randint(1, 5)))

    def headers(self):
        headers = {"Host": "shop.example.org", "User-Agent": self.rng.choice(AGENTS),
                   "Accept": self.rng.choice(["text/html,application/xhtml+xml,*/*;q=0.8", "application/json", "*/*"]),
                   "Accept-Language": self.rng.choice(["en-US,en;q=0.9", "de-DE,de;q=0.8,en;q=0.5", "fr", "zh-CN,zh;q=0.9"])}
        if self.rng.random() < 0.7: headers["Cookie"] = self.cookies()
        if self.rng.random() < 0.3: headers["Referer"] = "https://shop.example.org/search?q=" + urllib.parse.quote_plus(self.rng.choice(SEARCH))
        if self.rng.random() < 0.15: headers["Authorization"] = "Bearer " + self.jwt()
        if self.rng.random() < 0.1: headers["If-None-Match"] = f"W/\"{self.token(9)}\""
        if self.rng.random() < 0.1: headers["X-Request-ID"] = str(uuid.UUID(int=self.rng.getrandbits(128)))
        return headers

    def path(self):
        shapes = [f"/{self.word()}/{self.rng.randint(1, 10**6)}", f"/{self.word()}/{self.word()}.html", "/search", "/api/v1/items",
                  f"/static/js/{self.word()}.{self.token(6)}.min.js", "/blog/2026/11/" + self.word() + "-" + self.word(),
                  "/" + urllib.parse.quote(self.rng.choice(NAMES)), f"/users/{self.word()}@example.org/profile", f"/~{self.word()}/",
                  f"/img/{self.word()}%20({self.rng.randint(1, 9)}).png", f"/.well-known/{self.word()}", f"/c++/{self.word()}"]
        return self.rng.choice(shapes)

    def json_value(self, depth=0):
        kind = self.rng.randrange(6 if depth < 4 else 3)
        if kind < 3: return self.value()
        if kind == 3: return self.rng.choice([True, False, None, 0, -1, 3.25, 10**12])
        if kind == 4: return [self.json_value(depth + 1) for _ in range(self.rng.randint(0, 4))]
        return {self.rng.choice(FIELDS) + str(i): self.json_value(depth + 1) for i in range(self.rng.randint(0, 5))}

    def upload(self):
        pick = self.rng.randrange(6)
        name = f"{self.word()} ({self.rng.randint(1, 20)})"
        if pick == 0: return name + ".png", "image/png", b"\x89PNG\r\n\x1a\n" + self.rng.randbytes(3000)
        if pick == 1: return name + ".pdf", "application/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n" + zlib.compress(self.rng.randbytes(2000))
        if pick == 2: return name + ".csv", "text/csv", ("name;price\n" + "\n".join(f"{self.rng.choice(NAMES)};{self.rng.random():.2f}" for _ in range(30))).encode()
        if pick == 3: return name + ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04" + self.rng.randbytes(4000)
        if pick == 4: return name + ".md", "text/markdown", (self.rng.choice(MARKDOWN) + self.prose()).encode()
        return name + ".jpg", "image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + self.rng.randbytes(5000)

    def request(self):
        headers = self.headers()
        kind = self.rng.randrange(10)
        if kind < 3:
            pairs = [(self.rng.choice(FIELDS), self.value()) for _ in range(self.rng.randint(0, 4))]
            query = urllib.parse.urlencode(pairs, quote_via=self.rng.choice([urllib.parse.quote, urllib.parse.quote_plus]))
            return "query", "GET", self.path() + ("?" + query if query else ""), headers, b""
        if kind == 3:
            return "search", "GET", "/search?q=" + urllib.parse.quote_plus(self.rng.choice(SEARCH)) + f"&page={self.rng.randint(1, 99)}", headers, b""
        if kind < 6:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            pairs = [(self.rng.choice(FIELDS), self.value()) for _ in range(self.rng.randint(1, 8))]
            if self.rng.random() < 0.3: pairs.append(("password", self.token(12) + "'!$;"))
            return "form", "POST", self.path(), headers, urllib.parse.urlencode(pairs).encode()
        if kind < 8:
            headers["Content-Type"] = self.rng.choice(["application/json", "application/json; charset=utf-8", "application/vnd.api+json"])
            body = {self.rng.choice(FIELDS): self.json_value() for _ in range(self.rng.randint(1, 5))}
            return "json", self.rng.choice(["POST", "PUT", "PATCH"]), self.path(), headers, json.dumps(body, ensure_ascii=self.rng.random() < 0.5).encode()
        if kind == 8:
            headers["Content-Type"] = "application/json"
            return "graphql", "POST", "/graphql", headers, json.dumps({"query": self.rng.choice(GRAPHQL), "variables": {"q": self.value(), "sku": self.word()}}).encode()
        boundary = "----WebKitFormBoundary" + self.token(12).replace("-", "A").replace("_", "B")
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        file_name, content_type, content = self.upload()
        body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n{self.value()}\r\n"
                f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n"
                f"Content-Type: {content_type}\r\n\r\n").encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return "upload", "POST", "/upload", headers, body


def requests(count, seed=2026):
    generator = Generator(seed)
    for number in range(count):
        kind, method, target, headers, body = generator.request()
        yield f"{kind}-{number}", method, target, headers, body
