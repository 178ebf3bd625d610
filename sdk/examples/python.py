"""pip install segment-analytics-python
PERENNIAL_URL=https://data.example WRITE_KEY=wk_… python3 python.py"""

import os
import sys

import segment.analytics as analytics

failed = []
analytics.write_key = os.environ["WRITE_KEY"]
analytics.host = os.environ["PERENNIAL_URL"]
analytics.gzip = True
analytics.on_error = lambda error, messages: failed.append(error)

analytics.identify("python-1", {"email": "python-1@example.com", "plan": "gold"})
analytics.track("python-1", "Product Viewed", {"sku": "A1"})
analytics.track(
    "python-1",
    "Order Completed",
    {
        "order_id": "P-1001",
        "total": 30.5,
        "currency": "USD",
        "products": [{"sku": "A1", "name": "Mug", "price": 15.25, "quantity": 2}],
    },
)

# What is still waiting is sent before the process ends.
analytics.shutdown()
if failed:
    sys.exit(str(failed))
