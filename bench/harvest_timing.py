#!/usr/bin/env python3
"""Whether the time of an answer tells who exists, where the answer itself does not. usage: harvest_timing.py HOST:PORT [SAMPLES]
Names that exist (user00001 …) and names that do not (nope00001 …) are asked for in random order, each once. A row is the median of both,
how often an existing name is answered later than a missing one (50 % is equal), and the two-sided p of the Mann-Whitney test.
Prints a table; 1 when a row differs (p < 0.001 and more than 2 points from 50 %)."""
import asyncio, math, random, socket, statistics, sys, time

host, port = sys.argv[1].rsplit(':', 1)
samples = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
random.seed(1)
used = {'user': 0, 'nope': 0}
failed = False


def name(kind):
    used[kind] += 1
    return f'{kind}{used[kind]:05}'


def order(each):
    kinds = ['user', 'nope'] * each
    random.shuffle(kinds)
    return kinds


def mann_whitney(a, b):
    """Share of pairs in which a is later than b (ties count half), and p by the normal approximation with ties."""
    both = sorted([(x, 0) for x in a] + [(x, 1) for x in b])
    ranks, ties, i = 0.0, 0.0, 0
    while i < len(both):
        end = i
        while end < len(both) and both[end][0] == both[i][0]:
            end += 1
        ranks += (i + 1 + end) / 2 * sum(1 for x in both[i:end] if x[1] == 0)
        ties += (end - i) ** 3 - (end - i)
        i = end
    n, m = len(a), len(b)
    u = ranks - n * (n + 1) / 2
    sigma = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return u / (n * m), math.erfc(abs(u - n * m / 2) / sigma / math.sqrt(2)) if sigma else 1.0


def row(what, times, replies, is_control=False):
    global failed
    a, b = times['user'], times['nope']
    later, p = mann_whitney(a, b)
    differs = p < 0.001 and abs(later - .5) > .02
    same = replies['user'] == replies['nope']
    if not is_control:
        failed |= differs or not same
    print(f'| {what} | {" ".join(sorted(replies["user"] | replies["nope"]))} | {len(a)} | {statistics.median(a) / 1000:.1f} | {statistics.median(b) / 1000:.1f} | {later * 100:.1f} % | {p:.2g} | '
          f'{"answers differ" if not same else "times differ" if differs else "equal"} |', flush=True)


class Line:
    """One connection, one command after the other."""

    def __init__(self, source, helo='bench.example'):
        self.socket = socket.socket()
        self.socket.settimeout(60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.bind((source, 0))
        self.socket.connect((host, int(port)))
        self.read()
        self.say(f'EHLO {helo}')

    def read(self):
        got = b''
        while not got.endswith(b'\r\n') or got.rsplit(b'\r\n', 2)[-2][3:4] == b'-':
            more = self.socket.recv(4096)
            if not more:
                raise OSError(f'closed after {got!r}')
            got += more
        return got

    def say(self, line):
        self.socket.sendall(line.encode() + b'\r\n')
        return self.read()

    def timed(self, line):
        line = line.encode() + b'\r\n'
        begin = time.perf_counter_ns()
        self.socket.sendall(line)
        got = self.read()
        return time.perf_counter_ns() - begin, b' '.join(got.split(b' ')[:2]).decode().strip()


def new():
    return {'user': [], 'nope': []}, {'user': set(), 'nope': set()}


def one_by_one(what, command, begin=(), helo='bench.example', each=50, per_line=None, is_control=False):
    """`begin` is said before every `each` pairs; a new connection after `per_line` pairs."""
    times, replies = new()
    line = None
    done = 0
    while done < samples:
        if line is None or (per_line and done % per_line == 0):
            line = Line(f'127.221.{done // 250 % 250}.{done % 250 + 1}', helo)
        for said in begin:
            line.say(said)
        for kind in order(each):
            took, reply = line.timed(command % name(kind))
            times[kind].append(took)
            replies[kind].add(reply)
        done += each
    row(what, times, replies, is_control)


async def one(source, domain, helo, kinds, before, times, replies):
    reader, writer = await asyncio.open_connection(host, int(port), local_addr=(source, 0))

    async def say(said):
        begin = time.perf_counter_ns()
        writer.write(said.encode() + b'\r\n')
        while True:
            got = await reader.readline()
            if got[3:4] != b'-':
                return time.perf_counter_ns() - begin, b' '.join(got.split(b' ')[:2]).decode().strip()
    await reader.readline()
    await say(f'EHLO {helo}')
    for said in before:
        await say(said)
    for kind in kinds:
        took, reply = await say(f'RCPT TO:<{name(kind)}@{domain}>')
        times[kind].append(took)
        replies[kind].add(reply)
    writer.close()


async def side_by_side(what, domain, parallel, each, rounds, before):
    times, replies = new()
    for turn in range(rounds):
        await asyncio.gather(*[one(f'127.{222 + turn}.{i}.1', domain, 'bench.example', order(each), before(), times, replies) for i in range(parallel)])
    row(what, times, replies)


print('| where | answer | of each | exists, µs | does not, µs | later when it exists | p | |\n|---|---|---|---|---|---|---|---|')
mail = ('RSET', 'MAIL FROM:<a@x.test>')
one_by_one('VRFY', 'VRFY %s', each=4, per_line=4)
one_by_one('VRFY with domain', 'VRFY %s@example.com', each=4, per_line=4)
one_by_one('EXPN', 'EXPN %s', each=4, per_line=4)
one_by_one('HELP', 'HELP %s', each=4, per_line=4)
one_by_one('RCPT behind a sender that was refused', 'RCPT TO:<%s@example.com>', ('RSET', 'MAIL FROM:<a..b@x.test>'), each=4, per_line=4)
one_by_one('RCPT of a client that a rule refuses', 'RCPT TO:<%s@example.com>', mail, helo='gw.example.com')

# Four that do not exist are a distributed harvest of these domains; from then on all are put off.
for domain in ('example.com', 'example.org'):
    first = Line('127.220.0.1')
    first.say('MAIL FROM:<a@x.test>')
    for i in range(4):
        first.say(f'RCPT TO:<gone{i}@{domain}>')
asyncio.run(side_by_side('RCPT while the domain is put off, no delay', 'example.com', 200, 5, max(1, samples // 1000), lambda: ['MAIL FROM:<a@x.test>']))
asyncio.run(side_by_side('RCPT while the domain is put off, 1 s', 'example.org', 200, 5, 1, lambda: ['MAIL FROM:<a@x.test>']))
asyncio.run(side_by_side('RCPT of a harvester', 'example.net', 200, 2, max(1, samples // 1000), lambda: ['MAIL FROM:<a@x.test>', *[f'RCPT TO:<{name("nope")}@example.net>' for _ in range(5)]]))
one_by_one('for comparison: RCPT that is answered', 'RCPT TO:<%s@example.edu>', mail, is_control=True)
sys.exit(failed)
