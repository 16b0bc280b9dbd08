"""A mail server that may be killed at any moment: it answers 250 to a message only after the Subject is on disk.

usage: durable_server.py PORT STORE [--careless | --doubles]
It ends when its standard input does. With a fault, for the proof that the tests notice: --careless answers first and stores later,
--doubles stores each message twice.
"""
import os
import socket
import sys
import threading
import time

port, store = int(sys.argv[1]), sys.argv[2]
careless = "--careless" in sys.argv[3:]
copies = 2 if "--doubles" in sys.argv[3:] else 1
disk = os.open(store, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def keep(subject):
    os.write(disk, (subject + b"\n") * copies)
    os.fsync(disk)


def serve(client):
    with client, client.makefile("rb") as lines:
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(b"220 durable\r\n")
            for line in lines:
                if line.startswith(b"EHLO"):
                    client.sendall(b"250-durable\r\n250 PIPELINING\r\n")
                elif line == b"DATA\r\n":
                    client.sendall(b"354 go\r\n")
                    subject = None
                    for text in lines:
                        if text == b".\r\n":
                            break
                        if subject is None and text.startswith(b"Subject: "):
                            subject = text[9:].strip()
                    else:
                        return
                    if careless:
                        client.sendall(b"250 kept\r\n")
                        time.sleep(0.05)
                        keep(subject)
                    else:
                        keep(subject)
                        client.sendall(b"250 kept\r\n")
                elif line == b"QUIT\r\n":
                    client.sendall(b"221 bye\r\n")
                    return
                else:
                    client.sendall(b"250 ok\r\n")
        except OSError:
            pass  # the gateway was killed


def accept(listener):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen(512)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
