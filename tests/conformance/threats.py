# SPDX-License-Identifier: Apache-2.0
"""Ways in which other engines were passed by, as requests: what each row of docs/reference/threats.md is tested with.

Row: (topic, name, raw request, expectation). Expectation: "stopped" (our verdict or nginx's own refusal; the application
never sees it), "passes" (a legitimate request of that shape reaches the application).
"""

SQLI = "1'+UNION+SELECT+password+FROM+users--+"
SQLI_PLAIN = "1' UNION SELECT password FROM users-- "
XSS = "<script>alert(1)</script>"
XSS_ENCODED = "%3Cscript%3Ealert(1)%3C/script%3E"
BROWSER = "Host: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0\r\nAccept: */*\r\n"


def get(target, headers=""):
    return f"GET {target} HTTP/1.1\r\n{BROWSER}{headers}Connection: close\r\n\r\n".encode("latin-1")


def post(content_type, body, headers="", target="/form"):
    body = body if isinstance(body, bytes) else body.encode("latin-1")
    kind = f"Content-Type: {content_type}\r\n" if content_type is not None else ""
    head = f"POST {target} HTTP/1.1\r\n{BROWSER}{kind}{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode("latin-1") + body


def chunked(content_type, chunks, headers="", extension="", trailer=""):
    head = f"POST /form HTTP/1.1\r\n{BROWSER}Content-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n{headers}Connection: close\r\n\r\n"
    body = b"".join(b"%x%s\r\n%s\r\n" % (len(c), extension.encode(), c) for c in chunks)
    return head.encode("latin-1") + body + b"0\r\n" + trailer.encode() + b"\r\n"


def multipart(disposition, content, boundary="bb", content_type="multipart/form-data; boundary=bb", part_headers="", eol="\r\n",
              final=True, before="", after=""):
    content = content if isinstance(content, bytes) else content.encode("latin-1")
    head = f"{before}--{boundary}{eol}Content-Disposition: {disposition}{eol}{part_headers}{eol}".encode("latin-1")
    tail = f"{eol}--{boundary}--{eol}{after}" if final else eol
    return post(content_type, head + content + tail.encode("latin-1"))


FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
XML = "application/xml"
deep = 100_000
large = "a" * (2 << 20)

