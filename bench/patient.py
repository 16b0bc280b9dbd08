#!/usr/bin/env python3
"""Honest but not fast. usage: patient.py HOST:PORT pause|large [N]
pause: N messages, 150 ms before each command. large: one message of N MiB at 64 kB/s. Prints one JSON line; 1 when one failed."""
import json, socket, sys, threading, time
target, mode = sys.argv[1:3]
n = int(sys.argv[3]) if len(sys.argv) > 3 else 20
host, port = target.rsplit(':', 1)
ok, failed = [], []


def say(stream, s, line, want):
    s.sendall(line)
    while True:
        got = stream.readline()
        if not got or got[:1] != want:
            raise OSError(f'{line[:20]!r}: {got[:80]!r}')
        if got[3:4] != b'-':
            return


def one(source):
    begin = time.monotonic()
    try:
        s = socket.socket()
        s.settimeout(60)
        s.bind((source, 0))
        s.connect((host, int(port)))
        stream = s.makefile('rb')
        say(stream, s, b'', b'2')
        for line, want in ((b'EHLO patient.example\r\n', b'2'), (b'MAIL FROM:<a@x.test>\r\n', b'2'), (b'RCPT TO:<user1@example.com>\r\n', b'2'), (b'DATA\r\n', b'3')):
            time.sleep(.15)
            say(stream, s, line, want)
        s.sendall(b'From: a@x.test\r\nSubject: patient\r\n\r\n')
        if mode == 'large':
            piece = (b'x' * 70 + b'\r\n') * 91
            for _ in range(n * 1024 * 1024 // len(piece)):
                s.sendall(piece)
                time.sleep(len(piece) / 64000)
        time.sleep(.15)
        say(stream, s, b'hi\r\n.\r\n', b'2')
        ok.append(time.monotonic() - begin)
        s.sendall(b'QUIT\r\n')
    except OSError as e:
        failed.append(str(e))


threads = []
for i in range(n if mode == 'pause' else 1):
    threads.append(threading.Thread(target=one, args=(f'127.210.{i}.1',)))
    threads[-1].start()
    time.sleep(.25)
for thread in threads:
    thread.join()
print(json.dumps(dict(client=f'patient {mode}', sent=len(threads), ok=len(ok), median=round(sorted(ok)[len(ok) // 2], 2) if ok else None, failed=failed[:3])))
sys.exit(1 if failed else 0)
