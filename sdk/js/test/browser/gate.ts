// Between the browser and the server: lets through, or fails as a network, a proxy or a busy server does.

import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** `deaf` takes the messages to the server and never tells the answer. */
export type Fate = 'pass' | 'busy' | 'broken' | 'dead' | 'deaf';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type, x-retry-count',
  'access-control-expose-headers': 'retry-after',
  'content-type': 'application/json',
};

export class Gate {
  /** What becomes of the next requests with messages, then of all others. */
  next: Fate[] = [];
  always: Fate = 'pass';
  /** Requests with messages, as they came. */
  seen: { at: number; retryCount: string | undefined; batch: any[]; fate: Fate }[] = [];
  url = '';
  private server = http.createServer((request, response) => this.take(request, response));

  constructor(private readonly target: URL) {}

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const fate = request.method === 'POST' ? (this.next.shift() ?? this.always) : 'pass';
      if (request.method === 'POST') {
        const retryCount = request.headers['x-retry-count'] as string | undefined;
        this.seen.push({ at: Date.now(), retryCount, batch: JSON.parse(body.toString()).batch, fate });
      }
      if (fate === 'dead') return void request.socket.destroy();
      if (fate === 'broken') return void response.writeHead(500, CORS).end('{"code":"fault"}');
      if (fate === 'busy') return void response.writeHead(429, { ...CORS, 'retry-after': '2' }).end('{"code":"too_much"}');
      this.forward(request, body, (answer, content) => {
        if (fate === 'deaf') return void request.socket.destroy();
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
      });
    });
  }

  private forward(
    request: http.IncomingMessage,
    body: Buffer,
    done: (answer: http.IncomingMessage, content: Buffer) => void,
  ): void {
    const { hostname, port } = this.target;
    const headers = { ...request.headers, host: this.target.host };
    const onward = http.request({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => done(answer, Buffer.concat(parts)));
    });
    onward.on('error', () => request.socket.destroy());
    onward.end(body);
  }
}
