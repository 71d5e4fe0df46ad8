"""Consumers against a webhook, a mail server and a chat that misbehave, on loopback:

    run.py BINDIR DATADIR COMMAND...

COMMAND starts a consumer.  The server is the one that PGHOST and PGPORT name, which is
restarted.  Prints "ok" and "not ok" lines.  Nothing here waits for a time to pass: what
a clock decides is set back in the tables.
"""
import base64
import collections
import email
import email.header
import hashlib
import hmac
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

BIN, DATA, COMMAND = sys.argv[1], sys.argv[2], sys.argv[3:]
SECRET = "of the test"
consumers = []
URI = f"postgresql://post@/postgres?host={os.environ['PGHOST']}&port={os.environ['PGPORT']}"


def ok(condition, name):
    print("ok" if condition else "not ok", "-", name, flush=True)


def sql(query):
    return subprocess.run([f"{BIN}/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query], check=True,
                          capture_output=True, text=True).stdout.strip()


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            ok(False, what)
            print(sql("SELECT notice_id, event, channel, state, attempts, error, leased_by FROM mlops.notice ORDER BY 1"), file=sys.stderr)
            return False
        time.sleep(0.05)
    ok(True, what)
    return True


def settled(channel, state="sent"):
    return lambda: sql(f"SELECT count(*) > 0 AND bool_and(state = '{state}') FROM mlops.notice WHERE channel = '{channel}' AND state <> 'merged'") == "t"


class Web(http.server.ThreadingHTTPServer):
    """Answers by self.answer(request), and notes what came."""
    daemon_threads = True

    def __init__(self, answer=lambda request: (200, {}, "")):
        self.answer, self.got = answer, []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}/"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(self)
        self.json = json.loads(self.body)
        status, headers, body = self.server.answer(self)
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())
        except OSError:
            pass

    def log_message(self, *args):
        pass


class Mail:
    """The least of an SMTP server; answers the recipient by self.code."""

    def __init__(self):
        self.got, self.code = [], 250
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection, connection.makefile("rwb") as f:
                def say(line):
                    f.write(line.encode() + b"\r\n")
                    f.flush()
                say("220 test")
                while line := f.readline():
                    word = line.split()[0].upper() if line.split() else b""
                    if word == b"DATA":
                        say("354 go on")
                        message = b""
                        while (line := f.readline()) != b".\r\n":
                            message += line
                        self.got.append(email.message_from_bytes(message))
                        say("250 kept")
                    elif word == b"RCPT":
                        say(f"{self.code} recipient")
                    elif word == b"EHLO":
                        f.write(b"250-test\r\n250 8BITMIME\r\n")
                        f.flush()
                    elif word == b"QUIT":
                        say("221 bye")
                        break
                    else:
                        say("250 fine")


def start(channel, send, poll="0.2", **settings):
    environment = dict(os.environ, MLOPS_DSN=URI, MLOPS_CHANNEL=channel, MLOPS_SEND=send, MLOPS_POLL=poll, WEBHOOK_SECRET=SECRET, **settings)
    p = subprocess.Popen(COMMAND, env=environment, stderr=subprocess.DEVNULL)
    consumers.append(p)
    return p


def stop(*processes):
    for p in processes:
        p.kill()
        p.wait()


def tell(channel, n=1, event="opened", title="title"):
    """incidents whose only route is the channel, and n notices of each"""
    return sql(f"SELECT test_tell('{channel}', {n}, '{event}', $x${title}$x$)")


def lease_is_over(channel):
    sql(f"UPDATE mlops.notice SET lease_until = now() WHERE channel = '{channel}' AND state = 'leased'")


