#!/usr/bin/env python3
"""Memory of a connection after STARTTLS and EHLO. usage: starttls_hold.py CGROUP HOST:PORT N FOLDER (FOLDER holds cg.py)
Fails (1) when a connection did not get that far."""
import json, socket, ssl, sys
name, target, count, folder = sys.argv[1:5]
sys.path.insert(0, folder)
import cg
host, port = target.rsplit(':', 1)
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
before, held = cg.mem(name), []


def dialogue(s, line, end):
    s.sendall(line)
    got = b''
    while not any(part.startswith(end) for part in got.split(b'\r\n')[:-1]):
        part = s.recv(4096)
        if not part:
            raise OSError(f'closed after {got!r}')
        got += part


for i in range(int(count)):
    s = socket.socket()
    s.settimeout(30)
    s.bind((f'127.{20 + i // 16384}.{i // 64 % 256}.{i % 64 + 1}', 0))
    s.connect((host, int(port)))
    dialogue(s, b'', b'220 ')
    dialogue(s, b'EHLO c.example\r\n', b'250 ')
    dialogue(s, b'STARTTLS\r\n', b'220 ')
    s = context.wrap_socket(s)
    dialogue(s, b'EHLO c.example\r\n', b'250 ')
    held.append(s)
after = cg.mem(name)
print(json.dumps(dict(held=len(held), kb_per_conn=round((after['pss_kb'] - before['pss_kb']) / len(held), 2), pss_kb=after['pss_kb'])))
