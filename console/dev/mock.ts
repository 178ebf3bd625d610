import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { Connect, Plugin } from 'vite';
import { handleApi } from './mock/routes.ts';

/** The policy that the real server sends, so that a violation shows up here first. */
function policy(nonce: string): string {
  return `default-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`;
}

function serveHtml(outDir: string): Connect.NextHandleFunction {
  return (request, response, next) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const wantsHtml = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (!wantsHtml || path.includes('.')) return next();
    const nonce = Math.random().toString(36).slice(2);
    const html = readFileSync(join(outDir, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', policy(nonce));
    response.end(html);
  };
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** As the real server: names of assets carry a hash of what is in them, so that nobody asks for one twice. */
const keepAssets: Connect.NextHandleFunction = (request, response, next) => {
  if (request.url?.startsWith('/assets/')) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  next();
};

/** As the real server: the copy that the build has compressed, for a browser that takes it. */
function serveCompressed(outDir: string): Connect.NextHandleFunction {
  return (request, response, next) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const file = join(outDir, `${path}.gz`);
    const type = TYPES[extname(path)];
    const wanted = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (!wanted || !type || path.includes('..') || !existsSync(file)) return next();
    response.setHeader('Content-Type', `${type}; charset=utf-8`);
    response.setHeader('Content-Encoding', 'gzip');
    response.end(readFileSync(file));
  };
}

function api(request: IncomingMessage, response: ServerResponse, next: Connect.NextFunction) {
  if (!request.url?.startsWith('/api/')) return next();
  handleApi(request, response);
}

/** Answers /api/v1 with made-up data while working on screens (`vite --mode mock`). Not in the product build. */
export function mockServer(): Plugin {
  return {
    name: 'perennial-mock',
    configureServer(server) {
      server.middlewares.use(api);
    },
    configurePreviewServer(server) {
      server.middlewares.use(api);
      server.middlewares.use(serveHtml(server.config.build.outDir));
      server.middlewares.use(keepAssets);
      server.middlewares.use(serveCompressed(server.config.build.outDir));
    },
  };
}
