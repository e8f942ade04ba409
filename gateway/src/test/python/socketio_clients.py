"""Runs python-socketio's clients, blocking and asyncio, by every way: against a server that echoes, or a gateway that pushes.

python3 socketio_clients.py '{"table":"echo","url":"http://127.0.0.1:8080"}'
python3 socketio_clients.py '{"table":"push","url":"http://127.0.0.1:8080","apiKey":"…","run":"a"}'

Each cell is a line of JSON on standard output.
"""

import asyncio
import itertools
import json
import os
import sys
import traceback
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import socketio
from engineio.payload import Payload

# Preset is 16: with more updates in one answer to a poll the client gives up, whichever the server is.
Payload.max_decode_packets = 1_000

PATIENCE_SECONDS = 60
MANY = 200
WAYS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}
TEXTS = ("hello", "", 1, -0.5, True, None, ["a", [], {}], {"nested": {"list": [1, "two", None]}})
UNICODE = (
    "h\u00e9llo \u2713 \u65e5\u672c\u8a9e",
    "\U0001f389 \U0001f469\u200d\U0001f467 \U0010ffff",
    "line\u2028separator\u2029paragraph\r\n\t\0\x1e\x7f\u0085\ufeff",
    'quotes " and \\ and 4:text',
    {"k\u00e9y \U0001f511": "\U0001d11e"},
)
ATTACHMENTS = (bytes(range(256)), {"empty": b"", "list": ["text", b"\xfa\xfb", {"deep": bytes(1_000)}]}, "last", b"\x1e")


class Client:
    """One client whose events are waited for in turn; how it is called is up to those below."""

    def __init__(self, sio, way):
        self.sio = sio
        self.transports = WAYS[way]
        self.events = {}
        self.loop = asyncio.get_running_loop()

    def on(self, event, namespace):
        key = (event, namespace)
        self.events[key] = asyncio.Queue()

        # As users write it: an event has as many arguments as were sent.
        def handler(*args):
            self.loop.call_soon_threadsafe(self.events[key].put_nowait, args)

        self.sio.on(event, handler, namespace=namespace)

    async def next(self, event, namespace="/"):
        return await self.events[event, namespace].get()

    async def begin(self, url, namespaces, **options):
        for namespace in namespaces:
            for event in ("auth", "message-back", "connected", "control", "price_update", "disconnect", "connect_error"):
                self.on(event, namespace)
        await self.call(self.sio.connect, url, transports=self.transports, namespaces=namespaces, **options)

    async def open(self, url, namespaces=("/",), **options):
        """Waits for all namespaces, and for the upgrade if there is one."""
        await self.begin(url, list(namespaces), wait_timeout=PATIENCE_SECONDS, **options)
        same(self.sio.transport(), self.transports[-1], "carried by")

    async def echo(self, *sent, namespace="/"):
        await self.call(self.sio.emit, "message", sent, namespace=namespace)
        return await self.next("message-back", namespace)

    async def ask(self, event, *args):
        answer = await self.call(self.sio.call, event, args, timeout=PATIENCE_SECONDS)
        return answer if isinstance(answer, tuple) else (answer,)

    async def close(self):
        await self.call(self.sio.disconnect)


class BlockingClient(Client):
    # Each cell may wait in a thread of its own.
    threads = ThreadPoolExecutor(max_workers=100)

    def __init__(self, way):
        super().__init__(socketio.Client(reconnection=False), way)

    async def call(self, function, *args, **options):
        return await self.loop.run_in_executor(self.threads, lambda: function(*args, **options))


class AsyncClient(Client):
    def __init__(self, way):
        super().__init__(socketio.AsyncClient(reconnection=False), way)

    async def call(self, function, *args, **options):
        return await function(*args, **options)


CLIENTS = {"blocking": BlockingClient, "asyncio": AsyncClient}


def same(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r:.500} but got {actual!r:.500}")


# ---- a server that echoes ----


async def text(client, told):
    await client.open(told["url"])
    same(await client.echo(*TEXTS), TEXTS, "echoed")


async def unicode(client, told):
    await client.open(told["url"])
    same(await client.echo(*UNICODE), UNICODE, "echoed")


async def binary(client, told):
    await client.open(told["url"])
    for sent in (bytes(range(256)), b"", bytes(20_000)):
        same(await client.echo(sent), (sent,), "echoed")


async def several_attachments(client, told):
    await client.open(told["url"])
    same(await client.echo(*ATTACHMENTS), ATTACHMENTS, "echoed")


