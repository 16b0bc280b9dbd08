"""Peers of the packet filter's tests, each run inside a namespace of the test: wall_peer.py WHAT ..."""
import asyncore, socket, struct, smtplib, sys, time


def backend(addresses):
    """A mail server that says yes and prints subjects."""
    import smtpd

    class Sink(smtpd.SMTPServer):
        def process_message(self, peer, mailfrom, rcpttos, data, **more):
            for line in data.decode("latin-1").splitlines():
                if line.startswith("Subject:"):
                    print(line, flush=True)

    sinks = [Sink((address, 25), None) for address in addresses]
    print("ready", flush=True)
    asyncore.loop(timeout=1)


def mail(address, subject):
    with smtplib.SMTP(address, 25, "client.example.net", timeout=20) as server:
        server.sendmail("anna@example.net", ["bob@example.com"], f"From: anna@example.net\r\nTo: bob@example.com\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{subject}@example.net>\r\nSubject: {subject}\r\n\r\nhello\r\n")
    print("sent")


def connect(address, port, source=None):
    with socket.create_connection((address, int(port)), 3, (source, 0) if source else None):
        print("connected")


def connections(address, count, source):
    """Opens them one after the other and keeps them; prints how many were greeted."""
    kept, greeted, why = [], 0, ""
    for _ in range(int(count)):
        try:
            one = socket.create_connection((address, 25), 3, (source, 0) if source else None)
            one.settimeout(3)
            kept.append(one)
            # Greeted first: who speaks before is refused.
            greeted += one.recv(100).startswith(b"220")
        except OSError as problem:
            why = problem
    print("greeted", greeted, why)


def half(address, subject):
    """A mail of which half is sent; the rest, when a line comes in."""
    server = smtplib.SMTP(address, 25, "client.example.net", timeout=20)
    server.ehlo("client.example.net")
    server.mail("anna@example.net")
    server.rcpt("bob@example.com")
    server.putcmd("data")
    assert server.getreply()[0] == 354
    server.send(f"From: anna@example.net\r\nTo: bob@example.com\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{subject}@example.net>\r\nSubject: {subject}\r\n\r\nhello\r\n")
    print("half", flush=True)
    for _ in sys.stdin:
        break
    server.send("good bye\r\n.\r\n")
    print(server.getreply()[0], flush=True)
    server.quit()
    print("quit", flush=True)


def hold(address, port):
    """Keeps a connection open, and says each line it hears to the other side."""
    with socket.create_connection((address, int(port)), 3) as one:
        print("connected", flush=True)
        for line in sys.stdin:
            one.sendall(line.encode())
            print("echo", one.recv(100).decode().strip(), flush=True)


def echo(address, port):
    server = socket.create_server((address, int(port)))
    print("ready", flush=True)
    import threading

    def serve(one):
        while data := one.recv(100):
            one.sendall(data)

    while True:
        one, _ = server.accept()
        threading.Thread(target=serve, args=(one,), daemon=True).start()


def packets(what, interface, mac, target, client, own):
    """Five packets of a bad class."""
    from scapy.all import Ether, IP, IPv6, TCP, IPv6ExtHdrFragment, Raw, sendp
    is_v6 = ":" in target
    layer = lambda source=None, **more: (IPv6(src=source or own, dst=target) if is_v6 else IP(src=source or own, dst=target, **more))
    make = {
        "null": lambda i: layer() / TCP(sport=2000 + i, dport=25, flags=0),
        "xmas": lambda i: layer() / TCP(sport=2000 + i, dport=25, flags="FPU"),
        "syn-fin": lambda i: layer() / TCP(sport=2000 + i, dport=25, flags="SF"),
        "small-mss": lambda i: layer() / TCP(sport=2000 + i, dport=25, flags="S", options=[("MSS", 100)]),
        "source-port-0": lambda i: layer() / TCP(sport=0, dport=25, flags="S", seq=i),
        "stray-ack": lambda i: layer() / TCP(sport=2000 + i, dport=25, flags="A", seq=7, ack=9),
        "fragment": lambda i: (IPv6(src=own, dst=target) / IPv6ExtHdrFragment(nh=6, m=1, id=i + 1) / TCP(sport=2000 + i, dport=25, flags="S") / Raw(b"x" * 4)) if is_v6
        else layer(flags="MF", id=i + 1) / TCP(sport=2000 + i, dport=25, flags="S") / Raw(b"x" * 4),
        "another's-source": lambda i: layer(client) / TCP(sport=2000 + i, dport=25, flags="S"),
        "our-source": lambda i: layer(target) / TCP(sport=2000 + i, dport=25, flags="S"),
        "loopback-source": lambda i: layer("::1" if is_v6 else "127.0.0.1") / TCP(sport=2000 + i, dport=25, flags="S"),
    }[what]
    sendp([Ether(dst=mac) / make(i) for i in range(5)], iface=interface, verbose=False)
    print("sent")


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def syns(interface, mac, target, count, source=None):
    """SYNs with forged sources: all different, or all from one."""
    is_v6 = ":" in target
    family = socket.AF_INET6 if is_v6 else socket.AF_INET
    to = socket.inet_pton(family, target)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((interface, 0))
    ours = wire.getsockname()[4]
    head = bytes.fromhex(mac.replace(":", "")) + ours + (b"\x86\xdd" if is_v6 else b"\x08\x00")
    for i in range(int(count)):
        name = source or (f"2001:db8:bad:{i >> 8:x}::{i & 255:x}" if is_v6 else f"198.18.{i >> 8}.{i & 255}")
        by = socket.inet_pton(family, name)
        tcp = struct.pack("!HHIIBBHHHBBH", 1024 + i % 60000, 25, i, 0, 6 << 4, 2, 64240, 0, 0, 2, 4, 1460)
        pseudo = by + to + (struct.pack("!II", len(tcp), 6) if is_v6 else struct.pack("!BBH", 0, 6, len(tcp)))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        if is_v6:
            ip = struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + by + to
        else:
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), i & 0xffff, 0, 64, 6, 0) + by + to
            ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        wire.send(head + ip + tcp)
        if i % 200 == 199:
            time.sleep(0.005)
    print("sent")


what, arguments = sys.argv[1], sys.argv[2:]
backend(arguments) if what == "backend" else globals()[what](*arguments)
