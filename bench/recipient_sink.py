#!/usr/bin/env python3
"""A mail server that knows everybody and counts who was asked for. usage: recipient_sink.py HOST:PORT
At SIGTERM it prints one JSON line: recipients it saw, those called unknown…, messages."""
import asyncio, json, signal, sys
host, port = sys.argv[1].rsplit(':', 1)
seen = dict(recipients=0, unknown=0, messages=0)


async def session(reader, writer):
    writer.write(b'220 sink ESMTP\r\n')
    data = False
    try:
        while line := await reader.readline():
            verb = line[:4].upper()
            if data:
                if line != b'.\r\n':
                    continue
                data = False
                seen['messages'] += 1
                writer.write(b'250 2.0.0 Ok\r\n')
            elif verb == b'EHLO':
                writer.write(b'250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 100000000\r\n')
            elif verb == b'DATA':
                data = True
                writer.write(b'354 go\r\n')
            elif verb == b'QUIT':
                writer.write(b'221 2.0.0 Bye\r\n')
                break
            else:
                if verb == b'RCPT':
                    seen['recipients'] += 1
                    seen['unknown'] += b'<unknown' in line
                writer.write(b'250 2.1.0 Ok\r\n')
            await writer.drain()
    except (OSError, ValueError):
        pass
    writer.close()


async def main():
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    server = await asyncio.start_server(session, host, int(port), backlog=1024)
    await done.wait()
    server.close()
    print(json.dumps(seen))

asyncio.run(main())