async def ack(client, told):
    await client.open(told["url"])
    same(await client.ask("message-with-ack", *TEXTS), TEXTS, "acknowledged")


async def ack_with_binary(client, told):
    await client.open(told["url"])
    same(await client.ask("message-with-ack", *ATTACHMENTS), ATTACHMENTS, "acknowledged")


async def many_in_order(client, told):
    await client.open(told["url"])
    sent = [(n, bytes(n) if n % 10 == 9 else f"\U0001f4c8 {n}") for n in range(MANY)]
    for args in sent:
        await client.call(client.sio.emit, "message", args)
    same([await client.next("message-back") for _ in sent], sent, "echoed")


async def namespace_custom(client, told):
    await client.open(told["url"], namespaces=["/", "/custom"], auth={"token": "123"})
    same(await client.next("auth", "/custom"), ({"token": "123"},), "auth")
    same(await client.echo(*ATTACHMENTS, namespace="/custom"), ATTACHMENTS, "echoed there")
    same(await client.echo(*ATTACHMENTS), ATTACHMENTS, "echoed here")


async def no_auth(client, told):
    await client.open(told["url"])
    same(await client.next("auth"), ({},), "auth")


async def unknown_namespace(client, told):
    # Not waiting to be let in, which these clients do until their patience ends.
    await client.begin(told["url"], ["/nobody-configured-this"], wait=False)
    (error,) = await client.next("connect_error", "/nobody-configured-this")
    same(error, {"message": "Invalid namespace"}, "refused")


async def leaves_by_itself(client, told):
    await client.open(told["url"])
    await client.close()
    await client.next("disconnect")


ECHO = [text, unicode, binary, several_attachments, ack, ack_with_binary, many_in_order, namespace_custom, no_auth,
        unknown_namespace, leaves_by_itself]

# ---- a gateway that pushes ----

numbers = itertools.count()


async def publish(told, channel, payloads):
    body = json.dumps({"messages": [{"channel": channel, "data": data} for data in payloads]}).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {told['apiKey']}"}
    request = urllib.request.Request(f"{told['url']}/api/publish", body, headers)
    await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=PATIENCE_SECONDS).read())


async def price_updates(client, told):
    """The last value, then every later one, each as the only argument of the handler."""
    channel = f"price:{told['run']}-{next(numbers)}"
    await publish(told, channel, [{"n": 0, "symbol": "\u20bf \U0001f4c8"}])
    await client.open(told["url"])
    (connected,) = await client.next("connected")
    same(isinstance(connected["session"], str), True, "session")
    (answer,) = await client.ask("subscribe", {"channels": [channel]})
    same((answer["ok"], [each["channel"] for each in answer["channels"]]), (True, [channel]), "subscribed")
    same(await client.next("price_update"), ({"n": 0, "symbol": "\u20bf \U0001f4c8"},), "the last value")
    for n in range(1, 20):
        await publish(told, channel, [{"n": n}])
        same(await client.next("price_update"), ({"n": n},), "update")


async def refusals(client, told):
    await client.open(told["url"])
    await client.call(client.sio.emit, "subscribe", "order:somebody")
    (control,) = await client.next("control")
    same(control["refused"][0]["code"], "unauthorized", "control")
    (answer,) = await client.ask("authenticate", "no token at all")
    same((answer["ok"], answer["code"]), (False, "unauthorized"), "authenticate")


async def names_its_user(client, told):
    await client.open(told["url"], auth={"token": told["token"]})
    (connected,) = await client.next("connected")
    same(connected["user"], "ann", "user")


async def authenticates_later(client, told):
    await client.open(told["url"])
    (answer,) = await client.ask("authenticate", {"token": told["token"]})
    same((answer["ok"], answer["user"]), (True, "ann"), "authenticate")


PUSH = [price_updates, refusals, names_its_user, authenticates_later]

# ---- all at once ----


async def result_of(name, way, cell, told):
    test = f"{name}, {way}: {cell.__name__.replace('_', ' ')}"
    client = CLIENTS[name](way)
    try:
        await asyncio.wait_for(cell(client, told), PATIENCE_SECONDS)
        return {"test": test}
    except Exception:
        return {"test": test, "error": traceback.format_exc()}


async def main():
    told = json.loads(sys.argv[1])
    cells = {"echo": ECHO, "push": PUSH}[told["table"]]
    runs = [result_of(name, way, cell, told) for name in CLIENTS for way in WAYS for cell in cells]
    for result in await asyncio.gather(*runs):
        print(json.dumps(result), flush=True)
    # Threads of clients that a failed cell left would keep the process.
    os._exit(0)


asyncio.run(main())
