"""A cash register in Python (3.9 or newer), with nothing but its standard library.

  python3 register.py sell 125.50 KGS      asks to be paid, waits, prints a receipt
  python3 register.py refund pay_... [50.00]
  python3 register.py listen               registers an address, verifies and prints what it is told

TOLOM_URL, TOLOM_KEY and TOLOM_MERCHANT say where, with which key, and for whom. Where the package `cryptography` is
installed, callbacks are also verified by the switch's public key (v1a).
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

URL, KEY, MERCHANT = (os.environ[name] for name in ("TOLOM_URL", "TOLOM_KEY", "TOLOM_MERCHANT"))


def call(method, path, body=None, idempotency_key=None):
    """One call. It is repeated under the same key until there is an answer, so that nothing is done twice."""
    headers = {"Authorization": f"Bearer {KEY}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(1, 6):
        request = urllib.request.Request(URL + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=35) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            try:
                problem = json.load(error)
            except ValueError:
                problem = {"code": f"status {error.code}", "detail": "not an answer of the switch"}
            again = error.code >= 500 or error.code == 429 or problem["code"] == "idempotency.in_flight"
            if not again or attempt == 5:
                raise SystemExit(f"{problem['code']}: {problem['detail']}")
            time.sleep(int(error.headers.get("Retry-After", "1")))
        except OSError:
            if attempt == 5:
                raise
            time.sleep(attempt)


# Enough for currencies with two decimals: amounts on the wire are whole minor units.
def minor(text):
    return int(Decimal(text.replace(",", ".")) * 100)


def money(value):
    return f"{Decimal(value['amount']) / 100:.2f} {value['currency']}"


def sell(amount, currency):
    body = {"amount": minor(amount), "currency": currency, "reference": f"sale-{time.time_ns()}"}
    order = call("POST", f"/v1/merchants/{MERCHANT}/orders", body, str(uuid.uuid4()))
    print(f"Show this as a QR code: {order['qr']['payload']}", flush=True)
    print(f"Or send this link: {order['link']}", flush=True)
    while order["status"] == "open":
        order = call("GET", f"/v1/merchants/{MERCHANT}/orders/{order['id']}?wait=25")
    if order["status"] != "paid":
        print(f"Not paid: {order['status']}")
        return
    print(f"RECEIPT {order['reference']}")
    print(f"Paid {money(order['payment']['amount'])} at {order['paid_at']}")
    print(f"Payment {order['payment']['id']}")


def refund(payment, amount=None):
    path = f"/v1/merchants/{MERCHANT}/payments/{payment}/refunds"
    made = call("POST", path, {"amount": minor(amount)} if amount else {}, str(uuid.uuid4()))
    print(f"Refund {made['id']} {made['status']}: {money(made['amount'])}")


def is_genuine(headers, body, secret, public_key):
    """Whether a callback is recent, and signed with our secret (v1) or with the switch's key (v1a)."""
    event, at = headers.get("webhook-id"), headers.get("webhook-timestamp", "")
    if not event or not at.isdigit() or abs(time.time() - int(at)) > 300:
        return False
    signed = f"{event}.{at}.".encode() + body
    ours = hmac.new(base64.b64decode(secret[len("whsec_"):]), signed, hashlib.sha256).digest()
    for part in headers.get("webhook-signature", "").split(" "):
        version, _, text = part.partition(",")
        try:
            given = base64.b64decode(text)
        except ValueError:
            continue
        if version == "v1" and hmac.compare_digest(given, ours):
            return True
        if version == "v1a" and public_key:
            try:
                public_key.verify(given, signed)
                return True
            except InvalidSignature:
                pass
    return False


def listen():
    with urllib.request.urlopen(f"{URL}/.well-known/jwks.json") as answer:
        x = json.load(answer)["keys"][0]["x"]
    raw = base64.urlsafe_b64decode(x + "=")
    public_key = Ed25519PublicKey.from_public_bytes(raw) if Ed25519PublicKey else None
    seen = set()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            genuine = is_genuine(self.headers, body, secret, public_key)
            self.send_response(204 if genuine else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()
            event_id = self.headers.get("webhook-id")
            if genuine and event_id not in seen:
                seen.add(event_id)
                event = json.loads(body)
                print(f"{event['type']} {event['data']['id']}", flush=True)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "0"))), Receiver)
    address = f"http://127.0.0.1:{server.server_port}/callbacks"
    # Once, in real life: keep the secret, it is shown this one time.
    secret = call("POST", "/v1/callback-endpoints", {"url": address})["secret"]
    print(f"Listening on {address} with {secret}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    {"sell": sell, "refund": refund, "listen": listen}[sys.argv[1]](*sys.argv[2:])
