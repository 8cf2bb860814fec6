"""A service in Python, without a library: it reads keys by etcd's own JSON interface and serves them over HTTP.

It has a defect, and --all is its repair:

    service.py        asks the first endpoint, and waits as long as that takes
    service.py --all  asks one endpoint after the other, each for at most 200 ms

aftershock tells it where etcd is (ETCD_ENDPOINTS) and where to listen (PORT).
"""

import base64
import http.server
import json
import os
import sys
import urllib.request

ENDPOINTS = os.environ["ETCD_ENDPOINTS"].split(",")
ALL = "--all" in sys.argv


def count(key):
    """How many keys of that name etcd holds: 0 or 1."""
    question = json.dumps({"key": base64.b64encode(key.encode()).decode()}).encode()
    for endpoint in ENDPOINTS if ALL else ENDPOINTS[:1]:
        try:
            with urllib.request.urlopen(endpoint + "/v3/kv/range", question, timeout=0.2 if ALL else None) as answer:
                return int(json.load(answer).get("count", 0))
        except OSError:
            continue
    raise OSError("no endpoint answers")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 64 << 10  # an answer is one packet: two would wait for each other (Nagle's algorithm and delayed ACKs)

    def do_GET(self):
        try:
            status, body = 200, json.dumps({"found": count(self.path)}).encode()
        except OSError as problem:
            status, body = 503, str(problem).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # the client has given up
            self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


print("serving keys of", ", ".join(ENDPOINTS), flush=True)
Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
