#!/usr/bin/env python3
"""Messages that have to be judged, for bench/judged.
usage: judged.py make FOLDER                         a key, its zone and one signed message of 4 KiB
       judged.py dns FOLDER                          a DNS server with that zone on 127.0.0.1:53
       judged.py load FOLDER PEER HOST:PORT N GROUP...  sends it N times, 10 a connection, 10 at once; CPU of the groups for 1,000"""
import base64, json, os, re, smtplib, socket, statistics, struct, subprocess, sys, threading, time

verb, folder = sys.argv[1:3]


def make():
    import dkim
    subprocess.run(['openssl', 'genrsa', '-out', f'{folder}/key.pem', '2048'], check=True, capture_output=True)
    public = subprocess.run(['openssl', 'rsa', '-in', f'{folder}/key.pem', '-pubout', '-outform', 'DER'], check=True, capture_output=True).stdout
    zone = {
        'sel._domainkey.sender.test': 'v=DKIM1; k=rsa; p=' + base64.b64encode(public).decode(),
        'sender.test': 'v=spf1 ip4:127.0.0.0/8 -all',
        '_dmarc.sender.test': 'v=DMARC1; p=reject',
    }
    json.dump(zone, open(f'{folder}/zone.json', 'w'))
    head = b'From: Anna <anna@sender.test>\r\nTo: user1@example.com\r\nSubject: a letter\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@sender.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n'
    message = head + b'The quick brown fox jumps over the lazy dog. 0123456789\r\n' * ((4096 - len(head)) // 57)
    signature = dkim.sign(message, b'sel', b'sender.test', open(f'{folder}/key.pem', 'rb').read(), canonicalize=(b'relaxed', b'relaxed'))
    open(f'{folder}/message', 'wb').write(signature + message)


def serve():
    zone = json.load(open(f'{folder}/zone.json'))
    name = lambda text: b''.join(bytes([len(part)]) + part.encode() for part in text.split('.')) + b'\0'
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(('127.0.0.1', 53))
    while True:
        query, client = server.recvfrom(1500)
        end, labels = 12, []
        while query[end]:
            labels.append(query[end + 1:end + 1 + query[end]].decode('latin1').lower())
            end += query[end] + 1
        kind, asked = struct.unpack('>H', query[end + 1:end + 3])[0], '.'.join(labels)
        text = zone.get(asked)
        data = None
        if kind == 16 and text:
            data = b''.join(bytes([len(text[i:i + 255])]) + text[i:i + 255].encode() for i in range(0, len(text), 255))
        elif kind == 12:
            data = name('client.sender.test')
        elif kind == 1 and asked in ('client.sender.test', 'sender.test'):
            data = b'\x7f\0\0\1'
        elif kind == 15 and asked == 'sender.test':
            data = b'\0\x0a' + name('client.sender.test')
        answer = b'' if data is None else b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 3600, len(data)) + data
        server.sendto(query[:2] + b'\x81\x80\0\1' + struct.pack('>H', data is not None) + b'\0\0\0\0' + query[12:end + 5] + answer, client)


def load(peer, target, count, groups):
    sys.path.insert(0, folder)
    import cg
    host, port = target.rsplit(':', 1)
    message = open(f'{folder}/message', 'rb').read()
    problems, lock = [], threading.Lock()

    def sink():
        # smtp-sink counts in a log of its own.
        text = open(f'{folder}/sink.log', 'rb').read()[-200:]
        return int((re.findall(rb'mesg=(\d+)', text) or [0])[-1])

    def client(connections):
        for _ in range(connections):
            try:
                with smtplib.SMTP(host, int(port), local_hostname='client.sender.test', timeout=60) as server:
                    server.ehlo()
                    for i in range(10):
                        # Each differs in its last line before the signed ones: mail servers know repeated messages.
                        unique = b'X-Trace: %d\r\n' % time.monotonic_ns()
                        server.sendmail('anna@sender.test', ['user1@example.com'], unique + message)
            except (smtplib.SMTPException, OSError) as problem:
                with lock:
                    problems.append(str(problem)[:200])

    def send(amount):
        threads = [threading.Thread(target=client, args=(amount // 100,)) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    send(100)
    time.sleep(1)
    used = []
    for _ in range(3):
        before, had, begun = [cg.cpu(group) for group in groups], sink(), time.monotonic()
        send(count)
        while sink() - had < count and time.monotonic() - begun < 120:
            time.sleep(.05)
        got = sink() - had
        used.append(sum(cg.cpu(group) - old for group, old in zip(groups, before)) / max(got, 1) * 1000)
    print(json.dumps(dict(peer=peer, messages=count, arrived=got, cpu_per_1000=round(statistics.median(used), 3), runs=[round(one, 3) for one in used], problems=sorted(set(problems))[:3])), flush=True)


if verb == 'make':
    make()
elif verb == 'dns':
    serve()
else:
    load(sys.argv[3], sys.argv[4], int(sys.argv[5]), sys.argv[6:])
