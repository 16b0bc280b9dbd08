#!/usr/bin/env python3
"""A DNS server on loopback for the benches. usage: stub_resolver.py HOST:PORT
PTR: client.bench.test; A of any name: 127.0.0.1; MX of any name: 10 mx.bench.test; everything else: no data."""
import socket, struct, sys
host, port = sys.argv[1].rsplit(':', 1)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((host, int(port)))
name = lambda text: b''.join(bytes([len(part)]) + part.encode() for part in text.split('.')) + b'\0'
while True:
    query, client = server.recvfrom(1500)
    end = 12
    while query[end]:
        end += query[end] + 1
    kind = struct.unpack('>H', query[end + 1:end + 3])[0]
    data = {12: name('client.bench.test'), 1: b'\x7f\0\0\1', 15: b'\0\x0a' + name('mx.bench.test')}.get(kind)
    answer = b'' if data is None else b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 3600, len(data)) + data
    server.sendto(query[:2] + b'\x81\x80\0\1' + struct.pack('>H', data is not None) + b'\0\0\0\0' + query[12:end + 5] + answer, client)
