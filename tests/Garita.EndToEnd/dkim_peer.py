"""dkimpy as a second signer and verifier: verifies N.ours, signs N.eml into N.theirs in all forms in turn, seals it into N.sealed.

usage: dkim_peer.py FOLDER COUNT
The folder has rsa.pem, ed25519.seed (base64) and keys (name, space, record). One line a message: N and whether ours and our seal verified.
"""
import itertools
import os
import sys

import dkim

folder, count = sys.argv[1], int(sys.argv[2])


def read(name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def write(name, octets):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(octets)


keys = dict(line.split(b" ", 1) for line in read("keys").splitlines())
rsa, seed = read("rsa.pem"), read("ed25519.seed").strip()


def find(name, timeout=5):
    return keys.get(name.rstrip(b"."))


forms = itertools.cycle(itertools.product((b"relaxed", b"simple"), (b"relaxed", b"simple"), (True, False), (True, False)))
for number in range(count):
    header, body, is_rsa, has_length = next(forms)
    message = read(f"{number}.eml")
    how = dict(canonicalize=(header, body), length=has_length)
    if is_rsa:
        signature = dkim.sign(message, b"rsa", b"a.example", rsa, **how)
    else:
        signature = dkim.sign(message, b"ed25519", b"a.example", seed, signature_algorithm=b"ed25519-sha256", **how)
    write(f"{number}.theirs", signature + message)
    fields = dkim.arc_sign(b"Authentication-Results: a.example; spf=pass\r\n" + message, b"rsa", b"a.example", rsa, b"a.example", include_headers=[b"from", b"to", b"subject"])
    write(f"{number}.sealed", b"".join(fields) + message)
    chain, results, reason = dkim.arc_verify(read(f"{number}.ourseal"), dnsfunc=find)
    print(number, dkim.verify(read(f"{number}.ours"), dnsfunc=find), chain == b"pass")
