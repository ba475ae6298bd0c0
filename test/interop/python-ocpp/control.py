"""The octt-trigger control API over HTTP, in a thread beside the event loop."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


def start_control(loop, books, call):
    """Listens on 127.0.0.1 at a free port; `call(version, station, action, payload)` gives (HTTP status, body)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            try:
                body = json.loads(self.rfile.read(length) or b"{}")
            except ValueError:
                body = None
            if isinstance(body, dict):
                status, reply = self.route(body)
            else:
                status, reply = 400, {"error": "the body is no JSON object"}
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def route(self, body):
            parts = [unquote(part) for part in urlsplit(self.path).path.split("/")[1:]]
            try:
                if parts == ["api", "octt", "create-token"]:
                    books.add(body["token_id"], body["status"], body.get("group_id"))
                    return 200, {}
                if parts == ["api", "octt", "set-basic-auth-password"]:
                    books.passwords[body["station_id"]] = body["password"]
                    return 200, {}
            except KeyError as missing:
                return 422, {"error": f"{missing} is needed"}
            if len(parts) == 6 and parts[:2] == ["api", "octt"] and parts[4] == "call":
                return asyncio.run_coroutine_threadsafe(call(parts[2], parts[3], parts[5], body), loop).result()
            return 404, {"error": "no such resource"}

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"
