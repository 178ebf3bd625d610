"""segment-analytics-python and rudder-sdk-python, which has its interface:
python_sdk.py <url> <write key> <user> <segment or rudderstack> <gzip: yes or no>"""

import importlib
import sys

url, write_key, user, library, packed = sys.argv[1:]
analytics = importlib.import_module(f"{library}.analytics")
failed = []
analytics.write_key = write_key
setattr(analytics, "host" if library == "segment" else "dataPlaneUrl", url)
analytics.gzip = packed == "yes"
analytics.max_retries = 10
analytics.on_error = lambda error, items: failed.append(error)

sent = 0


def send(call, *arguments, **named):
    global sent
    sent += 1
    call(*arguments, **named)


send(analytics.identify, user, {"email": f"{user}@example.com", "name": "Cy", "visits": 3})
send(analytics.page, user, "Docs", "Home", {"path": "/"})
send(analytics.screen, user, "App", "Cart")
send(analytics.group, user, "acme", {"name": "Acme"})
send(analytics.alias, f"{user}-before", user)
for place in range(30):
    send(analytics.track, user, "Product Viewed", {"place": place, "price": 12.5})
    # Its batches hold a hundred: without this, one request would carry all, and nothing could fail.
    if place % 5 == 0:
        analytics.flush()
analytics.shutdown()
if failed:
    sys.exit(str(failed))
print(sent)
