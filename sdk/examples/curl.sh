#!/bin/sh
# Whatever can send a request: a till, a shell, a language without an SDK.
# PERENNIAL_URL=https://data.example WRITE_KEY=wk_… sh curl.sh
set -eu

# An id of each message, so that what is sent again counts once. Exactly 200 means that all of it is on disk; after 429 and
# 503, after Retry-After, and after no answer at all, the same is sent again. curl does that by itself.
curl --fail --silent --show-error --retry 5 --retry-connrefused \
  --user "$WRITE_KEY:" "$PERENNIAL_URL/v1/batch" --data @- <<'MESSAGES'
{
  "batch": [
    { "type": "identify", "messageId": "curl-1-a", "userId": "curl-1", "traits": { "email": "curl-1@example.com", "plan": "gold" } },
    { "type": "track", "messageId": "curl-1-b", "userId": "curl-1", "event": "Product Viewed", "properties": { "sku": "A1" } },
    { "type": "track", "messageId": "curl-1-c", "userId": "curl-1", "event": "Order Completed",
      "properties": { "order_id": "C-1001", "total": 30.5, "currency": "USD",
        "products": [{ "sku": "A1", "name": "Mug", "price": 15.25, "quantity": 2 }] } }
  ]
}
MESSAGES
