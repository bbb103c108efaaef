"""A mail server for tests and benchmarks: takes e-mails and remembers them, or misbehaves as it is told.

`python -m nnprep.tests.sink PORT` runs one by itself.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from nnprep.tests.servers import free_port

NO_ANSWER = "no answer"
HANG_UP = "hang up"


def _fine(_: str) -> str:
    return "250 OK"


@dataclass
class Sink:
    """What the server took, and how it answers.

    `mail`, `rcpt` and `data` say what it answers to MAIL FROM, given the sender's address, to RCPT TO and to the text,
    given the receiver's: a reply, NO_ANSWER to stall, or HANG_UP to drop the connection. A text is taken whenever it
    has arrived in full and the answer is not a refusal. `delay`: seconds it thinks about each text. With `tls` it takes
    nothing before STARTTLS.
    """

    port: int = field(default_factory=free_port)
    mail: Callable[[str], str] = _fine
    rcpt: Callable[[str], str] = _fine
    data: Callable[[str], str] = _fine
    delay: float = 0.0
    keep: bool = True
    tls: ssl.SSLContext | None = None
    taken: list[tuple[str, str]] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    connections: int = 0
    _controller: Any = None

    def start(self) -> None:
        """Listen on the port."""
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._controller = _Server(_Handler(self), self.tls, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        self.connections = 0

    def stop(self) -> None:
        """Stop listening; connections that are open are dropped."""
        self._controller.stop(no_assert=True)

    @property
    def url(self) -> str:
        """The EMAIL_URL that names it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def emails(self) -> list[EmailMessage]:
        """What it took, read."""
        return [message_from_bytes(text, policy=policy.default) for text in self.texts]

    @property
    def times(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(message_id for message_id, _ in self.taken)


class _Server(Controller):
    def __init__(self, handler: Any, tls: ssl.SSLContext | None, **where: Any) -> None:
        self.tls = tls
        super().__init__(handler, **where)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="sink.example",
            enable_SMTPUTF8=True,
            timeout=600,
            tls_context=self.tls,
            require_starttls=self.tls is not None,
        )


class _Handler:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sink.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(server, self.sink.mail(address))
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = await self._answer(server, self.sink.rcpt(address))
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        if self.sink.delay:
            await asyncio.sleep(self.sink.delay)
        (address,) = envelope.rcpt_tos
        answer = self.sink.data(address)
        if answer[0] not in "45":
            head = message_from_bytes(envelope.content.partition(b"\r\n\r\n")[0])
            self.sink.taken.append((head["Message-ID"], address))
            if self.sink.keep:
                self.sink.texts.append(envelope.content)
        return await self._answer(server, answer)

    async def _answer(self, server: Any, answer: str) -> str:
        if answer == NO_ANSWER:
            await asyncio.sleep(600)
        if answer == HANG_UP:
            server.transport.close()
        return answer


@contextmanager
def nonsense(said: bytes) -> Iterator[int]:
    """A server that says the same words to whatever it hears, on a free port."""
    ready = threading.Event()
    stopped: list[Callable[[], object]] = []
    port = free_port()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        while await reader.read(1000):
            writer.write(said)
        writer.close()

    async def serve() -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        stopped.append(lambda: loop.call_soon_threadsafe(done.set))
        async with await asyncio.start_server(answer, "127.0.0.1", port):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield port
    finally:
        stopped[0]()
        thread.join(10)


@contextmanager
def sink(**how: Any) -> Iterator[Sink]:
    """A mail server on a free port, gone when the block ends."""
    server = Sink(**how)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def main() -> None:
    """Take e-mails on the port given until the process is ended; print a line when ready."""
    server = Sink(port=int(sys.argv[1]), keep=False)
    server.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
