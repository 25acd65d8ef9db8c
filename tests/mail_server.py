"""A small real mail server on loopback that keeps what it gets and can be made to fail at each step."""

from __future__ import annotations

import email
import socketserver
import threading
from email.message import Message
from typing import Any

REFUSE, BUSY, MUTE, CUT = "refuse", "busy", "mute", "cut"
"""Says no to the message; says no to the caller; takes the message and says nothing; takes it and hangs
up."""


class Conversation(socketserver.StreamRequestHandler):
    """One SMTP dialogue."""

    server: MailServer

    def handle(self) -> None:
        fault = self.server.fault
        if fault == BUSY:
            self.say("421 too busy")
            return
        self.say("220 ready")
        people: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT TO:"):
                people.append(line.partition("<")[2].rstrip(">"))
                self.say("250 ok")
            elif word == "DATA":
                self.say("354 go on")
                body = self.body()
                if fault == REFUSE:
                    self.say("554 not wanted")
                    continue
                self.server.keep(body, people)
                if fault == MUTE:
                    self.server.released.wait(60)
                    return
                if fault == CUT:
                    return
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port; `mails` are the messages taken, `people` their envelopes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.fault = ""
        self.mails: list[Message] = []
        self.people: list[list[str]] = []
        self.came = threading.Semaphore(0)
        self.released = threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def keep(self, body: bytes, people: list[str]) -> None:
        with self.lock:
            self.mails.append(email.message_from_bytes(body))
            self.people.append(sorted(people))
        self.came.release()

    def ids(self) -> list[Any]:
        return [mail["Message-ID"] for mail in self.mails]

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()
