# SPDX-License-Identifier: Apache-2.0
"""Writes a small MaxMind DB file. Usage: mmdb.py OUT < JSON, an object of network to record:
{"192.0.2.0/24": {"country": {"iso_code": "DE"}}}. Floats become doubles, whole numbers uint32."""
import ipaddress
import json
import struct
import sys

POINTER_SIZE = 24  # bits of one side of a node
METADATA_MARKER = b"\xab\xcd\xefMaxMind.com"
SEPARATOR = b"\0" * 16
STRING, DOUBLE, UINT16, UINT32, MAP, UINT64, ARRAY = 2, 3, 5, 6, 7, 9, 11


def control(kind, size):
    extended = bytes([kind - 7]) if kind > 7 else b""
    first = (kind if kind <= 7 else 0) << 5
    if size < 29:
        return bytes([first | size]) + extended
    assert size < 29 + 256, "no larger values are written"
    return bytes([first | 29]) + extended + bytes([size - 29])


def number(kind, value):
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return control(kind, len(data)) + data


def encode(value):
    if isinstance(value, str):
        data = value.encode()
        return control(STRING, len(data)) + data
    if isinstance(value, float):
        return control(DOUBLE, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        return number(UINT32, value)
    if isinstance(value, list):
        return control(ARRAY, len(value)) + b"".join(map(encode, value))
    return control(MAP, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())


def metadata(node_count):
    fields = [
        ("node_count", number(UINT32, node_count)),
        ("record_size", number(UINT16, POINTER_SIZE)),
        ("ip_version", number(UINT16, 6)),
        ("database_type", encode("Test-City")),
        ("languages", encode(["en"])),
        ("binary_format_major_version", number(UINT16, 2)),
        ("binary_format_minor_version", number(UINT16, 0)),
        ("build_epoch", number(UINT64, 1700000000)),
        ("description", encode({"en": "written by a test"})),
    ]
    return METADATA_MARKER + control(MAP, len(fields)) + b"".join(encode(k) + v for k, v in fields)


def network_bits(text):
    network = ipaddress.ip_network(text)
    bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
    return "0" * 96 + bits if network.version == 4 else bits  # IPv4 lives in ::/96


def build(records):
    data = b""
    nodes = [[None, None]]  # each side: None, ("node", index) or ("data", offset)
    for network, record in records.items():
        leaf = ("data", len(data))
        data += encode(record)
        at = 0
        bits = network_bits(network)
        for bit in map(int, bits[:-1]):
            if nodes[at][bit] is None:
                nodes.append([None, None])
                nodes[at][bit] = ("node", len(nodes) - 1)
            kind, at = nodes[at][bit]
            assert kind == "node", f"{network} lies in another network"
        nodes[at][int(bits[-1])] = leaf

    def side(value):
        if value is None:
            return len(nodes)
        kind, number_of = value
        return number_of if kind == "node" else len(nodes) + len(SEPARATOR) + number_of

    tree = b"".join(side(s).to_bytes(POINTER_SIZE // 8, "big") for node in nodes for s in node)
    return tree + SEPARATOR + data + metadata(len(nodes))


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as out:
        out.write(build(json.load(sys.stdin)))
