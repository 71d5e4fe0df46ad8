#!/usr/bin/env python3
"""Take notices of a channel from mlops and deliver them: to a webhook, by e-mail or to a chat.

Needs psycopg 3.  All settings come from the environment, see README.md.  A notice is delivered
at least once, each time under the same key; any number of these may serve one channel.
"""
import email.message
import email.utils
import hashlib
import hmac
import json
import os
import select
import smtplib
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request

import psycopg

env = os.environ
CHANNEL = env["MLOPS_CHANNEL"]
CONSUMER = env.get("MLOPS_CONSUMER") or f"{socket.gethostname()}:{os.getpid()}"
POLL = float(env.get("MLOPS_POLL", "30"))
TAKE = "SELECT to_jsonb(n) FROM mlops.take_notices(%s, %s, 4, '60 seconds') AS n"
FINISH = "SELECT mlops.finish_notice(%s, %s, %s, %s, %s * interval '1 second', %s)"
TIMEOUT = 10  # seconds for one delivery; a batch of 4 fits into the lease of 60


class Failed(Exception):
    """Not delivered: why."""
    retry_after = None  # how many seconds the other side wants to be left alone


class NoRedirect(urllib.request.HTTPRedirectHandler):
    redirect_request = lambda *_: None  # noqa: E731


def seconds(retry_after):
    """Retry-After is a number of seconds or a date."""
    try:
        date = email.utils.parsedate_tz(retry_after or "")
        return min(max(email.utils.mktime_tz(date) - time.time() if date else float(retry_after), 0), 86400)
    except (TypeError, ValueError):
        return None


def post(url, body, headers):
    try:
        request = urllib.request.Request(url, body, headers)
        with urllib.request.build_opener(NoRedirect).open(request, timeout=TIMEOUT) as answer:
            return answer.read(100000)
    except urllib.error.HTTPError as e:
        failed = Failed(("" if e.code == 429 or e.code >= 500 else "permanent: ") + f"HTTP {e.code}")
        failed.retry_after = seconds(e.headers["Retry-After"])
        raise failed from e
    except (OSError, ValueError) as e:
        raise Failed(f"{type(e).__name__}: {e}") from e


def text(body):
    lines = [f"[{body['severity']}] {body['event']}: {' '.join(body['title'].split())}"]
    for a in body.get("alerts", []):
        lines.append(" ".join(str(a[k]) for k in ("metric", "column", "slice", "value", "message") if k in a))
    for i in body.get("incidents", []):
        lines.append(f"{i['event']}: {i['title']} ({i['monitor']})")
    lines += [f"{name}: {url}" for name, url in body.get("links", {}).items()]
    if "acknowledge" in body and body["event"] != "resolved":
        lines.append(body["acknowledge"])
    return "\n".join(lines)


def webhook(notice):
    body = json.dumps(notice).encode()
    stamp = str(int(time.time()))
    sign = hmac.new(env["WEBHOOK_SECRET"].encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    post(env["WEBHOOK_URL"], body, {"Content-Type": "application/json", "Idempotency-Key": notice["key"],
                                    "Mlops-Timestamp": stamp, "Mlops-Signature": f"sha256={sign}"})


def mail(notice):
    message = email.message.EmailMessage()
    message["From"], message["To"] = env["MAIL_FROM"], env["MAIL_TO"]
    message["Subject"] = text(notice["body"]).split("\n")[0][:200]
    message["Date"] = email.utils.formatdate()
    message["Message-ID"] = f"<{notice['key'].replace(':', '.')}@mlops>"
    message["In-Reply-To"] = message["References"] = f"<{notice['thread'].replace(':', '.')}@mlops>"
    message.set_content(text(notice["body"]))
    try:
        with smtplib.SMTP(env.get("SMTP_HOST", "localhost"), int(env.get("SMTP_PORT", "25")), timeout=TIMEOUT) as smtp:
            if env.get("SMTP_USER"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.login(env["SMTP_USER"], env["SMTP_PASSWORD"])
            smtp.send_message(message)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as e:
        code = getattr(e, "smtp_code", None) or min(code for code, _ in e.recipients.values())
        raise Failed(("permanent: " if code >= 500 else "") + f"SMTP {code}") from e
    except (smtplib.SMTPException, OSError) as e:
        raise Failed(f"{type(e).__name__}: {e}") from e


def chat(notice):
    said = text(notice["body"]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    message = {"channel": env.get("CHAT_CHANNEL"), "text": said, "thread_ts": notice["receipt"]}
    answer = post(env["CHAT_URL"], json.dumps(message).encode(), {
        "Content-Type": "application/json", "Idempotency-Key": notice["key"], "Authorization": f"Bearer {env.get('CHAT_TOKEN', '')}"})
    if not answer.startswith(b"{"):
        return None  # a webhook of a chat says "ok" and knows no threads
    answer = json.loads(answer)
    if not answer.get("ok", True):
        raise Failed(f"permanent: {answer.get('error')}")
    return notice["receipt"] or answer.get("ts")


send = {"webhook": webhook, "email": mail, "chat": chat}[env["MLOPS_SEND"]]


def work(connection):
    heard = []
    connection.add_notify_handler(heard.append)
    connection.execute("LISTEN mlops_alert")  # first listen, then look: nothing falls between
    while True:
        while rows := connection.execute(TAKE, [CHANNEL, CONSUMER]).fetchall():
            for (notice,) in rows:
                result = [notice["notice_id"], CONSUMER, True, None, None, None]
                try:
                    result[5] = send(notice)
                except Failed as e:
                    result[2:5] = False, str(e), e.retry_after
                try:
                    connection.execute(FINISH, result)
                except psycopg.errors.ObjectNotInPrerequisiteState as e:
                    print(e, file=sys.stderr)  # another has it by now
        if not heard:
            select.select([connection], [], [], POLL)
            connection.execute("SELECT")  # reads what came
        heard.clear()


while True:
    try:
        with psycopg.connect(env.get("MLOPS_DSN", ""), autocommit=True, connect_timeout=10, keepalives_idle=30) as c:
            work(c)
    except psycopg.OperationalError as e:
        print(e, file=sys.stderr)
        time.sleep(1)
