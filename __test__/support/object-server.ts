import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Objects in memory, served as a web server serves files and as S3 serves a bucket. */
export interface ObjectServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Objects by their paths, such as `/bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Objects whose bytes came in parts and that are not shown yet, by what the server calls them. */
  readonly uploads: Map<string, Buffer[]>;
  /** What was asked for: method, path, range. */
  readonly log: string[];
  /** What becomes of the next requests. */
  readonly failures: Failure[];
  /** Refuses the bytes of uploads from now on, once so many wait with theirs; with 0 takes them again. */
  refuseParts(count: number): void;
  /** Answers no part of an object before so many are asked for; resolves then. */
  holdAnswers(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * What becomes of a request: a status instead of the right answer, no answer, `"lose"`: what was asked for is done, and the answer is lost,
 * `"forget"`: there is no such upload, or `"answer"`: the right answer.
 */
export type Failure = number | "hang up" | "lose" | "forget" | "answer";

export interface ObjectServerOptions {
  /** Secrets by keys: requests must be signed with one of them. Without them nobody is asked. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Key and certificate of the server, in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whether parts of objects are served. Default: true. */
  readonly ranges?: boolean;
}

/** Names in a list, which goes on in another. */
const NAMES_IN_LIST = 2;

/** Starts a server on a free port of this machine. */
export async function startObjectServer(options: ObjectServerOptions = {}): Promise<ObjectServer> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Buffer[]>();
  const log: string[] = [];
  const failures: Failure[] = [];
  let gate: Gate | undefined;
  let refusing: Gate | undefined;
  const listener: RequestListener = (request, response) => {
    void (async (): Promise<void> => {
      const body = await buffer(request);
      log.push([request.method, request.url, request.headers.range].filter(Boolean).join(" "));
      const failure = failures.shift();
      if (failure === "hang up") return void request.socket.destroy();
      if (failure === "forget") return refuse(response, 404, "NoSuchUpload");
      if (typeof failure === "number") return refuse(response, failure, "SlowDown");
      if (failure === "lose") request.socket.destroy();
      if (options.keys !== undefined && !isSigned(request, body, options.keys)) {
        return refuse(response, 403, "SignatureDoesNotMatch");
      }
      if (request.headers.range !== undefined) await gate?.pass();
      if (refusing !== undefined && isPart(request)) {
        await refusing.pass();
        return refuse(response, 400, "BadDigest");
      }
      if (isUpload(request)) return takeUpload({ objects, uploads }, request, response, body);
      answer(objects, request, response, body, options.ranges ?? true);
    })();
  };
  const server =
    options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: options.tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    objects,
    uploads,
    log,
    failures,
    refuseParts: (count) => {
      refusing = count > 0 ? new Gate(count) : undefined;
    },
    holdAnswers: (count) => {
      gate = new Gate(count);
      return gate.opened;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Lets nobody pass before enough wait, and everybody then. */
class Gate {
  readonly opened: Promise<void>;
  #missing: number;
  #open: () => void = () => undefined;

  constructor(count: number) {
    this.#missing = count;
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  pass(): Promise<void> {
    this.#missing -= 1;
    if (this.#missing <= 0) this.#open();
    return this.opened;
  }
}

function answer(
  objects: Map<string, Buffer>,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  hasRanges: boolean,
): void {
  const url = new URL(request.url ?? "/", "http://host");
  const path = decodeURIComponent(url.pathname);
  const [, bucket = ""] = path.split("/");
  if (bucket === "missing") return refuse(response, 404, "NoSuchBucket");
  if (url.searchParams.get("list-type") === "2") return list(objects, url, bucket, response);
  if (request.method === "PUT") {
    objects.set(path, body);
    return void response.end();
  }
  if (request.method === "DELETE") {
    objects.delete(path);
    return void response.writeHead(204).end();
  }
  const object = objects.get(path);
  if (object === undefined) return refuse(response, 404, "NoSuchKey");
  const tag = tagOf(object);
  const wanted = request.headers["if-match"];
  if (wanted !== undefined && wanted !== tag) return refuse(response, 412, "PreconditionFailed");
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(hasRanges ? (request.headers.range ?? "") : "") ?? [];
  const part = start === undefined ? object : object.subarray(Number(start), Number(end) + 1);
  response.writeHead(start === undefined ? 200 : 206, { etag: tag, "content-length": part.length });
  response.end(request.method === "HEAD" ? undefined : part);
}

/** Whether a request is about an object that comes in parts. */
function isUpload({ url = "/" }: IncomingMessage): boolean {
  const { searchParams } = new URL(url, "http://host");
  return searchParams.has("uploads") || searchParams.has("uploadId");
}

/** Whether a request brings bytes of such an object. */
function isPart({ method, url = "/" }: IncomingMessage): boolean {
  return method === "PUT" && new URL(url, "http://host").searchParams.has("uploadId");
}

/** Begins an upload, takes a part, shows the object, or forgets it. */
function takeUpload(
  { objects, uploads }: Pick<ObjectServer, "objects" | "uploads">,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://host");
  const path = decodeURIComponent(pathname);
  if (path.startsWith("/missing/")) return refuse(response, 404, "NoSuchBucket");
  if (searchParams.has("uploads")) {
    const id = `upload+${uploads.size} of ${path}`;
    uploads.set(id, []);
    return void response.end(`<Result><UploadId>${id}</UploadId></Result>`);
  }
  const id = searchParams.get("uploadId") ?? "";
  const parts = uploads.get(id);
  if (parts === undefined) return refuse(response, 404, "NoSuchUpload");
  if (request.method === "PUT") {
    parts[Number(searchParams.get("partNumber")) - 1] = body;
    return void response.writeHead(200, { etag: tagOf(body) }).end();
  }
  if (request.method === "POST") {
    const tags = [...body.toString().matchAll(/<ETag>&quot;(\w+)&quot;<\/ETag>/g)].map(
      ([, tag]) => `"${tag}"`,
    );
    const isWhole = parts.length > 0 && parts.slice(0, -1).every((part) => part.length >= 5 * 2 ** 20);
    if (!isWhole || tags.join() !== parts.map(tagOf).join()) return refuse(response, 400, "InvalidPart");
    objects.set(path, Buffer.concat(parts));
  }
  uploads.delete(id);
  response.writeHead(request.method === "POST" ? 200 : 204).end();
}

/** What S3 says of the bytes of an object. */
function tagOf(object: Buffer): string {
  return `"${createHash("sha256").update(object).digest("hex").slice(0, 16)}"`;
}

function list(objects: Map<string, Buffer>, url: URL, bucket: string, response: ServerResponse): void {
  const prefix = `/${bucket}/${url.searchParams.get("prefix") ?? ""}`;
  const after = url.searchParams.get("continuation-token") ?? "";
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
  const some = names.slice(0, NAMES_IN_LIST);
  const contents = some.map((name) => {
    const object = objects.get(name) ?? Buffer.of();
    const key = name.slice(bucket.length + 2).replaceAll("&", "&amp;");
    const tag = tagOf(object).replaceAll('"', "&quot;");
    return `<Contents><Key>${key}</Key><ETag>${tag}</ETag><Size>${object.length}</Size></Contents>`;
  });
  const last = some.at(-1) ?? "";
  const next = names.length > some.length ? `<NextContinuationToken>${last}</NextContinuationToken>` : "";
  response.end(`<ListBucketResult>${contents.join("")}${next}</ListBucketResult>`);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
}

/** Whether a request has the signature that it should have, after AWS Signature Version 4. */
function isSigned(request: IncomingMessage, body: Buffer, keys: Readonly<Record<string, string>>): boolean {
  const { authorization = "" } = request.headers;
  const [, key = "", day = "", region = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      authorization,
    ) ?? [];
  const secret = keys[key];
  if (secret === undefined) return false;
  const hash = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
  const { pathname, search } = new URL(request.url ?? "/", "http://host");
  const headers = names.split(";").map((name) => `${name}:${String(request.headers[name])}\n`);
  const payload = String(request.headers["x-amz-content-sha256"]);
  const lines = [request.method, pathname, search.slice(1), headers.join(""), names, payload];
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hash(lines.join("\n"))].join("\n");
  const hmac = (secretOf: string | Buffer, data: string): Buffer =>
    createHmac("sha256", secretOf).update(data).digest();
  const signer = [region, "s3", "aws4_request"].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day));
  return payload === hash(body) && hmac(signer, text).toString("hex") === signature;
}
