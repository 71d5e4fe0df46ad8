"""A consumer of alerts: waits for NOTIFY, reads the alert, acknowledges it.

    listen.py DSN [SECONDS]

The notification carries only an id.  What happened is read from the view
mlops.open_alert under this role's own rights, so a consumer that was away
loses nothing: it reads the view when it comes back.  Ends after the first
alert of severity critical was acknowledged, or after SECONDS.

This is the whole client: any language that can LISTEN can do the same.
"""
import json
import select
import sys
import time

import psycopg2

connection = psycopg2.connect(sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
cursor.execute("LISTEN mlops_alert")
print("listening on mlops_alert", flush=True)

deadline = time.monotonic() + float(sys.argv[2] if len(sys.argv) > 2 else 120)
while time.monotonic() < deadline:
    if select.select([connection], [], [], 1.0) == ([], [], []):
        continue
    connection.poll()
    while connection.notifies:
        note = connection.notifies.pop(0)
        print(f"NOTIFY {note.channel} {note.payload}", flush=True)
        assert "id" in json.loads(note.payload)
        cursor.execute("""
            SELECT alert_id, severity, monitor, coalesce(slice_value, 'all'),
                   coalesce(column_name, ''), metric, round(value::numeric, 4)
              FROM mlops.open_alert
             WHERE state = 'opened' AND severity = 'critical'
             ORDER BY alert_id LIMIT 1""")
        alert = cursor.fetchone()
        if alert is None:
            continue
        print("alert %s [%s] %s, slice %s: %s %s = %s" % alert, flush=True)
        cursor.execute("SELECT mlops.ack(%s, %s)",
                       (alert[0], "seen by the on-call listener"))
        print(f"acknowledged alert {alert[0]}", flush=True)
        sys.exit(0)
print("no critical alert arrived", flush=True)
sys.exit(1)
