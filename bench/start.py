#!/usr/bin/env python3
"""Time from exec to the first banner. usage: start.py BINARY SETTINGS HOST:PORT (whatever listens there is ended first)"""
import os, signal, socket, statistics, subprocess, sys, time
binary, settings, target = sys.argv[1:4]
host, port = target.rsplit(':', 1)


def banner():
    try:
        with socket.create_connection((host, int(port)), 5) as s:
            s.settimeout(5)
            return s.recv(512).startswith(b'220')
    except OSError:
        return False


for pid in (subprocess.run(['pgrep', '-f', f'^{binary} serve --config {settings}'], capture_output=True, text=True).stdout.split()):
    os.kill(int(pid), signal.SIGTERM)
while banner():
    time.sleep(.05)
times = []
for _ in range(7):
    begin = time.monotonic()
    with subprocess.Popen([binary, 'serve', '--config', settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not banner():
            time.sleep(.002)
        times.append(time.monotonic() - begin)
        process.terminate()
print(f'median {statistics.median(times):.3f}, all {[round(t, 3) for t in times]}')