def webhook():
    web = Web()
    for i in range(3):
        tell("hook", 4)
    p = start("hook", "webhook", WEBHOOK_URL=web.url)
    wait_for(settled("hook"), "all notices are delivered")
    stop(p)
    by_thread = collections.defaultdict(list)
    for r in web.got:
        by_thread[r.json["thread"]].append(r.json["seq"])
    ok(sorted(map(tuple, by_thread.values())) == [(1, 2, 3, 4)] * 3, "those of an incident in their order, each once")
    r = web.got[0]
    sign = hmac.new(SECRET.encode(), r.headers["Mlops-Timestamp"].encode() + b"." + r.body, hashlib.sha256).hexdigest()
    ok(r.headers["Mlops-Signature"] == f"sha256={sign}", "signed over time and body")
    ok(r.headers["Idempotency-Key"] == r.json["key"] and r.json["key"].startswith("mlops:"), "under its key")
    ok(r.json["body"]["title"] == "title" and "SELECT mlops.ack_incident(" in r.json["body"]["acknowledge"], "with what to tell")

    # away for a while: again under the same key, not before it is said
    web = Web(lambda r: (503, {"Retry-After": "3000"}, "") if len(web.got) == 1 else (200, {}, ""))
    tell("busy")
    p = start("busy", "webhook", WEBHOOK_URL=web.url)
    wait_for(lambda: sql("SELECT error || ' ' || (not_before - now() > '40 minutes') FROM mlops.notice WHERE channel = 'busy'") == "HTTP 503 true", "Retry-After is honoured")
    sql("UPDATE mlops.notice SET not_before = now() WHERE channel = 'busy'")
    wait_for(settled("busy"), "and then it is delivered")
    ok(len(web.got) == 2 and web.got[0].json["key"] == web.got[1].json["key"], "under the same key")
    stop(p)
    web = Web(lambda r: (429, {"Retry-After": email.utils.formatdate(time.time() + 3000)}, ""))
    tell("date")
    p = start("date", "webhook", WEBHOOK_URL=web.url)
    wait_for(lambda: sql("SELECT error || ' ' || (not_before - now() > '40 minutes') FROM mlops.notice WHERE channel = 'date'") == "HTTP 429 true", "Retry-After may be a date")
    stop(p)

    # refused for good, or sent elsewhere: three attempts
    web = Web(lambda r: (302, {"Location": good.url}, "") if len(web.got) == 2 else (404, {}, ""))
    good = Web()
    tell("gone")
    p = start("gone", "webhook", WEBHOOK_URL=web.url)
    for i in (1, 2):
        wait_for(lambda: sql(f"SELECT state = 'pending' AND attempts = {i} FROM mlops.notice WHERE channel = 'gone'") == "t", f"refused, attempt {i}")
        sql("UPDATE mlops.notice SET not_before = now() WHERE channel = 'gone'")
    wait_for(settled("gone", "failed"), "what is refused three times is given up")
    ok(not good.got, "no redirect is followed")
    stop(p)

    # nobody there
    tell("nobody")
    p = start("nobody", "webhook", WEBHOOK_URL="http://127.0.0.1:1/")
    wait_for(lambda: sql("SELECT state = 'pending' AND attempts = 1 AND error !~ '^permanent' FROM mlops.notice WHERE channel = 'nobody'") == "t", "a server that is down is no reason to give up")
    stop(p)


