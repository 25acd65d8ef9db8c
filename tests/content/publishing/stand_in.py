"""A small site on loopback that speaks the WordPress REST API for posts, and takes IndexNow messages."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD = "writer", "abcd EFGH 1234 wxyz"
CUT, BUSY, HTML, MOVED = "cut", "busy", "html", "moved"
"""Stores the post and hangs up; says 503; answers with a page; redirects."""


class Site(ThreadingHTTPServer):
    """Posts by id, as the API shows them, and the messages of IndexNow."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.posts: dict[int, dict[str, Any]] = {}
        self.told: list[dict[str, Any]] = []
        self.tell_status = 200
        self.fault = ""
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Desk(BaseHTTPRequestHandler):
    """One exchange."""

    server: Site

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.handle_one("GET")

    def do_POST(self) -> None:
        self.handle_one("POST")

    def handle_one(self, method: str) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        if parts.path == "/indexnow":
            self.server.told.append(body)
            return self.say(self.server.tell_status, {})
        fault = self.server.fault
        if fault == BUSY:
            return self.say(503, {"message": "Try later."})
        if fault == HTML:
            return self.say(200, "<!doctype html><title>Hello</title>")
        if fault == MOVED:
            self.send_response(301)
            self.send_header("Location", "https://www.elsewhere.example/wp-json/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if not parts.path.startswith("/wp-json/wp/v2/posts"):
            return self.say(404, "not found")
        if not self.may_enter():
            return self.say(401, {"code": "rest_not_logged_in", "message": "Sorry."})
        tail = parts.path.removeprefix("/wp-json/wp/v2/posts").strip("/")
        return self.posts(method, tail, parse_qs(parts.query), body)

    def posts(self, method: str, tail: str, query: dict[str, list[str]], body: Any) -> None:
        with self.server.lock:
            if tail and int(tail) not in self.server.posts:
                return self.say(
                    404, {"code": "rest_post_invalid_id", "message": "Invalid post ID."}
                )
            if method == "GET" and tail:
                return self.say(200, self.server.posts[int(tail)])
            if method == "GET":
                slug = query.get("slug", [""])[0]
                any_status = query.get("status", ["publish"])[0] == "any"
                rows = [
                    post
                    for post in self.server.posts.values()
                    if post["slug"] == slug and (any_status or post["status"] == "publish")
                ]
                return self.say(200, rows)
            key = int(tail) if tail else 100 + len(self.server.posts)
            post = self.server.posts.setdefault(
                key, {"id": key, "link": f"{self.server.url}/?p={key}"}
            )
            post.update(body)
        if self.server.fault == CUT:
            self.close_connection = True
            return self.connection.close()
        return self.say(200 if tail else 201, post)

    def may_enter(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        wanted = f"{USER}:{PASSWORD.replace(' ', '')}"
        return base64.b64decode(given).decode() == wanted

    def say(self, status: int, body: Any) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