ROWS = [
    # The table of CVEs
    ("CVE-2024-1019", "EncodedQuestionMarkKeepsThePath", get("/files/%3f/../../../../etc/passwd"), "stopped"),
    ("CVE-2024-1019", "EncodedQuestionMarkInAName", get("/files/what%3F.txt"), "passes"),
    ("CVE-2025-29914", "TwoSlashesAreAPath", get("//admin/?id=" + SQLI), "stopped"),
    ("CVE-2026-107825", "UnparsableTargetKeepsItsArguments", get("/%zz?q=" + XSS_ENCODED), "stopped"),
    ("CVE-2026-107825", "InvalidEscapeKeepsItsArguments", get("/a?bad=%zz&q=" + XSS_ENCODED), "stopped"),
    ("CVE-2022-48279", "MultipartSecondDisposition", multipart('form-data; name="q"', XSS, part_headers='Content-Disposition: form-data; name="x"; filename="a.txt"\r\n'), "stopped"),
    ("CVE-2023-24021", "NulInAFilePart", multipart('form-data; name="f"; filename="a.jpg"', b"\x89\x00\x00<?php system($_GET['c']); ?>"), "stopped"),
    ("CVE-2026-52747", "LineEndsInAMultipartValue", multipart('form-data; name="q"', "<script\r\n>alert(1)</script\r\n>"), "stopped"),
    ("CVE-2026-114101", "ExtendedFileName", multipart("form-data; name=\"f\"; filename*=iso-8859-1''shell.php", "x"), "stopped"),
    ("CVE-2026-114101", "ExtendedFileNameEncoded", multipart("form-data; name=\"f\"; filename=\"a.txt\"; filename*=UTF-8''shell%2Ephp", "x"), "stopped"),
    ("CVE-2022-39955", "TwoCharsets", post(FORM + "; charset=utf-8; charset=utf-7", "q=+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), "stopped"),
    ("CVE-2022-39956", "PartCharsetUtf7", multipart('form-data; name="q"', "+ADw-script+AD4-", part_headers="Content-Type: text/plain; charset=utf-7\r\n"), "stopped"),
    ("CVE-2022-39956", "PartTransferEncoding", multipart('form-data; name="q"', "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", part_headers="Content-Transfer-Encoding: base64\r\n"), "stopped"),
    ("CVE-2023-38199", "TwoContentTypes", post(FORM, "q=" + XSS_ENCODED, headers="Content-Type: text/plain\r\n"), "stopped"),
    ("CVE-2023-38199", "TwoContentTypesReversed", post("text/plain", "q=" + XSS_ENCODED, headers=f"Content-Type: {FORM}\r\n"), "stopped"),
    ("CVE-2021-35368", "PathInfoDoesNotSwitchOff", post(FORM, "q=" + XSS_ENCODED, target="/index.php/admin/content/assets/add/x"), "stopped"),
    ("CVE-2026-41510", "ArgumentsBeyondTheLimit", get("/?" + "&".join(f"a{i}=1" for i in range(1100)) + "&q=1"), "stopped"),
    ("CVE-2026-41510", "FormArgumentsBeyondTheLimit", post(FORM, "&".join(f"a{i}=1" for i in range(1500)) + "&q=" + XSS_ENCODED), "stopped"),
    ("CVE-2026-114099", "CollidingKeysKeepBoth", post(JSON, '{"a":{"b":"%s"},"a.b":"ok"}' % XSS), "stopped"),
    ("CVE-2026-114099", "CollidingKeysReversed", post(JSON, '{"a.b":"ok","a":{"b":"%s"}}' % XSS), "stopped"),
    ("CVE-2026-107826", "DeepJson", post(JSON, "[" * deep + "]" * deep), "stopped"),
    ("CVE-2021-42717", "DeepJsonObjects", post(JSON, '{"a":' * deep + "1" + "}" * deep), "stopped"),
    ("CVE-2023-38285", "HostileSpacesAnswerInTime", get("/?q=" + "%20" * 2500), "passes"),
    ("CVE-2025-27110", "EntityWithLeadingZeros", get("/?q=%26%230000060%3Bscript%26%230000062%3Balert(1)"), "stopped"),
    ("CVE-2026-30923", "ShortHex", get("/?q=%2"), "passes"),
    ("CVE-2026-42268", "ShortNumbers", get("/?q=1&p=%31"), "passes"),
    ("CVE-2025-52891", "EmptyXmlTag", post(XML, "<a><></a>"), "stopped"),
    ("CVE-2025-52891", "EmptyXmlElement", post(XML, "<a><b/><c></c></a>"), "passes"),
    ("CVE-2023-45132", "ForwardedAddressIsNotTrusted", get("/?q=" + XSS_ENCODED, "X-Forwarded-For: 127.0.0.1\r\n"), "stopped"),
    ("GHSA-6jp8-c2w2-x7wr", "XmlAttribute", post(XML, '<a title="1\' UNION SELECT password FROM users-- "/>'), "stopped"),
    ("GHSA-6jp8-c2w2-x7wr", "XmlComment", post(XML, f"<a><!-- {SQLI_PLAIN[:-3]} # --></a>"), "stopped"),
    ("CRS-4546", "PaddedExtension", multipart('form-data; name="f"; filename="shell.php "', "x"), "stopped"),
    ("CRS-4546", "DottedExtension", multipart('form-data; name="f"; filename="shell.php."', "x"), "stopped"),
    ("CRS-4546", "DataStream", multipart('form-data; name="f"; filename="shell.php::$DATA"', "x"), "stopped"),
    ("CRS-4189", "OverlongDots", get("/?f=%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd"), "stopped"),
    # 1 parameter pollution
    ("1", "SecondOfTwo", get("/?q=ok&q=" + XSS_ENCODED), "stopped"),
    ("1", "FirstOfTwo", get("/?q=" + XSS_ENCODED + "&q=ok"), "stopped"),
    ("1", "Array", get("/?q[]=ok&q[]=" + XSS_ENCODED), "stopped"),
    ("1", "EncodedBracket", get("/?q%5b%5d=" + XSS_ENCODED), "stopped"),
    ("1", "AcrossQueryAndBody", post(FORM, "q=" + XSS_ENCODED, target="/form?q=ok"), "stopped"),
    ("1", "SemicolonSeparator", get("/?a=1;q=" + XSS_ENCODED), "stopped"),
    ("1", "RepeatedHonest", get("/?color=red&color=blue"), "passes"),
    # 2 double decoding
    ("2", "Double", get("/?q=%253Cscript%253Ealert(1)%253C%252Fscript%253E"), "stopped"),
    ("2", "PercentU", get("/?q=%u003cscript%u003ealert(1)%u003c/script%u003e"), "stopped"),
    ("2", "MixedCaseEscapes", get("/?q=%3cScRiPt%3Ealert(1)%3C/sCrIpT%3e"), "stopped"),
    ("2", "InvalidEscapePasses", get("/?q=100%25+sure+50%"), "passes"),
    ("2", "PlusAndSpace", get("/?id=1'+union+select+1,2,3--+"), "stopped"),
    # 3 odd bytes
    ("3", "OverlongLessThan", get("/?q=%c0%bcscript%c0%bealert(1)"), "stopped"),
    ("3", "FullWidth", get("/?q=%ef%bc%9cscript%ef%bc%9ealert(1)%ef%bc%9c/script%ef%bc%9e"), "stopped"),
    ("3", "NulInside", get("/?q=%3Cscr%00ipt%3Ealert(1)%3C/script%3E"), "stopped"),
    ("3", "ByteOrderMark", post(JSON, b"\xef\xbb\xbf" + ('{"q":"%s"}' % XSS).encode()), "stopped"),
    # 4 charsets
    ("4", "Utf16Form", post(FORM + "; charset=utf-16le", b"q\0=\0<\0s\0"), "stopped"),
    ("4", "Utf32", post(JSON + "; charset=utf-32", b"{\0\0\0}\0\0\0"), "stopped"),
    ("4", "Ibm037", post(FORM + "; charset=ibm037", b"\x98~L\xa2"), "stopped"),
    ("4", "ShiftJis", post(FORM + "; charset=shift_jis", b"q=\x82\xa0"), "stopped"),
    ("4", "XmlDeclaredUtf7", post(XML, '<?xml version="1.0" encoding="UTF-7"?>+ADw-a+AD4-'), "stopped"),
    ("4", "Utf8Passes", post(FORM + "; charset=UTF-8", "q=gr%C3%BC%C3%9Fe"), "passes"),
    # 5 content type confusion
    ("5", "MissingType", post(None, "q=" + SQLI_PLAIN), "stopped"),
    ("5", "UpperCase", post("APPLICATION/X-WWW-FORM-URLENCODED", "q=" + XSS_ENCODED), "stopped"),
    ("5", "TrailingParameter", post("application/x-www-form-urlencoded;/json", "q=" + XSS_ENCODED), "stopped"),
    ("5", "PlainTextJson", post("text/plain", '{"q":"%s"}' % XSS), "stopped"),
    ("5", "MultipartTypedAsForm", post(FORM, "--bb\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\n" + XSS + "\r\n--bb--\r\n"), "stopped"),
    ("5", "JsonSuffix", post("application/vnd.api+json", '{"q":"%s"}' % XSS), "stopped"),
    ("5", "XmlSuffix", post("application/soap+xml", f"<a>{SQLI_PLAIN}</a>"), "stopped"),
    # 6 multipart
    ("6", "QuotedBoundary", multipart('form-data; name="q"', XSS, content_type='multipart/form-data; boundary="bb"'), "stopped"),
    ("6", "EmptyBoundary", multipart('form-data; name="q"', XSS, content_type="multipart/form-data; boundary="), "stopped"),
    ("6", "MissingFinal", multipart('form-data; name="q"', XSS, final=False), "stopped"),
    ("6", "Preamble", multipart('form-data; name="q"', XSS, before="preamble\r\n"), "stopped"),
    ("6", "Epilogue", multipart('form-data; name="q"', "ok", after="--bb\r\nContent-Disposition: form-data; name=\"z\"\r\n\r\n" + XSS), "stopped"),
    ("6", "BareLineFeeds", multipart('form-data; name="q"', XSS, eol="\n"), "stopped"),
    ("6", "DuplicateName", multipart('form-data; name="a"; name="q"', XSS), "stopped"),
    ("6", "DuplicateFileName", multipart('form-data; name="f"; filename="a.txt"; filename="b.php"', "x"), "stopped"),
    ("6", "SingleQuotes", multipart("form-data; name='q'", XSS), "stopped"),
    ("6", "MissingFormData", multipart('name="q"', XSS), "stopped"),
    ("6", "TwoBoundaries", multipart('form-data; name="q"', XSS, content_type="multipart/form-data; boundary=aa; boundary=bb"), "stopped"),
    ("6", "HeaderFolding", multipart('form-data;\r\n name="q"', XSS), "stopped"),
    ("6", "HonestUpload", multipart('form-data; name="f"; filename="photo.png"', b"\x89PNG\r\n\x1a\n" + bytes(range(256)), part_headers="Content-Type: image/png\r\n"), "passes"),
    ("6", "HonestQuotedBoundary", multipart('form-data; name="q"', "ok", content_type='multipart/form-data; boundary="bb"'), "passes"),
    ("6", "HonestDashes", multipart('form-data; name="q"', "usage:\r\n--help\r\n--verbose"), "passes"),
    ("6", "HonestField", multipart('form-data; name="comment"', "It's fine; thanks!"), "passes"),
    # 7 JSON
    ("7", "DuplicateKeys", post(JSON, '{"q":"%s","q":"ok"}' % XSS), "stopped"),
    ("7", "EscapedKeyAndValue", post(JSON, '{"\\u0071":"\\u003cscript\\u003ealert(1)\\u003c/script\\u003e"}'), "stopped"),
    ("7", "AttackInAKey", post(JSON, '{"%s":1}' % XSS), "stopped"),
    ("7", "TrailingComma", post(JSON, '{"q":"%s",}' % XSS), "stopped"),
    ("7", "Comment", post(JSON, '{/* c */"q":"%s"}' % XSS), "stopped"),
    ("7", "TwoDocuments", post(JSON, '{"a":1}\n{"q":"%s"}' % XSS), "stopped"),
    ("7", "InvalidTail", post(JSON, '{"a":1}xx{"q":"%s"}' % XSS), "stopped"),
    ("7", "JsonInAString", post(JSON, '{"doc":"{\\"q\\":\\"<script>alert(1)</script>\\"}"}'), "stopped"),
    ("7", "JsonInTheQuery", get('/?doc=%7B%22q%22%3A%22%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%7D'), "stopped"),
    ("7", "BigNumbersPass", post(JSON, '{"n":123456789012345678901234567890,"e":1e999}'), "passes"),
    # 8 XML
    ("8", "Cdata", post(XML, f"<a><![CDATA[{XSS}]]></a>"), "stopped"),
    ("8", "ExternalEntity", post(XML, '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), "stopped"),
    ("8", "BillionLaughs", post(XML, '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'), "stopped"),
    ("8", "Namespaces", post(XML, f'<s:a xmlns:s="urn:x"><s:b s:t="x">{SQLI_PLAIN}</s:b></s:a>'), "stopped"),
    ("8", "XInclude", post(XML, '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file:///etc/passwd"/></a>'), "stopped"),
    ("8", "Deep", post(XML, "<a>" * 20000 + "</a>" * 20000), "stopped"),
    ("8", "HonestSoap", post("text/xml; charset=utf-8", '<?xml version="1.0"?><s:Envelope xmlns:s="urn:e"><s:Body><Add><a>1</a><b>2</b></Add></s:Body></s:Envelope>'), "passes"),
    # 9 oversize: the limit in these tests is 1 MB
    ("9", "PayloadBehind8K", post(FORM, "pad=" + "a" * 8192 + "&q=" + XSS_ENCODED), "stopped"),
    ("9", "PayloadBehind64K", post(FORM, "pad=" + "a" * 65536 + "&q=" + XSS_ENCODED), "stopped"),
    ("9", "PayloadBehind900K", post(FORM, "pad=" + "a" * 900_000 + "&q=" + XSS_ENCODED), "stopped"),
    ("9", "PayloadBehindTheLimit", post(FORM, "pad=" + large + "&q=" + XSS_ENCODED), "stopped"),
    ("9", "PayloadBehindTheLimitJson", post(JSON, '{"pad":"%s","q":"%s"}' % (large, XSS)), "stopped"),
    ("9", "HeaderFlood", get("/", "".join(f"X-H{i}: 1\r\n" for i in range(400))), "stopped"),
    ("9", "CookieFlood", get("/", "Cookie: " + "; ".join(f"c{i}=1" for i in range(1500)) + "\r\n"), "stopped"),
    ("9", "PartFlood", post("multipart/form-data; boundary=bb", "".join(f'--bb\r\nContent-Disposition: form-data; name="a{i}"\r\n\r\n1\r\n' for i in range(1500)) + "--bb--\r\n"), "stopped"),
    ("9", "LargeUploadPasses", multipart('form-data; name="f"; filename="big.bin"', b"\x01\x02\x03\x04" * (600 * 1024), part_headers="Content-Type: application/octet-stream\r\n"), "passes"),
    # 10 encodings of the body
    ("10", "Gzip", post(FORM, b"\x1f\x8b\x08\x00", headers="Content-Encoding: gzip\r\n"), "stopped"),
    ("10", "Brotli", post(FORM, b"\x0b\x01", headers="Content-Encoding: br\r\n"), "stopped"),
    ("10", "WrongHeader", post(FORM, "q=" + XSS_ENCODED, headers="Content-Encoding: gzip\r\n"), "stopped"),
    ("10", "IdentityIsInspected", post(FORM, "q=" + XSS_ENCODED, headers="Content-Encoding: identity\r\n"), "stopped"),
    ("10", "IdentityPasses", post(FORM, "q=ok", headers="Content-Encoding: identity\r\n"), "passes"),
    # 11 framing
    ("11", "LengthAndChunked", post(FORM, "0\r\n\r\n", headers="Transfer-Encoding: chunked\r\n"), "stopped"),
    ("11", "ObfuscatedTransferEncoding", post(FORM, "q=1", headers="Transfer-Encoding: xchunked\r\n"), "stopped"),
    ("11", "ChunkExtension", chunked(FORM, [b"q=%3Cscript%3Ealert(1)", b"%3C/script%3E"], extension=";a=b"), "stopped"),
    ("11", "OneByteChunks", chunked(FORM, [bytes([b]) for b in ("q=" + XSS_ENCODED).encode()]), "stopped"),
    ("11", "ChunkSizeOverflow", get("/").replace(b"Connection: close", b"Transfer-Encoding: chunked\r\nConnection: close") + b"fffffffffffffffff\r\n", "stopped"),
    ("11", "ChunkedPasses", chunked(FORM, [b"q=hel", b"lo"]), "passes"),
    ("11", "GetWithBody", get("/").replace(b"Connection: close", b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\nConnection: close") + ("q=" + XSS_ENCODED).ljust(40).encode(), "stopped"),
    ("11", "AbsoluteForm", get("http://localhost/?q=" + XSS_ENCODED), "stopped"),
    ("11", "Http09", f"GET /?q={XSS_ENCODED}\r\n".encode(), "stopped"),
    # 13 paths
    ("13", "DotSegments", get("/a/../../../../etc/passwd"), "stopped"),
    ("13", "SemicolonSegments", get("/app/..;/..;/manager/html"), "stopped"),
    ("13", "EncodedDots", get("/static/%2e%2e/%2e%2e/etc/passwd"), "stopped"),
    ("13", "EncodedSlash", get("/static/..%2f..%2f..%2fetc%2fpasswd"), "stopped"),
    ("13", "Backslash", get("/static/..%5c..%5cwindows%5cwin.ini"), "stopped"),
    ("13", "DotFileWithSlashes", get("//.git//config"), "stopped"),
    ("13", "DotFileEncoded", get("/%2egit/config"), "stopped"),
    ("13", "SessionIdPasses", get("/shop;jsessionid=1A2B3C"), "passes"),
    # 14 headers
    ("14", "Underscore", get("/", "X_Api_Key: 1\r\n"), "passes"),
    ("14", "DuplicateHost", get("/", "Host: other\r\n"), "stopped"),
    ("14", "EightBit", get("/", "X-Name: \xe9\xff\r\n"), "passes"),
    ("14", "CookieQuoted", get("/", f'Cookie: a="{XSS}"\r\n'), "stopped"),
    ("14", "CookieVersionPrefix", get("/", f'Cookie: $Version=1; a="{SQLI_PLAIN}"\r\n'), "stopped"),
    ("14", "SecondCookieField", get("/", f"Cookie: a=1\r\nCookie: b={XSS}\r\n"), "stopped"),
    # 15 methods
    ("15", "Unknown", get("/").replace(b"GET", b"FROBNICATE", 1), "stopped"),
    ("15", "LowerCase", get("/").replace(b"GET", b"get", 1), "stopped"),
    ("15", "OverrideToTrace", post(FORM, "a=1", headers="X-HTTP-Method-Override: TRACE\r\n"), "stopped"),
    ("15", "PutIsInspected", post(FORM, "q=" + XSS_ENCODED).replace(b"POST", b"PUT", 1), "stopped"),
    ("15", "DeleteWithBodyIsInspected", post(JSON, '{"q":"%s"}' % XSS).replace(b"POST", b"DELETE", 1), "stopped"),
    # 17 trust
    ("17", "ForwardedHostIsInspected", get("/", f"X-Forwarded-Host: {XSS}\r\n"), "stopped"),
    ("17", "ForwardedForIsInspected", get("/", "X-Forwarded-For: 1' OR '1'='1\r\n"), "stopped"),
]
