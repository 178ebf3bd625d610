// A connection that fails now and then: stands between an SDK and the server.

import http from 'node:http';

// What happens to one request after the other. Who tries again gets through soon.
const FATES = ['pass', 'refuse', 'pass', 'lose-answer', 'pass', 'busy', 'pass', 'pass'];

// A page may read an answer only when this stands there, a fault that the test made too.
const OPEN = {
  'content-type': 'application/json',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after',
};

/** Listens on a free port; `seen` counts what happened to requests with messages, and which encodings came. */
export async function unreliable(target) {
  const { hostname, port } = new URL(target);
  const seen = { requests: 0, gzip: 0, refuse: 0, 'lose-answer': 0, busy: 0 };

  const forward = (request, body, done) => {
    const onward = http.request(
      { hostname, port, path: request.url, method: request.method, headers: { ...request.headers, host: `${hostname}:${port}` } },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => done(answer, Buffer.concat(parts)));
      },
    );
    onward.on('error', (error) => done({ statusCode: 502, headers: {} }, Buffer.from(String(error))));
    onward.end(body);
  };

  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      // A page that cannot start says nothing of retries.
      const fate = request.method === 'POST' ? FATES[seen.requests++ % FATES.length] : 'pass';
      if (fate !== 'pass') seen[fate] += 1;
      if (request.headers['content-encoding'] === 'gzip') seen.gzip += 1;
      if (fate === 'refuse') {
        response.writeHead(500, OPEN);
        response.end('{"code":"fault","message":"a fault that the test made"}');
      } else if (fate === 'busy') {
        response.writeHead(429, { ...OPEN, 'retry-after': '1', 'x-ratelimit-reset': '1' });
        response.end('{"code":"too_much","message":"a fault that the test made"}');
      } else {
        forward(request, body, (answer, content) => {
          // The server has it, and the sender does not know.
          if (fate === 'lose-answer') return request.socket.destroy();
          response.writeHead(answer.statusCode, answer.headers);
          response.end(content);
        });
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, seen, close: () => (server.closeAllConnections(), server.close()) };
}