def killed():
    # while it takes
    holder = subprocess.Popen([f"{BIN}/psql", "-XAtq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hold(statement):
        holder.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n")
        holder.stdin.flush()
        while "held" not in holder.stdout.readline():
            pass

    def release():
        holder.stdin.write("ROLLBACK; SELECT 'free';\n")
        holder.stdin.flush()
        while "free" not in holder.stdout.readline():
            pass

    def waits_for_lock():
        return sql("SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'post' AND wait_event_type = 'Lock'") == "t"

    def end_backends():
        sql("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE usename = 'post'")

    web = Web()
    tell("kill", 3)
    hold("LOCK TABLE mlops.notice")
    p = start("kill", "webhook", WEBHOOK_URL=web.url)
    wait_for(waits_for_lock, "a consumer takes")
    stop(p)
    end_backends()
    release()
    ok(sql("SELECT count(*) FROM mlops.notice WHERE channel = 'kill' AND state <> 'pending'") == "0" and not web.got, "killed meanwhile, it has taken nothing")

    # after it took, before anybody heard of it
    deaf = socket.create_server(("127.0.0.1", 0))
    p = start("kill", "webhook", WEBHOOK_URL=f"http://127.0.0.1:{deaf.getsockname()[1]}/")
    wait_for(lambda: sql("SELECT count(*) FROM mlops.notice WHERE channel = 'kill' AND state = 'leased'") == "1", "a consumer has taken")
    stop(p)
    deaf.close()
    lease_is_over("kill")

    # after it posted, before it has the answer
    web = Web(lambda r: (stop(p), (200, {}, ""))[1] if len(web.got) == 1 else (200, {}, ""))
    p = start("kill", "webhook", WEBHOOK_URL=web.url)
    wait_for(lambda: p.poll() is not None, "killed by who received it")
    lease_is_over("kill")

    p = start("kill", "webhook", WEBHOOK_URL=web.url)
    wait_for(settled("kill"), "another delivers it, and the rest")
    stop(p)
    ok([r.json["seq"] for r in web.got] == [1, 1, 2, 3] and len({r.json["key"] for r in web.got}) == 3, "again under the same key")

    # after it has the answer, before it could say so
    tell("kill2")
    web2 = Web(lambda r: (hold("SELECT FROM mlops.notice WHERE channel = 'kill2' FOR UPDATE"), (200, {}, ""))[1] if len(web2.got) == 1 else (200, {}, ""))
    p = start("kill2", "webhook", WEBHOOK_URL=web2.url)
    wait_for(waits_for_lock, "it was received, and the consumer says so")
    stop(p)
    end_backends()
    release()
    ok(sql("SELECT state FROM mlops.notice WHERE channel = 'kill2'") == "leased", "killed meanwhile, nobody knows")
    lease_is_over("kill2")
    p = start("kill2", "webhook", WEBHOOK_URL=web2.url)
    wait_for(settled("kill2"), "the next consumer delivers it")
    stop(p)
    ok(len(web2.got) == 2 and len({r.json["key"] for r in web2.got}) == 1, "twice, under one key")
    holder.stdin.close()
    holder.wait()


def two_at_once():
    web = Web()
    for i in range(20):
        tell("two", 2)
    both = [start("two", "webhook", WEBHOOK_URL=web.url), start("two", "webhook", WEBHOOK_URL=web.url)]
    wait_for(settled("two"), "two consumers deliver all")
    stop(*both)
    ok(sorted(collections.Counter(r.json["key"] for r in web.got).values()) == [1] * 40, "each once")
    seqs = collections.defaultdict(list)
    for r in web.got:
        seqs[r.json["thread"]].append(r.json["seq"])
    ok(all(s == [1, 2] for s in seqs.values()), "those of an incident in their order")


def server_goes_away():
    web = Web()
    p = start("away", "webhook", poll="600", WEBHOOK_URL=web.url)
    tell("away")
    listening = "SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'post' AND state = 'idle' AND wait_event = 'ClientRead'"
    wait_for(lambda: sql(listening) == "t", "a consumer listens, and will not look by itself")
    sql("SELECT pg_notify('mlops_alert', '{\"id\": 1}')")
    wait_for(settled("away"), "a notification wakes it")
    sql("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE usename = 'post'")
    tell("away")
    wait_for(settled("away"), "what was missed while it did not listen is found when it connects again")
    subprocess.run([f"{BIN}/pg_ctl", "-D", DATA, "-m", "fast", "-w", "-l", f"{DATA}/consumers.log", "restart"], check=True, stdout=subprocess.DEVNULL)
    tell("away")
    wait_for(settled("away"), "so it is after a restart of the server")
    stop(p)
    ok(len(web.got) == 3, "each once")


def mail():
    server = Mail()
    settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port), "MAIL_FROM": "mlops@example.org", "MAIL_TO": "a@example.org,b@example.org"}
    tell("mail", 2, title="Überlauf\r\nBcc: mallory@example.org\r\n.\r\nund mehr " + "ö" * 100)
    p = start("mail", "email", **settings)
    wait_for(settled("mail"), "mail is delivered")
    first, second = server.got
    key = sql("SELECT key || ' ' || thread FROM mlops.notice WHERE channel = 'mail' AND seq = 1").replace(":", ".").split()
    ok(first["Message-ID"] == f"<{key[0]}@mlops>" and first["Message-ID"] != second["Message-ID"], "its number is the key")
    ok(first["In-Reply-To"] == second["In-Reply-To"] == f"<{key[1]}@mlops>", "both are of one conversation")
    subject = str(email.header.make_header(email.header.decode_header(first["Subject"])))
    ok("Bcc" not in first and subject.startswith("[critical] opened: Überlauf Bcc: mallory"), "a title cannot add a header")
    ok("SELECT mlops.ack_incident(" in first.get_payload(decode=True).decode(), "the text says how to acknowledge")
    server.code = 450
    tell("mail")
    wait_for(lambda: sql("SELECT count(*) FROM mlops.notice WHERE channel = 'mail' AND error = 'SMTP 450'") == "1", "mail that is refused for now waits")
    server.code = 550
    sql("UPDATE mlops.notice SET attempts = 2, not_before = now() WHERE channel = 'mail' AND state = 'pending'")
    wait_for(lambda: sql("SELECT error FROM mlops.notice WHERE channel = 'mail' AND state = 'failed'") == "permanent: SMTP 550", "for good, is given up")
    stop(p)


def chat():
    server = Web(lambda r: (200, {}, '{"ok": true, "ts": "%d.5"}' % len(server.got)))
    tell("chat", 2, title="a <b> & c")
    p = start("chat", "chat", CHAT_URL=server.url, CHAT_TOKEN="token", CHAT_CHANNEL="C1")
    wait_for(settled("chat"), "a chat gets notices")
    first, second = server.got
    ok(first.json["thread_ts"] is None and second.json["thread_ts"] == "1.5", "the second in the thread of the first")
    ok(sql("SELECT external_id FROM mlops.notice_receipt WHERE channel = 'chat'") == "1.5", "which is kept")
    ok("a &lt;b&gt; &amp; c" in first.json["text"] and first.json["channel"] == "C1" and first.headers["Authorization"] == "Bearer token", "what is said is text, not markup")
    server.answer = lambda r: (200, {}, '{"ok": false, "error": "channel_not_found"}')
    tell("chat")
    wait_for(lambda: sql("SELECT count(*) FROM mlops.notice WHERE channel = 'chat' AND error = 'permanent: channel_not_found'") == "1", "what it refuses is noted")
    server.answer = lambda r: (200, {}, "ok")
    sql("UPDATE mlops.notice SET not_before = now() WHERE channel = 'chat' AND state = 'pending'")
    wait_for(settled("chat"), "one that knows no threads is fine")
    stop(p)


try:
    for part in (webhook, killed, two_at_once, server_goes_away, mail, chat):
        part()
finally:
    stop(*consumers)
