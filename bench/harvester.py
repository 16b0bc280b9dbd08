#!/usr/bin/env python3
"""Offers unknown names, pipelined, and counts what becomes of each. usage: harvester.py HOST:PORT NAMES [PARALLEL] [SECONDS]
100 names a connection, PARALLEL connections at once (20) from as many addresses of one /24; goes on at once when it is turned away.
closed: their connection was refused, or shut before a greeting. sent: after MAIL. answered: by reply code. Prints one JSON line."""
import collections, json, socket, sys, threading, time
host, port = sys.argv[1].rsplit(':', 1)
names = int(sys.argv[2])
parallel = int(sys.argv[3]) if len(sys.argv) > 3 else 20
end = time.monotonic() + (float(sys.argv[4]) if len(sys.argv) > 4 else 60)
assert host.startswith('127.')
lock, batches, total, answered = threading.Lock(), iter(range(0, names, 100)), collections.Counter(), collections.Counter()


def reply(stream):
    while True:
        line = stream.readline()
        if len(line) < 4:
            raise EOFError
        if line[3:4] != b'-':
            return line[:3].decode('latin1')


def offer(source, first, counts, codes):
    counts['offered'] += 100
    where = 'closed'
    try:
        with socket.socket() as s:
            s.settimeout(30)
            s.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
            s.bind((source, 0))
            s.connect((host, int(port)))
            stream = s.makefile('rb')
            if reply(stream) != '220':
                return
            s.sendall(b'EHLO probe.test\r\n')
            if reply(stream) != '250':
                return
            where = 'sent'
            s.sendall(b'MAIL FROM:<a@x.test>\r\n' + b''.join(b'RCPT TO:<unknown%06d@example.com>\r\n' % (first + k) for k in range(100)))
            reply(stream)
            for _ in range(100):
                codes[reply(stream)] += 1
            s.sendall(b'QUIT\r\n')
    except (OSError, EOFError):
        pass
    finally:
        counts[where] += 100


def work(number):
    counts, codes = collections.Counter(), collections.Counter()
    while time.monotonic() < end:
        with lock:
            first = next(batches, None)
        if first is None:
            break
        offer(f'127.16.0.{number + 1}', first, counts, codes)
    with lock:
        total.update(counts)
        answered.update(codes)


begin = time.monotonic()
threads = [threading.Thread(target=work, args=(n,)) for n in range(parallel)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(dict(names=names, seconds=round(time.monotonic() - begin, 1), offered=total['offered'], closed=total['closed'], sent=total['sent'], answered=dict(answered))))
